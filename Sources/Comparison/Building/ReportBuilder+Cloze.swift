import Evaluation
import Experiments
import Foundation
import Inference
import Reporting
import Statistics
import SyntheticCorpus
import Text
import Training
import Zoo

extension ReportBuilder {
  /// The items by evidence that all runs were asked; none where no sentence fits, and for runs from before there were
  /// such items.
  var evidence: [EvidenceItem] {
    let items = experiment.choices.withLock { $0.evidence }
    let areAsked = (arms + repeats).allSatisfy { $0.evidence.values.allSatisfy { $0.count == items.count } }
    return areAsked && arms.contains(where: { !$0.evidence.isEmpty }) ? items : []
  }

  /// Choices of hidden words, by where the evidence stands; nil where no sentence fits.
  func cloze(_ corpus: GeneratedCorpus) -> ClozeResults? {
    let items = evidence
    guard !items.isEmpty else { return nil }
    var columns: [ClozeResults.Column] = []
    var answers: [ClozeReport.Answers] = []
    for side in ChoiceContext.allCases {
      for arm in arms.indices {
        guard let probabilities = arms[arm].evidence[side] else { continue }
        columns.append(
          ClozeResults.Column(arm: arm, side: side, isTrainedForIt: isTrained(arms[arm], toSee: side)))
        answers.append(ClozeReport.Answers(side, probabilities))
      }
    }
    return ClozeResults(
      candidates: items[0].candidates.count, trained: 0,
      rows: ClozeReport(items, corpus.automaton).rows(answers), columns: columns,
      differences: clozeDifferences(columns, answers.map { items.right($0.probabilities) }))
  }

  private func clozeDifferences(_ columns: [ClozeResults.Column], _ right: [[Bool]])
    -> [ClozeResults.Difference]
  {
    ChoiceContext.allCases.flatMap { side -> [ClozeResults.Difference] in
      let same = columns.indices.filter { columns[$0].side == side }
      guard let first = same.first else { return [] }
      return same.dropFirst().map { column in
        ClozeResults.Difference(
          arm: columns[column].arm, against: columns[first].arm, side: side,
          difference: PairedShares(right[column], right[first]).difference)
      }
    }
  }

  /// A sentence for each side, and another for the models that were not trained for it.
  func clozeVerdicts(_ cloze: ClozeResults?) -> [Verdict] {
    guard let cloze, let all = cloze.rows.last else { return [] }
    return ChoiceContext.allCases.flatMap { side -> [Verdict] in
      let differences = cloze.differences.filter { $0.side == side }
      func isFair(_ difference: ClozeResults.Difference) -> Bool {
        reasonAgainst(side, [arms[difference.arm], arms[difference.against]]) == nil
      }
      return [differences.filter(isFair), differences.filter { !isFair($0) }].filter { !$0.isEmpty }.map {
        differences in
        let numbers = differences.map { difference in
          let range = Number.interval(difference.difference.interval) { Number.fixed($0 * 100, 1) }
          return "\(arms[difference.arm].plan.name) − \(arms[difference.against].plan.name) = "
            + "\(Number.fixed(difference.difference.value * 100, 1)) points (\(range))"
        }
        let against = reasonAgainst(
          side, Set(differences.flatMap { [$0.arm, $0.against] }).sorted().map { arms[$0] })
        return Verdict(
          statement: "Choosing a hidden word "
            + (side == .leftOnly ? "from the left side alone." : "with both sides in view."),
          numbers: numbers.joined(separator: ", ")
            + "; the best possible choice is correct in \(Number.percent(all.best(side).expected)) on average",
          comparable: against == nil,
          because: against
            ?? "the same \(all.count) sentences, candidates and context; \(ofSeed), so this describes these "
            + "trained models")
      }
    }
  }
}
