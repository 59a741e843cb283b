import AttentionAnalysis
import Experiments
import Foundation
import Reporting

/// The atlas of heads: what each head does and is worth, before and after training.
struct SectionHeads {
  /// Pictures of single heads that a page holds at most.
  static let maxThumbs = 400

  let data: ReportData

  /// The section, or nil without heads.
  static func section(_ data: ReportData) -> ReportSection? {
    guard let heads = data.heads, heads.models.contains(where: { !$0.states.isEmpty }) else { return nil }
    return SectionHeads(data: data).section(heads)
  }

  private func section(_ heads: HeadResults) -> ReportSection {
    ReportSection(
      id: "heads", short: "Heads", title: "Roles of the attention heads",
      lead: """
        Every head was measured on the same \(heads.sentences) held-out sentences. A rule derives its role from these \
        measures: a head has a role if it closes at least \(Number.percent(HeadRole.minGain, 0)) of the gap between \
        uniform and full attention (from a verb to its subject: \(Number.percent(HeadRole.minAgreementGain, 0)), and at \
        least twice the attention to a distractor noun); broad means an entropy of at least \
        \(Number.fixed(HeadRole.broadEntropy, 1)) of the maximum. The bar is the importance of the head: the \
        increase of the model's loss on \(heads.windows) held-out windows when the output of the head is set \
        to zero. Choose a picture to enlarge the head with its tokens.
        """,
      body: """
        \(heads.models.map { model($0, thumbs: hasThumbs(heads)) })\(heads.matches.map(match))\
        \(rollouts(heads))
        """)
  }

  /// Whether the page has room for a picture of each head in each state.
  private func hasThumbs(_ heads: HeadResults) -> Bool {
    heads.models.reduce(0) { $0 + $1.states.reduce(0) { $0 + $1.heads.count } } <= Self.maxThumbs
  }

  private func model(_ model: HeadResults.Model, thumbs: Bool) -> Markup {
    let ends =
      model.states.count > 1 ? [model.states[0], model.states[model.states.count - 1]] : model.states
    return """
      <div class='heads'>\(ends.map { grid(model, $0, thumbs: thumbs) })</div>
      \(film(model, thumbs: thumbs))\(unread(model))
      <details><summary>All measures of \(data.name(model.arm))</summary>\(measures(model))</details>

      """
  }

  private func unread(_ model: HeadResults.Model) -> Markup? {
    guard let unread = model.unread, !unread.isEmpty else { return nil }
    return "<p class='note'>Left out of the film strip of \(data.name(model.arm)): \(unread.inWords).</p>\n"
  }

  private func title(_ state: HeadResults.State) -> String {
    state.step == 0 ? "untrained" : "after \(Number.counted(state.step, "step"))"
  }

  private func grid(_ model: HeadResults.Model, _ state: HeadResults.State, thumbs: Bool) -> Markup {
    let layers = Dictionary(grouping: state.heads, by: \.place.layer).sorted { $0.key < $1.key }
    let columns = layers.map(\.value.count).max() ?? 0
    let most = state.heads.compactMap { $0.importance?.value }.filter(\.isFinite).max() ?? 0
    let head = (0..<columns).map { "<th scope='col'>H\($0 + 1)</th>" as Markup }
    let rows = layers.map { layer, heads -> Markup in
      let cells = heads.map { cell($0, in: state, most: most, unit: model.unit, thumbs: thumbs) }
      return "<tr><th scope='row'>L\(layer + 1)</th>\(cells)</tr>\n"
    }
    let name = "\(data.name(model.arm)), \(title(state))"
    return """
      <div class='panel'><h3>\(data.label(model.arm)) · \(title(state))</h3>
      <div class='head-grid' role='region' tabindex='0' aria-label='Heads of \(name)'><table>
      <thead><tr><td></td>\(head)</tr></thead><tbody>\(rows)</tbody></table></div></div>

      """
  }

