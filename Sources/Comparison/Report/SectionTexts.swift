import Foundation
import Reporting

/// What models write: samples of decoders, fills of encoders.
enum SectionTexts {
  /// Samples of decoders.
  static func samples(_ data: ReportData) -> ReportSection? {
    guard !data.samples.isEmpty else { return nil }
    let known = data.samples.flatMap(\.sentences).compactMap(\.wellFormed)
    let count: Markup? =
      known.isEmpty
      ? nil
      : """
       Of \(known.count) complete sentences the grammar accepts \(known.filter { $0 }.count) (✓); the \
       others are \
      marked ✕.
      """
    let panels = data.samples.map { sample -> Markup in
      let prompt: Markup? =
        sample.prompt.isEmpty
        ? nil : "<p class='unit'>after the prompt <span class='prompt'>\(sample.prompt)</span></p>"
      let settings: Markup? = sample.settings.isEmpty ? nil : "<p class='unit'>\(sample.settings)</p>"
      return """
        <div class='panel'><h3>\(data.label(sample.arm))</h3>\(settings)\(prompt)
        <ul class='sample'>\(sample.sentences.map(sentence))</ul></div>

        """
    }
    return ReportSection(
      id: "samples", short: "Samples", title: "Text from the decoder",
      lead: "Text sampled from the trained model, token by token.\(count)",
      body: "<div class='panels'>\(panels)</div>\n")
  }

  private static func sentence(_ sentence: ReportData.Sample.Sentence) -> Markup {
    let mark: Markup
    switch sentence.wellFormed {
    case true?:
      mark = "<span class='mark-text good-text' role='img' aria-label='grammatical'>✓</span>"
    case false?:
      mark = "<span class='mark-text bad-text' role='img' aria-label='not grammatical'>✕</span>"
    case nil: mark = "<span class='mark-text' aria-hidden='true'>·</span>"
    }
    return "<li>\(mark)\(sentence.text)</li>\n"
  }

  /// Fills of encoders.
  static func fills(_ data: ReportData) -> ReportSection? {
    guard !data.fills.isEmpty else { return nil }
    let panels = data.fills.map { fill -> Markup in
      let masks = fill.masks.enumerated().map { index, mask in
        self.mask(mask, number: index + 1, of: fill.masks.count, colour: data.colour(fill.arm))
      }
      return """
        <div class='panel'><h3>\(data.label(fill.arm))</h3><p class='fill-text'>\(withHoles(fill.text))</p>
        <div class='masks'>\(masks)</div></div>

        """
    }
    return ReportSection(
      id: "fills", short: "Fills", title: "Predictions of the encoder for masks",
      lead: "Some tokens are masked; the model predicts a probability for every token at these positions.",
      body: "<div class='panels'>\(panels)</div>\n")
  }

  /// The text with its masks drawn as numbered holes.
  private static func withHoles(_ text: String) -> Markup {
    let parts = text.components(separatedBy: "[MASK]")
    var result: Markup = ""
    for (index, part) in parts.enumerated() {
      if index > 0 {
        result = result + "<span class='hole'>\(parts.count > 2 ? "mask \(index)" : "mask")</span>"
      }
      result = result + "\(part)"
    }
    return result
  }

  private static func mask(
    _ mask: ReportData.Fill.Mask, number: Int, of count: Int, colour: Int
  ) -> Markup {
    let rows = mask.guesses.map { guess -> Markup in
      let isRight = mask.correct == guess.text
      let right: Markup? =
        isRight ? " <span class='good-text' role='img' aria-label='correct'>✓</span>" : nil
      let grammar: Markup? = guess.grammarProbability.map {
        "<span class='ci'>grammar \(Number.percent($0))</span>"
      }
      let width = min(max(guess.probability.isFinite ? guess.probability : 0, 0), 1) * 100
      return """
        <tr class='c\(ChartMark.index(colour))'><th scope='row'>\(guess.text)\(right)</th>\
        <td class='track'><span style='width:\(px: width)%'></span></td>\
        <td class='n'>\(Number.percent(guess.probability))\(grammar)</td></tr>

        """
    }
    let name = count > 1 ? "Mask \(number)" : "Mask"
    let correct = mask.correct.map { ": correct is “\($0)”" } ?? ""
    return
      "<div><table class='guesses'><caption>\(name)\(correct)</caption><tbody>\(rows)</tbody></table></div>\n"
  }
}
