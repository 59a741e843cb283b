import Foundation
import Inference
import Settings
import Text
import Training

/// How probable the model finds held-out text by the chain rule: decoders read from left to right, encoders unmask
/// hidden tokens in that order.
struct LikelihoodEvaluation: Evaluation {
  static let windows = Key.integer("windows", 1...1_000_000, default: 64, help: "number of held-out windows")

  let windows: Int

  func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure] {
    let scoring = try WindowScoring(subject.model, progress: subject.progress)
    let cut = try HeldOutWindows(subject, limit: windows)
    let nats = try scoring.nats(cut.windows).joined()
    let (sum, count) = (nats.reduce(0, +), nats.count)
    return [
      EvaluationFigure(
        "bits per byte", sum / log(2) / Double(max(1, cut.bytes)), unit: "bits", count: cut.bytes,
        moreIsBetter: false),
      EvaluationFigure(
        "nats per token", sum / Double(max(1, count)), unit: "nats", count: count,
        moreIsBetter: false),
    ]
  }

  /// A decoder reads every window once, an encoder once a token.
  func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    Double(windows * reader.context * (reader.isEncoder ? reader.context : 1))
  }
}

/// The mean over tokens of the cost of each with all others in view: for models that predict hidden tokens. It is no
/// likelihood.
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
    let cut = try HeldOutWindows(subject, limit: windows)
    let nats = try scoring.pseudoNats(cut.windows, .withinWord).joined()
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

/// Windows of held-out tokens as long as the model's context.
private struct HeldOutWindows {
  let windows: [[Int32]]
  let bytes: Int

  init(_ subject: EvaluationSubject, limit: Int) throws {
    let (model, context) = (subject.model, subject.model.descriptor.context)
    let data = try TrainingData(subject.text, tokenizer: model.tokenizer)
    guard data.keepsHeldOutText else {
      throw InferenceError(
        "\(model.descriptor.name)'s tokenizer (\(model.tokenizer.kind)) loses part of the text, which then has no cost"
      )
    }
    windows = try WindowSampler.frozen(data.heldOut, length: context, limit: limit).map {
      Array($0.prefix(context))
    }
    bytes = windows.reduce(0) { $0 + data.bytes(of: $1) }
  }
}
