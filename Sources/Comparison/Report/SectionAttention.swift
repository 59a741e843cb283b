import AttentionAnalysis
import Foundation
import Reporting

/// Attention pictures with choices: sentence, model, state, layer and head.
struct SectionAttention {
  let data: ReportData

  /// The section, or nil without pictures.
  var section: ReportSection? {
    let packed = PackedPictures(data.attention)
    let shown = ReportData.order(of: data.attention).filter { packed.codes[$0] != nil }
    guard !shown.isEmpty else { return nil }
    let pictures = shown.map { data.attention[$0] }
    let start = AttentionSVG.mostFocused(pictures.first { $0.state == .trained } ?? pictures[0])
    let remark = packed.remark(of: data.attention.count).map { "<p class='note'>\($0)</p>" as Markup }
    let columns = max(1, min(3, Set(pictures.map(\.state)).count))
    let pairs =
      pictures.contains { $0.second != nil }
      ? " A dashed line separates two sentences that were read together, A and B." : ""
    return ReportSection(
      id: "attention", short: "Attention", title: "Attention weights",
      lead: """
        The probabilities as the training kernel computes them. Each small square is one head: rows are queries, columns \
        are keys. Choose or tap a head to enlarge it with its tokens in every picture. The head shown first is the one \
        that attends most sharply to single other tokens.\(pairs)
        """,
      body: """
        \(controls(pictures, start))\(sentences(pictures))
        <div class='attention' style='--columns:\(columns)'>\
        \(pictures.enumerated().map { figure($1, index: $0, start: start, place: place($1, among: pictures)) })</div>
        <div class='scale'>\(AttentionSVG.legendMarkup(id: "attention-scale"))</div>\(remark)
        \(Markup.json(HeatData(pictures, shown.map { packed.codes[$0] ?? "" }), id: "attention-data"))
        """)
  }

  private func controls(_ pictures: [AttentionPicture], _ start: (layer: Int, head: Int)) -> Markup {
    func select(_ id: String, _ label: String, _ count: Int, _ chosen: Int) -> Markup {
      let options = (0..<count).map { index -> Markup in
        let selected: Markup = index == chosen ? " selected='selected'" : ""
        return "<option value='\(index)'\(selected)>\(index + 1)</option>"
      }
      return "<label>\(label) <select id='\(id)' autocomplete='off'>\(options)</select></label>"
    }
    func toggle(_ key: String, _ content: Markup) -> Markup {
      "<button type='button' data-attention-toggle='\(key)' aria-pressed='true'>\(content)</button>"
    }
    let arms = Set(pictures.map(\.arm)).sorted()
    let states = AttentionPicture.State.allCases.filter { state in pictures.contains { $0.state == state } }
    let sentences = Set(pictures.map(\.sentence)).sorted()
    let sentenceChoice: Markup? =
      sentences.count < 2
      ? nil
      : """
      <label>Sentence <select id='attention-sentence' autocomplete='off'>\
      \(sentences.enumerated().map { "<option value='\($1)'>\($0 + 1)</option>" as Markup })</select></label>
      """
    let armChoice: Markup? =
      arms.count < 2
      ? nil
      : """
      <span>Models <span class='choice' role='group' aria-label='Models shown'>\
      \(arms.map { toggle("arm-\($0)", data.label($0)) })</span></span>
      """
    let stateChoice: Markup? =
      states.count < 2
      ? nil
      : """
      <span>States <span class='choice' role='group' aria-label='States shown'>\
      \(states.map { toggle("state-\($0.key)", "\($0.rawValue)") })</span></span>
      """
    return """
      <div class='controls'>\(sentenceChoice)\(armChoice)\(stateChoice)\
      \(select("attention-layer", "Layer", pictures.map(\.layers).max() ?? 1, start.layer))\
      \(select("attention-head", "Head", pictures.map(\.heads).max() ?? 1, start.head))</div>

      """
  }

