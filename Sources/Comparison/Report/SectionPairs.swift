import Evaluation
import Foundation
import Reporting

/// Choices between a sentence of the grammar and one with a wrong word.
enum SectionPairs {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let pairs = data.ruler?.pairs, !pairs.columns.isEmpty else { return nil }
    let columns = pairs.columns.map { column -> ReportTable.Column in
      .number(
        """
        \(data.label(column.arm))<span style='display:block;white-space:normal;min-width:7em'>\
        \(words(column.measure))</span>
        """)
    }
    return ReportSection(
      id: "pairs", short: "Pairs", title: "Accuracy on minimal pairs",
      lead: """
        \(Number.grouped(pairs.count)) pairs of sentences from the grammar: a grammatical sentence, and the \
        same sentence with one word that makes it ungrammatical. None of the sentences is in the training text \
        (\(Number.grouped(pairs.dropped)) that are were drawn and dropped). A model is correct if the grammatical \
        sentence is more probable by the measure at the top of the column; ties count half, and chance is \
        50 %. Intervals are 95 % Wilson intervals over pairs and describe these trained models only.
        """,
      body: ReportTable(
        caption: "Accuracy by what the sentences differ in",
        columns: ["What differs", .text("For example"), .number("Pairs")] + columns,
        rows: pairs.rows.map { row in
          [
            "\(row.paradigm.replacingOccurrences(of: "_", with: " "))",
            row.example.map(example) ?? "–", "\(Number.grouped(row.count))",
          ] + row.right.map { $0.cell { Number.percent($0, 1) } }
        }
      ).markup)
  }

  private static func words(_ measure: PairScoring.Measure) -> String {
    switch measure {
    case .likelihood: "likelihood"
    case .pseudo: "pseudo-log-likelihood"
    case .pseudoWithinWords: "pseudo-log-likelihood, rest of the word masked"
    }
  }

  /// The right sentence with the wrong word struck out behind the right one.
  static func example(_ pair: ReportData.Pairs.Example) -> Markup {
    let (good, bad) = (pair.good.split(separator: " "), pair.bad.split(separator: " "))
    guard good.count == bad.count else { return "\(pair.good)" }
    let words = zip(good, bad).map { right, wrong -> Markup in
      right == wrong ? "\(String(right)) " : "<b>\(String(right))</b> <s>\(String(wrong))</s> "
    }
    return "\(words)"
  }
}
