import Kernels
import Tensors

/// Training cannot begin or go on.
public struct TrainerError: Error, Equatable, CustomStringConvertible {
  /// The place: a setting, a file or a run.
  public let place: String
  /// What is wrong there.
  public let reason: String
  /// What to do about it.
  public let mend: String
  /// Whether training led to losses that are no numbers: a finding about the settings, not a failure.
  public private(set) var isDivergence = false

  /// An error that names the place, the reason and the mend.
  public init(place: String, reason: String, mend: String) {
    self.place = place
    self.reason = reason
    self.mend = mend
  }

  /// The loss of a step is NaN or infinite.
  static func diverged(step: Int, loss: Double) -> TrainerError {
    diverged(step: step, reason: "the loss is \(loss)")
  }

  /// An operation of a step gave NaN or an infinity, in a context that checks values.
  static func diverged(step: Int, _ error: NonFiniteError) -> TrainerError {
    diverged(step: step, reason: "\(error)")
  }

  private static func diverged(step: Int, reason: String) -> TrainerError {
    var error = TrainerError(
      place: "step \(step)", reason: reason,
      mend: "lower the learning rate (recipe.optimiser.learningRate) and resume from the last checkpoint")
    error.isDivergence = true
    return error
  }

  /// The machine has no instructions for a precision.
  static func lacks(_ precision: ProductPrecision) -> TrainerError {
    TrainerError(
      place: "recipe.precision",
      reason: "\(precision.rawValue) needs a processor with AVX-512 BF16 or AMX, and this one has neither",
      mend: "choose \(ProductPrecision.fp32.rawValue), which is the default")
  }

  public var description: String { "\(place): \(reason); \(mend)" }
}