  /// The tokens of every sentence, as the models see them: models with other tokens have a line of their own.
  private func sentences(_ pictures: [AttentionPicture]) -> Markup {
    let lines = Set(pictures.map(\.sentence)).sorted().enumerated().compactMap { index, sentence -> Markup? in
      let own = pictures.filter { $0.sentence == sentence }
      let hidden: Markup = index == 0 ? "" : " hidden='hidden'"
      var different: [AttentionPicture] = []
      for picture in own where !different.contains(where: { $0.tokens == picture.tokens }) {
        different.append(picture)
      }
      return "\(different.map { line(of: $0, among: own, isAlone: different.count == 1, hidden) })"
    }
    return "\(lines)"
  }

  /// The tokens of a picture, behind the names of the models that have the same ones where others do not.
  private func line(
    of picture: AttentionPicture, among all: [AttentionPicture], isAlone: Bool, _ hidden: Markup
  ) -> Markup {
    let arms = Set(all.filter { $0.tokens == picture.tokens }.map(\.arm)).sorted()
    let names: Markup? = isAlone ? nil : "\(arms.map { "\(data.label($0)) " as Markup })"
    return """
      <p class='tokens' data-sentence='\(picture.sentence)'\(hidden)>\(names)\
      \(picture.tokens.enumerated().map { token($1, at: $0, of: picture) })</p>

      """
  }

  /// A token, behind the name of its sentence where the model read two.
  private func token(_ text: String, at place: Int, of picture: AttentionPicture) -> Markup {
    let name = picture.second.flatMap { place == 0 ? "A" : place == $0 ? "B" : nil }
    return "\(name.map { "<b>\($0)</b> " as Markup })<span class='mono'>\(text)</span> "
  }

  /// The column of a picture, from 1: each state has its own.
  private func place(_ picture: AttentionPicture, among pictures: [AttentionPicture]) -> Int {
    let states = AttentionPicture.State.allCases.filter { state in pictures.contains { $0.state == state } }
    return 1 + (states.firstIndex(of: picture.state) ?? 0)
  }

  private func figure(
    _ picture: AttentionPicture, index: Int, start: (layer: Int, head: Int), place: Int
  ) -> Markup {
    let layer = min(start.layer, picture.layers - 1)
    let head = min(start.head, picture.heads - 1)
    let name = "\(data.name(picture.arm)), \(picture.state.rawValue)"
    return """
      <figure class='panel' style='--place:\(place)' data-picture='\(index)' data-arm='\(picture.arm)' \
      data-state='\(picture.state.key)' data-sentence='\(picture.sentence)'>\
      <figcaption><h3>\(data.label(picture.arm)) · \(picture.state.rawValue)</h3></figcaption>
      <div class='tiles'>\(AttentionSVG.gridMarkup(
        picture, id: "grid-\(index)", title: "Attention of \(name): all layers and heads"))</div>
      <div class='single'><p class='unit'>enlarged: <span class='name'>layer \(layer + 1), head \
      \(head + 1)</span></p>\(AttentionSVG.headMarkup(
        picture, layer: layer, head: head, id: "head-\(index)",
        title: "Attention of \(name): one head enlarged"))</div>
      <p class='readout' aria-live='polite'>&#160;</p></figure>

      """
  }
}

extension SectionAttention {
  /// What the script needs to draw a head: the colour of every code, and the codes.
  struct HeatData: Encodable {
    struct Picture: Encodable {
      var layers: Int
      var heads: Int
      var tokens: [String]
      /// Compressed.
      var codes: String
    }

    var palette: [String]
    var pictures: [Picture]

    init(_ pictures: [AttentionPicture], _ codes: [String]) {
      palette = ColourScale.hexadecimal
      self.pictures = zip(pictures, codes).map {
        Picture(layers: $0.layers, heads: $0.heads, tokens: $0.tokens, codes: $1)
      }
    }
  }
}

extension AttentionPicture.State {
  /// Position among the states, safe in an attribute.
  var key: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension ReportData {
  /// Order in which pictures stand: sentence, arm, state.
  static func order(of pictures: [AttentionPicture]) -> [Int] {
    pictures.indices.sorted { left, right in
      let a = pictures[left]
      let b = pictures[right]
      return (a.sentence, a.arm, a.state.key, left) < (b.sentence, b.arm, b.state.key, right)
    }
  }
}
