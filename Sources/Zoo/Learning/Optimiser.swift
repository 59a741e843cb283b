import Settings
import Tensors
import Transformer

/// An update rule for the weights. A trainer depends on this protocol only.
public protocol Optimiser: AnyObject {
  /// What it remembers from step to step, for a checkpoint: any number of buffers, under names by
  /// `ReservedNames.state`.
  var state: [NamedBuffer] { get }
  /// Parameters that the last backward pass gave no gradient.
  var untouched: [String] { get }
  /// Takes one step and returns the norm of all gradients before clipping. Where that is not finite, nothing
  /// changes.
  ///
  /// - Parameters:
  ///   - step: counted from 1.
  ///   - learningRate: the schedule's for this step.
  func update(step: Int, learningRate: Double) throws -> Double
}

/// Makes an optimiser of all parameters that have gradients, with its initial state.
public typealias OptimiserMaker =
  @Sendable (_ settings: Resolved, _ parameters: ParameterStore, _ context: Context) throws -> any Optimiser

extension Family where Member == OptimiserMaker {
  /// Optimisers.
  public static var optimiser: Self { Self("optimiser") }
}

extension Family where Member == Never {
  /// Settings of some parameters by their path.
  public static var parameterGroup: Self { Self("parameterGroup") }
}

/// The settings that every optimiser has.
public enum OptimiserSettings {
  /// The highest learning rate: schedules, trials and advice change it by this name.
  public static let learningRate = Key.number(
    "learningRate", 0...10, default: 1e-3, help: "peak learning rate")
  /// Settings of some parameters; an optimiser that knows groups declares it.
  public static let groups = Key.components(
    "groups", of: .parameterGroup, elementType: "parameters", mayBeEmpty: true,
    help: "settings for groups of parameters; the first group that matches a parameter applies")

  static let pattern = Key.text(
    "parameters", default: nil, help: "paths of the parameters; * matches any characters")
  static let groupLearningRate = Key.number(
    "learningRate", 0...1000, default: 1, help: "factor of their learning rate; 0: they are frozen")
  static let groupDecay = Key.optionalNumber(
    "decay", 0...10, help: "their weight decay; null: that of the optimiser, for matrices")
}

extension Registry {
  mutating func addParameterGroups() throws {
    try declare(
      "parameters", in: .parameterGroup, summary: "parameters by their path",
      keys: [
        OptimiserSettings.pattern, OptimiserSettings.groupLearningRate, OptimiserSettings.groupDecay,
      ])
  }
}
