import Foundation
import SyntheticCorpus
import Text

/// Items by the class of their hidden word, with what the best possible choices are worth.
package struct ClozeReport {
  private let items: [ClozeItem]
  /// The exact probabilities of each item's candidates, by side.
  private let truth: [ChoiceContext: [[Double]]]

  package init(_ items: [ClozeItem], _ automaton: ByteAutomaton) {
    self.items = items
    truth = Dictionary(
      uniqueKeysWithValues: ChoiceContext.allCases.map { side in
        (side, items.map { $0.truth(automaton, side) })
      })
  }

  /// A row a class, and one of all items.
  ///
  /// - Parameter right: by column, which items were right.
  package func rows(_ right: [[Bool]]) -> [ClozeResults.Row] {
    let classes = ClozeItem.classes.compactMap { wordClass -> ClozeResults.Row? in
      let chosen = items.indices.filter { items[$0].wordClass == wordClass }
      return chosen.isEmpty ? nil : row(wordClass.rawValue, chosen, right, example: items[chosen[0]])
    }
    return classes + [row("all", Array(items.indices), right, example: nil)]
  }

  private func row(_ name: String, _ chosen: [Int], _ right: [[Bool]], example: ClozeItem?)
    -> ClozeResults.Row
  {
    func mean(_ value: (Int) -> Double) -> Double {
      chosen.reduce(0) { $0 + value($1) } / Double(chosen.count)
    }
    func best(_ side: ChoiceContext) -> ClozeResults.Best {
      let truth = truth[side] ?? []
      return ClozeResults.Best(
        right: .share(
          correct: chosen.count { Self.choice(truth[$0]) == items[$0].correct }, of: chosen.count),
        expected: mean { truth[$0].max() ?? 0 })
    }
    return ClozeResults.Row(
      wordClass: name, count: chosen.count, chance: mean { 1 / Double(items[$0].candidates.count) },
      example: example.map { item in
        ClozeResults.Example(
          left: item.left, correct: item.candidates[item.correct], right: item.right,
          others: item.candidates.indices.filter { $0 != item.correct }.map { item.candidates[$0] })
      }, bestLeftOnly: best(.leftOnly), bestBothSides: best(.bothSides),
      right: right.map { flags in .share(correct: chosen.count { flags[$0] }, of: chosen.count) })
  }

  /// The most probable candidate; the first of several.
  private static func choice(_ probabilities: [Double]) -> Int {
    probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
  }
}
