import Foundation
import Inference
import Statistics
import SyntheticCorpus

extension EvidenceItem {
  /// The exact probability of each candidate, given that it is one of them.
  package func truth(_ automaton: ByteAutomaton, _ side: ChoiceContext) -> [Double] {
    let known = automaton.wordDistribution(left: left, right: side == .leftOnly ? nil : right)
    let ofWord = Dictionary(known.map { ($0.word, $0.probability) }, uniquingKeysWith: { first, _ in first })
    let shares = candidates.map { ofWord[$0] ?? 0 }
    let total = shares.reduce(0, +)
    return shares.map { $0 / total }
  }
}

/// Items by where their evidence stands, with what the best possible choices are worth.
package struct ClozeReport {
  private let items: [EvidenceItem]
  /// The exact probabilities of each item's candidates, by side.
  private let truth: [ChoiceContext: [[Double]]]

  package init(_ items: [EvidenceItem], _ automaton: ByteAutomaton) {
    self.items = items
    truth = Dictionary(
      uniqueKeysWithValues: ChoiceContext.allCases.map { side in
        (side, items.map { $0.truth(automaton, side) })
      })
  }

  /// What a model said of the items, with one side or both in view.
  package struct Answers: Sendable {
    let side: ChoiceContext
    /// The probability of each candidate, `[items][candidates]`.
    package let probabilities: [[Double]]

    package init(_ side: ChoiceContext, _ probabilities: [[Double]]) {
      self.side = side
      self.probabilities = probabilities
    }
  }

  /// KL(exact ‖ model) of each item in bits, `[items]`: 0 for a model that knows the exact probabilities.
  package func divergences(_ answers: Answers) -> [Double] {
    zip(truth[answers.side] ?? [], answers.probabilities).map { truth, model in
      zip(truth, model).reduce(0) { sum, pair in
        pair.0 > 0 ? sum + pair.0 * log2(pair.0 / pair.1) : sum
      }
    }
  }

  /// A row for each place of the evidence, and one of all items.
  ///
  /// - Parameter answers: what one model said, by what was given.
  package func rows(_ answers: [Answers]) -> [ClozeEvaluation.Result.Row] {
    let sides = EvidenceItem.Side.allCases.compactMap { side -> ClozeEvaluation.Result.Row? in
      let chosen = items.indices.filter { items[$0].side == side }
      return chosen.isEmpty ? nil : row(side.rawValue, chosen, answers, example: items[chosen[0]])
    }
    return sides + [row("all", Array(items.indices), answers, example: nil)]
  }

  private func row(_ name: String, _ chosen: [Int], _ answers: [Answers], example: EvidenceItem?)
    -> ClozeEvaluation.Result.Row
  {
    func mean(_ value: (Int) -> Double) -> Double {
      chosen.reduce(0) { $0 + value($1) } / Double(chosen.count)
    }
    func measured(_ values: [Double]) -> Measured {
      let comparison = PairedComparison(differences: chosen.map { values[$0] })
      return Measured(comparison.mean, interval: comparison.interval())
    }
    func best(_ side: ChoiceContext) -> ClozeEvaluation.Result.Best {
      let truth = truth[side] ?? []
      return ClozeEvaluation.Result.Best(
        right: .share(
          correct: chosen.count { Self.choice(truth[$0]) == items[$0].correct }, of: chosen.count),
        expected: mean { truth[$0].max() ?? 0 }, probability: mean { truth[$0][items[$0].correct] })
    }
    func answer(_ answers: Answers) -> ClozeEvaluation.Result.Answer {
      let right = items.right(answers.probabilities)
      let probability = measured(zip(items, answers.probabilities).map { $1[$0.correct] })
      return ClozeEvaluation.Result.Answer(
        right: .share(correct: chosen.count { right[$0] }, of: chosen.count),
        probability: Measured(probability.value, interval: probability.interval?.within(0...1)),
        divergence: measured(divergences(answers)).notNegative)
    }
    return ClozeEvaluation.Result.Row(
      place: name, count: chosen.count, chance: mean { 1 / Double(items[$0].candidates.count) },
      example: example.map { item in
        ClozeEvaluation.Result.Example(
          left: item.left, correct: item.candidates[item.correct], right: item.right,
          others: item.candidates.indices.filter { $0 != item.correct }.map { item.candidates[$0] })
      },
      best: Dictionary(uniqueKeysWithValues: ChoiceContext.allCases.map { ($0, best($0)) }),
      answers: Dictionary(uniqueKeysWithValues: answers.map { ($0.side, answer($0)) }))
  }

  /// The most probable candidate; the first of several.
  private static func choice(_ probabilities: [Double]) -> Int {
    probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
  }
}

extension [EvidenceItem] {
  /// Whether the right candidate of each item is the most probable one: a tie is wrong.
  package func right(_ probabilities: [[Double]]) -> [Bool] {
    zip(self, probabilities).map { item, all in
      all.indices.allSatisfy { $0 == item.correct || all[$0] < all[item.correct] }
    }
  }
}