  private func cell(
    _ head: HeadResults.Head, in state: HeadResults.State, most: Double, unit: String, thumbs: Bool
  ) -> Markup {
    let entropy = head.measures.entropy.map { "entropy \(Number.fixed($0, 2))" } ?? ""
    let distance = head.measures.distance.map { "distance \(Number.fixed($0, 1))" } ?? ""
    let strongest = HeadRole.strongest(head.measures, uniform: head.uniform)
    let leans = head.role == .mixed ? strongest.flatMap { $0.excess >= 0.5 ? $0.role : nil } : nil
    let tendency = leans.map { "<span class='small'>towards \($0.rawValue)</span>" as Markup }
    let worth = head.importance.map { importance -> Markup in
      let share = most > 0 && importance.value.isFinite ? max(0, importance.value / most) : 0
      let range = Number.interval(importance.interval, Self.signed)
      return """
        <span class='worth' title='\(Self.signed(importance.value)) \(unit)\(range.isEmpty ? "" : " (\(range))")'>\
        <span class='track'><span style='width:\(px: share * 100)%'></span></span>\
        \(Self.signed(importance.value))</span>
        """
    }
    return """
      <td>\(link(head.place, thumbs ? thumb(head.place, in: state) : nil))\
      <b>\(head.role.rawValue)</b>\(tendency)\(worth)<span class='small'>\(entropy)</span>\
      <span class='small'>\(distance)</span></td>
      """
  }

  /// A link to the head in the section of attention pictures, where there is one.
  private func link(_ place: ModelAttention.Place, _ content: Markup?) -> Markup? {
    guard let content else { return nil }
    guard !data.attention.isEmpty else { return content }
    return """
      <a href='#attention' data-show-layer='\(place.layer)' data-show-head='\(place.head)' \
      aria-label='layer \(place.layer + 1), head \(place.head + 1), enlarged'>\(content)</a>
      """
  }

  private func thumb(_ place: ModelAttention.Place, in state: HeadResults.State) -> Markup? {
    guard let picture = state.picture, picture.isDrawable else { return nil }
    let codes = picture.head(layer: place.layer, head: place.head)
    guard !codes.isEmpty else { return nil }
    let size = picture.tokens.count
    var image = PixelImage(width: size, height: size)
    for (index, code) in codes.enumerated() { image.set(index % size, index / size, code: code) }
    return """
      <svg class='thumb' viewBox='0 0 \(size) \(size)' aria-hidden='true'><image class='heat' width='\(size)' \
      height='\(size)' href='\(image.address)'/></svg>
      """
  }

  /// A line a head, a column a checkpoint.
  private func film(_ model: HeadResults.Model, thumbs: Bool) -> Markup? {
    guard model.states.count > 2, let last = model.states.last else { return nil }
    let rows = last.heads.map { head -> [Markup] in
      ["\(Self.name(head.place))"]
        + model.states.map { state -> Markup in
          guard let found = state.heads.first(where: { $0.place == head.place }) else { return "–" }
          return "\(thumbs ? thumb(head.place, in: state) : nil)\(found.role.rawValue)"
        }
    }
    return """
      <details><summary>Film strip of \(data.name(model.arm))</summary>
      <div class='film'>\(ReportTable(
        caption: "Every head of \(data.name(model.arm)) in the checkpoints that were kept",
        columns: ["Head"] + model.states.map { .init("\(title($0))") }, rows: rows).markup)</div></details>

      """
  }

  /// Layer and head on one line.
  static func name(_ place: ModelAttention.Place) -> String {
    HeadTable.name(place).replacingOccurrences(of: " ", with: "\u{A0}")
  }

  /// A change with its sign; none where it rounds to nothing.
  static func signed(_ value: Double) -> String {
    abs(value) < 0.0005 ? "0.000" : (value > 0 ? "+" : "") + Number.fixed(value, 3)
  }
}

extension SectionHeads {
  /// Every measure after training, with its values before training and of a uniform head below it.
  private func measures(_ model: HeadResults.Model) -> Markup? {
    guard let last = model.states.last else { return nil }
    let first = model.states.count > 1 ? model.states[0] : nil
    let shares = HeadMeasures.columns
    let rows = last.heads.map { head -> [Markup] in
      let before = first?.heads.first { $0.place == head.place }
      let worth: Markup =
        head.importance.map { importance in
          let range = Number.interval(importance.interval, Self.signed)
          return "\(Self.signed(importance.value))<span class='ci'>\(range)</span>"
        } ?? "–"
      return ["\(Self.name(head.place))", "\(head.role.rawValue)", worth]
        + shares.map { column -> Markup in
          let value = column.value(head.measures)
          let beside = [before.flatMap { column.value($0.measures) }, column.value(head.uniform)]
            .map { $0.map { Number.fixed($0, 2) } ?? "–" }.joined(separator: " · ")
          guard let value else { return "–" }
          return "\(Number.fixed(value, 2))<span class='ci'>\(beside)</span>"
        }
    }
    return """
      <p class='note'>In small print below each number: the same head before training · a uniform head. Induction is \
      measured on repeated random tokens. Attention from verbs is measured at the verb itself and at the position where \
      its form is predicted (in a decoder the position before the verb, in an encoder a mask). Importance is in \
      \(model.unit), with its 95 % interval over windows.</p>
      \(ReportTable(
        caption: "Heads of \(data.name(model.arm))",
        columns: ["Head", "Role", .number("Importance")]
          + shares.map { .number("\($0.title)") }, rows: rows).markup)
      """
  }

