import Inference
import Settings

/// The mean over tokens of the cost of each with all others in view: for models that predict hidden tokens. It is no
/// likelihood.
///
/// - Source: Salazar et al., "Masked Language Model Scoring", 2020.
struct PseudoLikelihoodEvaluation: Evaluation {
  static let windows = Key.integer("windows", 1...1_000_000, default: 16, help: "number of held-out windows")

  let windows: Int

  func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure] {
    let scoring = try WindowScoring(subject.model, progress: subject.progress)
    guard scoring.hasOrders else {
      throw InferenceError(
        "\(subject.model.descriptor.name) predicts the next token and has a likelihood; measure it --with likelihood"
      )
    }
    let text = try HeldOutWindows(subject, length: subject.model.hiddenRoom, limit: windows)
    let nats = try scoring.pseudoNats(text.ids, .withinWord).joined()
    return [
      EvaluationFigure(
        "nats per token, all others in view", nats.reduce(0, +) / Double(max(1, nats.count)), unit: "nats",
        count: nats.count, moreIsBetter: false)
    ]
  }

  /// An encoder reads every window once a token.
  func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    reader.isEncoder ? Double(windows * reader.context * reader.context) : 0
  }
}
