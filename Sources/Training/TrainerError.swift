import Kernels
import Settings

/// Training cannot begin or continue.
public struct TrainerError: Error, Equatable, CustomStringConvertible {
  /// The place: a setting, a file or a run; a path is relative to the current folder where it is below that.
  public let place: String
  /// What is wrong there.
  public let reason: String
  /// What to do about it.
  public let suggestion: String
  /// Whether training led to losses that are no numbers: a finding about the settings, not a failure.
  public private(set) var isDivergence = false

  /// An error that names the place, the reason and the suggestion.
  package init(place: String, reason: String, suggestion: String) {
    self.place = FilePath.shown(place)
    self.reason = reason
    self.suggestion = suggestion
  }

  /// A step led to a loss, a gradient or a weight that is NaN or infinite.
  ///
  /// - Parameter learningRate: the highest one of the run.
  static func diverged(step: Int, _ reason: String, learningRate: Double) -> TrainerError {
    var error = TrainerError(
      place: "step \(step)", reason: reason,
      suggestion: "train again with a lower learning rate, such as --set recipe.optimiser.learningRate="
        + "\(learningRate / 4) (it was \(learningRate)); checkpoints of earlier steps are kept")
    error.isDivergence = true
    return error
  }

  /// The machine has no instructions for a precision.
  static func lacks(_ precision: ProductPrecision) -> TrainerError {
    TrainerError(
      place: "recipe.precision",
      reason: "\(precision.rawValue) needs a processor with AVX-512 BF16 or AMX, and this one has neither",
      suggestion: "choose \(ProductPrecision.fp32.rawValue), which is the default")
  }

  public var description: String { "\(place): \(reason); \(suggestion)" }
}
