import Foundation
import Kernels
import Settings
import Tensors
import Transformer
import Zoo

/// AdamW with clipping of the global gradient norm.
///
///     g ← g·min(1, clip/‖g‖);  w ← w − η·decay·w − η·m̂/(√v̂ + ε)
///
/// Weight decay applies to matrices, not to biases and gains.
///
/// - Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
package final class AdamW: Optimiser {
  /// The settings.
  package struct Options: Sendable, Equatable {
    /// Memory of the first moment.
    package var beta1: Double
    /// Memory of the second moment.
    package var beta2: Double
    /// Added to the root of the second moment.
    package var epsilon: Double
    /// Weight decay of matrices.
    package var decay: Double
    /// Largest global gradient norm; 0: no limit.
    package var clip: Double

    /// The options that resolved settings name.
    package init(_ settings: Resolved) {
      beta1 = settings[AdamW.beta1]
      beta2 = settings[AdamW.beta2]
      epsilon = settings[AdamW.epsilon]
      decay = settings[AdamW.decay]
      clip = settings[AdamW.clip]
    }
  }

  private static let beta1 = Key.number(
    "beta1", 0...0.9999999, default: 0.9, help: "β₁, decay rate of the first moment")
  private static let beta2 = Key.number(
    "beta2", 0...0.9999999, default: 0.99, help: "β₂, decay rate of the second moment")
  private static let epsilon = Key.number(
    "epsilon", 0...1, default: 1e-8,
    help: "added to the square root of the second moment, for numerical stability")
  private static let decay = Key.number("decay", 0...10, default: 0.1, help: "weight decay of matrices")
  private static let clip = Key.number(
    "clip", 0...1e9, default: 1, help: "maximum gradient norm; 0: no clipping")

  static func register(in registry: inout Registry) throws {
    try registry.add(
      "adamw", to: .optimiser, summary: "Adam with decoupled weight decay and clipping",
      keys: [OptimiserSettings.learningRate, beta1, beta2, epsilon, decay, clip, OptimiserSettings.groups],
      source: "Loshchilov and Hutter 2019"
    ) { settings, parameters, context in
      try AdamW(
        TrainedParameters(parameters, groups: settings), options: Options(settings), in: context)
    }
  }

  private let context: Context
  private let options: Options
  private let parameters: TrainedParameters
  private let moments: [(first: Buffer, second: Buffer)]

  /// An optimiser of all parameters that have gradients, with moments of zero.
  ///
  /// - Throws: `MemoryError`.
  package init(_ parameters: TrainedParameters, options: Options, in context: Context) throws {
    self.context = context
    self.options = options
    self.parameters = parameters
    moments = try parameters.all.map { trained in
      let moments = try (0..<2).map { _ in
        let moment = try context.allocate(trained.parameter.tensor.shape, kind: .optimiser)
        context.fill(moment, with: 0)
        return moment
      }
      return (moments[0], moments[1])
    }
  }

  /// The moments, for a checkpoint.
  package var state: [NamedBuffer] {
    zip(parameters.all, moments).flatMap { trained, moments in
      let (name, shape) = (trained.parameter.name, trained.parameter.tensor.shape)
      return [
        NamedBuffer(name: ReservedNames.state("first-moment", of: name), shape: shape, buffer: moments.first),
        NamedBuffer(
          name: ReservedNames.state("second-moment", of: name), shape: shape, buffer: moments.second),
      ]
    }
  }

  package var untouched: [String] { parameters.untouched }

  package func update(step: Int, learningRate: Double) -> Double {
    let norm = parameters.gradientNorm(in: context)
    guard norm.isFinite else { return norm }
    let scale = TrainedParameters.clippingScale(norm, limit: options.clip)
    for (trained, moments) in zip(parameters.all, moments) where trained.isWritten {
      context.adamW(
        weight: trained.parameter.tensor, gradient: trained.gradient, firstMoment: moments.first,
        secondMoment: moments.second,
        step: AdamWStep(
          learningRate: Float(learningRate * trained.learningRateFactor), beta1: Float(options.beta1),
          beta2: Float(options.beta2), epsilon: Float(options.epsilon),
          decay: Float(trained.decay(options.decay)), gradientScale: Float(scale),
          correction1: Float(1 - pow(options.beta1, Double(step))),
          correction2: Float(1 - pow(options.beta2, Double(step)))))
    }
    return norm
  }
}