  private func match(_ match: HeadResults.Match) -> Markup {
    let (encoder, decoder) = (data.name(match.encoder), data.name(match.decoder))
    func role(_ arm: Int, _ place: ModelAttention.Place) -> String {
      let heads = data.heads?.models.first { $0.arm == arm }?.states.last?.heads
      return heads?.first { $0.place == place }?.role.rawValue ?? ""
    }
    func number(_ value: Double?) -> Markup { "\(value.map { Number.fixed($0, 3) } ?? "–")" }
    let rows = match.pairs.sorted { $0.similarity > $1.similarity }.map { pair -> [Markup] in
      [
        "\(Self.name(pair.encoder)) <span class='ci'>\(role(match.encoder, pair.encoder))</span>",
        "\(Self.name(pair.decoder)) <span class='ci'>\(role(match.decoder, pair.decoder))</span>",
        number(pair.similarity), number(pair.shuffled),
        "\(pair.quantile.map { Number.percent($0, 0) } ?? "–")", number(pair.untrained),
        "\(Number.percent(pair.encoderKept, 0))", "\(Number.percent(pair.decoderKept, 0))",
      ]
    }
    let null = match.shuffled.sorted()
    let range =
      null.isEmpty ? "" : "\(Number.fixed(null[0], 3)) to \(Number.fixed(null[null.count - 1], 3))"
    let below = null.count { $0 < match.similarity }
    let untrained = match.untrained.map {
      ", \(Number.fixed($0, 3)) with the heads of \(decoder) before training"
    }
    return """
      <div class='panel stacked'><h3>Matching heads of \(encoder) and \(decoder)</h3>
      <p class='note'>Mean similarity of the matched heads \(Number.fixed(match.similarity, 3)); \
      \(null.isEmpty ? "" : "on other sentences of the same length \(range) in \(null.count) draws, \(below) of them lower")\
      \(untrained ?? ""). Similarity is 1 − the Jensen–Shannon divergence of two rows in bits, averaged over the \
      rows of \(Number.counted(match.sentences, "sentence")). The encoder's map is restricted to what the decoder sees and renormalised; \
      a start token of the decoder is left out. Each head has one partner, in any layer (Hungarian method), \
      and all heads are matched again in every draw. If a head has an equally similar partner on other sentences, both \
      depend on positions only; if it is above most draws, both respond to the content of this text. Two heads with \
      broad attention are similar in any case, as before training.</p></div>
      \(ReportTable(
        caption: "Heads of \(encoder) and \(decoder), most similar first",
        columns: [
          .init("\(encoder)"), .init("\(decoder)"), .number("Similarity"), .number("On other sentences"),
          .number("Above of draws"), .number("Untrained \(decoder)"), .number("Kept of \(encoder)"),
          .number("Kept of \(decoder)"),
        ], rows: rows).markup)
      """
  }

  private func rollouts(_ heads: HeadResults) -> Markup? {
    let figures = heads.models.compactMap { model -> Markup? in
      guard let picture = model.rollout, picture.isDrawable else { return nil }
      let drawing = AttentionSVG.headMarkup(
        picture, layer: picture.layers - 1, head: 0, id: "rollout-\(model.arm)",
        title: "Attention rollout of \(data.name(model.arm))")
      return """
        <figure class='panel'><figcaption><h3>\(data.label(model.arm)) · rollout</h3></figcaption>
        <div class='single'>\(drawing)</div></figure>

        """
    }
    guard !figures.isEmpty else { return nil }
    return """
      <p class='note'>Attention rollout: the contribution of each input token to a vector after the last layer, if only \
      attention and the residual stream are considered (the product of ½·mean attention + ½·identity over the layers; \
      Abnar and Zuidema 2020).</p>
      <div class='attention' style='--columns:2'>\(figures)</div>

      """
  }
}
