import Evaluation
import Foundation

/// Choices of a hidden word among candidates of its class.
enum SectionCloze {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let cloze = data.ruler?.cloze, let all = cloze.rows.last else { return nil }
    let untrained = cloze.columns.filter { !$0.isTrainedForIt }.map(\.arm)
    return ReportSection(
      id: "cloze", short: "Cloze", title: "Which word is hidden?",
      lead: """
        In each of \(Number.grouped(all.count)) held-out sentences one word is hidden among at most \
        \(cloze.candidates) of its class, the others drawn from the whole class. (\(Number.grouped(cloze.trained)) \
        of the sentences also stand in the training text, as frequent ones do in any two texts of one grammar; \
        without them the grammar's probabilities would not hold.) Two questions, each the same for all models: with what stands before the word (an encoder has everything \
        behind it masked up to the end of a window, so that not even its length is known), and with the whole \
        sentence in view (a decoder ranks by the likelihood of the sentence, an encoder by the probability of the \
        hidden tokens). The best possible choice is the candidate that the grammar finds most probable: what it gets right on \
        average, given the probabilities of all that could stand there, and of the words that do stand in these \
        sentences. The two \
        questions must not be held against each other. Intervals are 95 % Wilson intervals over sentences: they \
        are about these trained models.
        """,
      body: """
        \(ChoiceContext.allCases.map { table(data, cloze, $0) })\
        \(SectionLikelihood.warning(data, untrained))
        """)
  }

  private static func table(_ data: ReportData, _ cloze: ClozeResults, _ side: ChoiceContext) -> Markup {
    let columns = cloze.columns.indices.filter { cloze.columns[$0].side == side }
    let rows = cloze.rows.map { row -> [Markup] in
      let best = row.best(side)
      return [
        "\(row.wordClass)", row.example.map { example($0, side) } ?? "–", "\(Number.grouped(row.count))",
        "\(Number.percent(row.chance, 0))",
        """
        \(Number.percent(best.expected, 1))\
        <span class='ci'>of these \(Number.percent(best.right.value, 1))</span>
        """,
      ] + columns.map { row.right[$0].cell { Number.percent($0, 1) } }
    }
    return ReportTable(
      caption: (side == .leftOnly ? "From the left side alone" : "With the whole sentence in view")
        + ": share of right choices",
      columns: [
        "Hidden word", .text("For example"), .number("Items"), .number("By chance"), .number("Best possible"),
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
