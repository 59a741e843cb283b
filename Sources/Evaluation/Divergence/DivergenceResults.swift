import Inference
import Statistics

/// How far several models' distributions are from the best possible ones. Reports kept it under these names before it
/// was an evaluation.
package struct DivergenceResults: Codable, Sendable {
  /// Windows from which places were drawn.
  package var windows: Int
  /// Places in all.
  package var places: Int
  /// One row a model and question.
  package var rows: [Row]

  /// One model asked one question.
  package struct Row: Codable, Sendable {
    /// The model's index in the report.
    package var arm: Int
    /// What was given.
    package var side: ChoiceContext
    /// The mean entropy of the exact distributions, in bits: the floor of the cross-entropy.
    package var floor: Double
    /// KL(exact ‖ model) in bits.
    package var divergence: Measured
    /// The same minus that of the first row with this question, window by window; nil in the first.
    package var difference: Measured?
    /// The fraction of probability that lies in the wrong bin.
    package var calibrationError: Double
    /// Ten bins of predicted probability.
    package var bins: [Bin]
    /// Whether the model was trained for what it is asked.
    package var isTrainedForIt: Bool
  }

  /// Predictions of nearly one probability.
  package struct Bin: Codable, Sendable, Equatable {
    /// Predictions.
    package var count: Int
    /// The mean predicted probability.
    package var predicted: Double
    /// The mean of the exact ones.
    package var known: Double
  }
}

extension DivergenceResults {
  /// What several models came to; nil without any answer.
  ///
  /// - Parameter models: with the same places.
  init?(_ models: [EvaluationResults<DivergenceEvaluation.Result>.Model]) {
    guard let first = models.first?.result else { return nil }
    let measure = first.measure
    windows = first.places.count
    places = first.places.reduce(0, +)
    rows = ChoiceContext.allCases.flatMap { side -> [Row] in
      let answers = models.compactMap { model in
        model.result.answers[side].map { (arm: model.index, answer: $0) }
      }
      return answers.enumerated().map { index, one in
        Row(
          arm: one.arm, side: side, floor: measure.perToken(one.answer.entropies).value,
          divergence: measure.perToken(one.answer.divergences).notNegative,
          difference: index == 0
            ? nil
            : measure.perToken(zip(one.answer.divergences, answers[0].answer.divergences).map { $0 - $1 }),
          calibrationError: one.answer.calibrationError, bins: one.answer.bins,
          isTrainedForIt: one.answer.isTrainedForIt)
      }
    }
    if rows.isEmpty { return nil }
  }
}
