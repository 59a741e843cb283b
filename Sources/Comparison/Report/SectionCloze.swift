import Evaluation
import Foundation
import Inference
import Reporting

/// Choices of a hidden word among two, by where the evidence stands.
enum SectionCloze {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let cloze = data.ruler?.cloze, let all = cloze.rows.last else { return nil }
    let untrained = cloze.columns.filter { !$0.isTrainedForIt }.map(\.arm)
    return ReportSection(
      id: "cloze", short: "Cloze", title: "Which word is hidden?",
      lead: """
        In each of \(Number.grouped(all.count)) sentences that are not in the training text, one word is hidden, and the \
        model chooses between it and one other word, of the other number or of another class. Every two words appear in \
        two sentences, between the same two neighbours, and each is correct in one of them. Word frequency and direct \
        neighbours therefore give no information, and the evidence is elsewhere: by the grammar's exact probabilities on \
        the left (before the word only), on the right, or on both sides (either is sufficient). There are two tasks. Left \
        side: the model sees only what precedes the word (for an encoder, everything after it is masked up to the end of \
        a window, so that not even the length is known). Whole sentence: a decoder ranks by the likelihood of the \
        sentence, an encoder by the probability of the hidden tokens. Results of the two tasks are not comparable. The \
        divergence is that from the grammar's exact probabilities of the two words, in bits: 0 for the best possible \
        model, 1 or more for guessing where the sentence decides. Intervals are over sentences and describe these \
        trained models only.
        """,
      body: """
        \(ChoiceContext.allCases.map { table(data, cloze, $0) })\
        \(SectionLikelihood.warning(data, untrained))
        """)
  }

  /// The places of the evidence, the columns and what the right words are given, for the first page; nil in reports
  /// from before this was recorded.
  static func summary(_ data: ReportData) -> Markup? {
    guard let cloze = data.ruler?.cloze, cloze.rows.contains(where: { $0.probabilities != nil }) else {
      return nil
    }
    let columns = cloze.columns.indices.filter { cloze.columns[$0].isTrainedForIt }
    let rows = cloze.rows.dropLast().map { row -> [Markup] in
      [
        "\(evidence(row))\(row.example.map { "<span class='ci'>\(example($0, .bothSides))</span>" as Markup })",
        "\(Number.grouped(row.count))",
      ] + ChoiceContext.allCases.map { "\(Number.percent(row.best($0).probability ?? .nan, 1))" }
        + columns.map { column in
          row.probabilities.map { $0[column].cell { Number.percent($0, 1) } } ?? "–"
        }
    }
    return """
      <h3 style='margin-top:18px'>Location of the evidence</h3>\
      \(ReportTable(
        caption: "Probability given to the right one of two words",
        columns: [.text("Evidence"), .number("Items")]
          + ChoiceContext.allCases.map { .number("Best possible, \(words($0))") }
          + columns.map {
            .number("\(data.label(cloze.columns[$0].arm)), \(words(cloze.columns[$0].side))" as Markup)
          },
        rows: Array(rows)
      ).markup)\
      <p class='note'>Chance is 50 %. On the whole sentence, a decoder compares the likelihoods of the sentence with \
      either word; on the left side alone, it compares the probabilities of the words. A model that was trained with a \
      fixed masking rate is not evaluated on the left side alone here.</p>

      """
  }

  /// What is in view, in a few words.
  private static func words(_ side: ChoiceContext) -> String {
    side == .leftOnly ? "left side" : "whole sentence"
  }

  /// Where the evidence of a row stands; the class of the word in reports from before.
  private static func evidence(_ row: ClozeResults.Row) -> String {
    switch row.wordClass {
    case "left", "right": "on the \(row.wordClass)"
    case "both": "on both sides"
    default: row.wordClass
    }
  }

  private static func table(_ data: ReportData, _ cloze: ClozeResults, _ side: ChoiceContext) -> Markup {
    let columns = cloze.columns.indices.filter { cloze.columns[$0].side == side }
    let rows = cloze.rows.map { row -> [Markup] in
      let best = row.best(side)
      return [
        "\(evidence(row))", row.example.map { example($0, side) } ?? "–", "\(Number.grouped(row.count))",
        "\(Number.percent(row.chance, 0))",
        """
        \(Number.percent(best.expected, 1))\
        <span class='ci'>of these \(Number.percent(best.right.value, 1))</span>
        """,
      ]
        + columns.map { column in
          let bits = row.divergences.map { "<br/>\($0[column].cell { Number.fixed($0, 3) }) bits" as Markup }
          return "\(row.right[column].cell { Number.percent($0, 1) })\(bits)"
        }
    }
    return ReportTable(
      caption: (side == .leftOnly ? "Given the left side" : "Given the whole sentence")
        + ": accuracy, and divergence from the exact probabilities",
      columns: [
        "Evidence", .text("For example"), .number("Items"), .number("By chance"), .number("Best possible"),
      ] + columns.map { .number(data.label(cloze.columns[$0].arm)) },
      rows: rows + differences(data, cloze, side)
    ).markup
  }

  /// The differences of all items, below their models.
  private static func differences(_ data: ReportData, _ cloze: ClozeResults, _ side: ChoiceContext)
    -> [[Markup]]
  {
    let found = cloze.differences.filter { $0.side == side }
    guard let first = found.first else { return [] }
    return [
      ["minus \(data.name(first.against)), points", "–", "–", "–", "–", "–"]
        + found.map { $0.difference.cell(Number.points) }
    ]
  }

  /// The sentence as far as it is given, with the right word and the others.
  static func example(_ example: ClozeResults.Example, _ side: ChoiceContext) -> Markup {
    """
    \(example.left) <b>\(example.correct)</b>\(side == .leftOnly ? " …" : example.right)\
    <span class='ci'>not \(example.others.joined(separator: ", "))</span>
    """
  }
}
