import Evaluation
import Foundation
import Statistics
import SyntheticCorpus
import Text
import Training
import Zoo

extension ReportBuilder {
  /// Items of each class of words, where there are as many: the same for every budget.
  private static let clozesOfOneClass = 60
  /// Held-out sentences among which they are sought.
  private static let clozeSentences = 1000

  /// The sentences with a hidden word that all runs are asked; none where no sentence fits.
  func clozes(_ corpus: GeneratedCorpus) -> [ClozeItem] {
    if let drawn = scores.clozes { return drawn }
    let sentences = HeldOutSentences(corpus.source, count: Self.clozeSentences, areUnseen: false) { text in
      arms.allSatisfy { $0.trained.fits(text) }
    }
    let items = ClozeItem.draw(sentences.sentences, ofEachClass: Self.clozesOfOneClass).filter { item in
      // Another candidate may have more tokens.
      item.candidates.allSatisfy { candidate in
        arms.allSatisfy { $0.trained.fits(item.sentence(candidate)) }
      }
    }
    scores.clozes = items
    return items
  }

  /// Choices of hidden words among several; nil where no sentence fits.
  func cloze(_ corpus: GeneratedCorpus) throws -> ClozeResults? {
    let items = clozes(corpus)
    guard !items.isEmpty else { return nil }
    var columns: [ClozeResults.Column] = []
    var right: [[Bool]] = []
    for side in ChoiceContext.allCases {
      for arm in arms.indices {
        guard let chosen = try scores.choices(arms[arm])[side] else { continue }
        columns.append(
          ClozeResults.Column(
            arm: arm, side: side, isTrainedForIt: isTrained(arms[arm], toSee: side)))
        right.append(chosen)
      }
    }
    let lines = corpus.source.trainedLines()
    let trained = items.count { lines.contains(String($0.sentence($0.candidates[$0.correct]).dropLast())) }
    return ClozeResults(
      candidates: ClozeItem.mostCandidates, trained: trained,
      rows: ClozeReport(items, corpus.automaton).rows(right),
      columns: columns, differences: clozeDifferences(columns, right))
  }

  private func clozeDifferences(_ columns: [ClozeResults.Column], _ right: [[Bool]])
    -> [ClozeResults.Difference]
  {
    ChoiceContext.allCases.flatMap { side -> [ClozeResults.Difference] in
      let same = columns.indices.filter { columns[$0].side == side }
      guard let first = same.first else { return [] }
      return same.dropFirst().map { column in
        func values(_ column: Int) -> [Double] { right[column].map { $0 ? 1 : 0 } }
        let change = PairedComparison(values(column), values(first))
        return ClozeResults.Difference(
          arm: columns[column].arm, against: columns[first].arm, side: side,
          difference: Measured(change.mean, interval: change.interval()?.within(-1...1)))
      }
    }
  }

  /// A sentence for each side, and another for the models that were not trained for it.
  func clozeVerdicts(_ cloze: ClozeResults?) -> [ReportData.Verdict] {
    guard let cloze, let all = cloze.rows.last else { return [] }
    return ChoiceContext.allCases.flatMap { side -> [ReportData.Verdict] in
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
        return ReportData.Verdict(
          statement: "Choosing a hidden word "
            + (side == .leftOnly ? "from the left side alone." : "with both sides in view."),
          numbers: numbers.joined(separator: ", ")
            + "; the best possible choice is right in \(Number.percent(all.best(side).expected)) on average",
          comparable: against == nil,
          because: against
            ?? "the same \(all.count) sentences, candidates and context; \(ofSeed), so this is about these "
            + "trained models")
      }
    }
  }
}
