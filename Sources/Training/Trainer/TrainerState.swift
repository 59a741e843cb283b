import Foundation
import Text
import Wording
import Zoo

/// The state of training: all that a checkpoint holds besides tensors, descriptor and recipe.
///
/// Everything random is a function of the seed and of the step, so the step is the only cursor that
/// resuming needs; the rest are sums that continue.
public struct TrainerState: Codable, Sendable, Equatable {
  /// Optimiser steps taken.
  public var step = 0
  /// Steps of the whole run: fixed when the run began, also where the budget was given in minutes.
  public var totalSteps: Int
  /// Content tokens seen.
  public var tokens = 0
  /// Predictions trained on.
  public var supervisedTokens = 0
  /// FLOPs of matrix products in training steps.
  public var flops: UInt64 = 0
  /// Seconds in training steps.
  public var seconds = 0.0
  /// The SHA-256 of the content bytes of every batch so far: two runs that saw the same text have the same.
  package var contentHash = ContentHash().hex
  /// The state that the hash continues from.
  package var contentHashState = ContentHash().state
  /// The lowest held-out loss so far, and the step that it was reached at.
  public var bestLoss: Double?
  /// The step of the lowest held-out loss.
  public var bestStep: Int?

  /// The state before the first of `totalSteps` steps.
  package init(totalSteps: Int) { self.totalSteps = totalSteps }

  /// The state that a checkpoint holds.
  ///
  /// - Throws: `TrainerError` when it holds none, or a damaged one: every value is checked against what it can be.
  package init(from checkpoint: ModelFile.OpenCheckpoint) throws {
    guard let text = checkpoint.record.trainer else {
      throw TrainerError(
        place: checkpoint.url.path, reason: "it holds a model but no training state",
        suggestion: "continue from its weights with: "
          + "\(ShellCommand("train", "--from", checkpoint.url.shownPath))")
    }
    func damaged(_ what: String) -> TrainerError {
      TrainerError(
        place: checkpoint.url.path, reason: "the training state is damaged\(what)",
        suggestion: "resume from an older checkpoint")
    }
    do { self = try JSONDecoder().decode(TrainerState.self, from: Data(text.utf8)) } catch {
      throw damaged("")
    }
    if let value = impossibleValue { throw damaged(": \(value)") }
    guard step == checkpoint.record.step else {
      throw damaged(": its step is \(step), the checkpoint's \(checkpoint.record.step)")
    }
  }

  /// Steps that a run may have taken: far beyond what any machine does, and far enough from where sums overflow.
  static let possibleSteps = 0...1_000_000_000_000

  /// The first value that no training can come to, in words; nil when there is none.
  var impossibleValue: String? {
    if let number = impossibleNumber { return number }
    guard let hash = try? ContentHash(state: contentHashState), hash.hex == contentHash else {
      return "the hash of the text differs from the hash of its state"
    }
    return nil
  }

  /// The first number that no training can come to, in words; nil when there is none.
  var impossibleNumber: String? {
    let (possibleSteps, most) = (Self.possibleSteps, 1 << 60)
    if !(0...1000 * possibleSteps.upperBound).contains(totalSteps) { return "\(totalSteps) steps in all" }
    if !possibleSteps.contains(step) { return "step \(step)" }
    if !(0...most).contains(tokens) { return "\(tokens) tokens" }
    if !(0...most).contains(supervisedTokens) { return "\(supervisedTokens) predictions" }
    // Some months of a large machine are beyond `most`.
    if flops > 1 << 63 { return "\(flops) FLOPs" }
    if !seconds.isFinite || seconds < 0 { return "\(seconds) seconds" }
    if let bestLoss, !bestLoss.isFinite { return "a best loss of \(bestLoss)" }
    if let bestStep, !(0...step).contains(bestStep) { return "the best loss at step \(bestStep) of \(step)" }
    if (bestLoss == nil) != (bestStep == nil) { return "a best loss without its step, or a step without it" }
    return nil
  }

  /// The state as JSON text.
  ///
  /// - Throws: an encoding error, never in practice.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

/// What one step did.
public struct StepReport: Sendable {
  /// Steps taken, this one included.
  public let step: Int
  /// The mean loss of the step's predictions, in nats.
  public let loss: Double
  /// What parts of the model added by `Pass.addLoss`, by name.
  public let auxiliaryLosses: [String: Double]
  /// The learning rate that was used.
  public let learningRate: Double
  /// The gradient norm before clipping.
  public let gradientNorm: Double
  /// Seconds that the step took.
  public let seconds: Double
  /// FLOPs of matrix products in the step.
  public let flops: UInt64
}

/// What an evaluation on the frozen held-out windows found.
public struct EvaluationReport: Codable, Sendable, Equatable {
  /// Steps taken before it.
  public let step: Int
  /// Mean loss of the predictions, in nats: in the objective's own unit.
  public let loss: Double
  /// Fraction of the predictions whose most probable token was right.
  public let accuracy: Double
  /// Bits per content byte, where the objective is a likelihood of the text.
  public let bitsPerByte: Double?
  /// Predictions made.
  public let predictions: Int
  /// Content bytes in the windows.
  public let bytes: Int
}
