import Reporting
import Statistics

/// How well models write: well-formed, new, varied.
enum SectionWriting {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let writing = data.writing, !writing.isEmpty else { return nil }
    let hasGrammar = writing.contains { $0.wellFormed != nil }
    func share(_ measured: Measured?) -> Markup {
      guard let measured else { return "–" }
      let range = Number.interval(measured.interval) { Number.fixed($0 * 100, 1) }
      return "\(Number.percent(measured.value))<span class='ci'>\(range)</span>"
    }
    let rows = writing.map { row -> [Markup] in
      [data.label(row.arm), "\(row.how)", "\(row.sentences)"]
        + (hasGrammar ? [share(row.wellFormed)] : []) + [share(row.copied)]
        + row.distinct.map { "\(Number.percent($0, 0))" }
    }
    let table = ReportTable(
      caption: "Texts sampled at temperature 1",
      columns: ["Model", .text("How"), .number("Sentences")]
        + (hasGrammar ? [.number("Grammatical")] : []) + [.number("In the training text")]
        + (1...4).map { .number("Distinct-\($0)") }, rows: rows)
    return ReportSection(
      id: "writing", short: "Writing", title: "Quality of generated text",
      lead: """
        \(Number.counted(writing[0].texts, "text")) of every model, as long for all. A decoder writes from left to right; an encoder \
        unmasks a window of masks in random order, each token with all that is unmasked in view, which is what \
        the objective any-order trains and masked-lm does not. Sentences are counted that have both ends. \
        \(hasGrammar ? "Well-formed is what the grammar's own parser accepts." : "") \
        Distinct-n is the share of different ones among all runs of n words: few are different where a model \
        repeats itself.
        """,
      body: table.markup)
  }
}
