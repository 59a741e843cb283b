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
public final class AdamW {
  /// The settings.
  public struct Options: Sendable, Equatable {
    /// The highest learning rate.
    public var learningRate: Double
    /// Memory of the first moment.
    public var beta1: Double
    /// Memory of the second moment.
    public var beta2: Double
    /// Added to the root of the second moment.
    public var epsilon: Double
    /// Weight decay of matrices.
    public var decay: Double
    /// Largest global gradient norm; 0: no limit.
    public var clip: Double

    /// The options that resolved settings name.
    public init(_ settings: Resolved) {
      learningRate = settings.number("learningRate")
      beta1 = settings.number("beta1")
      beta2 = settings.number("beta2")
      epsilon = settings.number("epsilon")
      decay = settings.number("decay")
      clip = settings.number("clip")
    }
  }

  /// The declaration, for `list` and validation.
  public static let declaration = ComponentDeclaration(
    family: "optimiser", name: "adamw", summary: "Adam with decoupled weight decay and clipping",
    settings: [
      Setting("learningRate", .number(0...10), default: .number(1e-3), help: "the highest learning rate"),
      Setting("beta1", .number(0...0.9999999), default: .number(0.9), help: "memory of the first moment"),
      Setting("beta2", .number(0...0.9999999), default: .number(0.99), help: "memory of the second moment"),
      Setting(
        "epsilon", .number(0...1), default: .number(1e-8), help: "added to the root of the second moment"),
      Setting("decay", .number(0...10), default: .number(0.1), help: "weight decay of matrices"),
      Setting("clip", .number(0...1e9), default: .number(1), help: "largest gradient norm; 0: no limit"),
    ], source: "Loshchilov and Hutter 2019", origin: "Training")

  private struct Slot {
    let parameter: Parameter
    let gradient: Buffer
    let first: Buffer
    let second: Buffer
  }

  private let context: Context
  private let options: Options
  private let slots: [Slot]

  /// An optimiser of all parameters that have gradients, with moments of zero.
  ///
  /// - Throws: `MemoryError`.
  public init(_ parameters: ParameterStore, options: Options, in context: Context) throws {
    self.context = context
    self.options = options
    slots = try parameters.all.compactMap { parameter in
      guard let gradient = parameter.tensor.node?.persistent else { return nil }
      let moments = try (0..<2).map { _ in
        let moment = try context.allocate(parameter.tensor.shape, kind: .optimiser)
        context.fill(moment, with: 0)
        return moment
      }
      return Slot(parameter: parameter, gradient: gradient, first: moments[0], second: moments[1])
    }
  }

  /// The moments, for a checkpoint.
  public var state: [NamedBuffer] {
    slots.flatMap { slot in
      let (name, shape) = (slot.parameter.name, slot.parameter.tensor.shape)
      return [
        NamedBuffer(name: ReservedNames.firstMoment(name), shape: shape, buffer: slot.first),
        NamedBuffer(name: ReservedNames.secondMoment(name), shape: shape, buffer: slot.second),
      ]
    }
  }

  /// Parameters that the last backward pass gave no gradient.
  public var untouched: [String] {
    slots.filter { $0.parameter.tensor.node?.isWritten != true }.map(\.parameter.name)
  }

  /// Takes one step and returns the gradient norm before clipping. Where that is not finite, nothing changes.
  ///
  /// - Parameter step: counted from 1, for the correction of the moments' start.
  public func update(step: Int, learningRate: Double) -> Double {
    // Summed tensor by tensor in the order of the model: the same bits for any number of threads.
    let written = slots.filter { $0.parameter.tensor.node?.isWritten == true }
    let norm = written.reduce(0.0) { sum, slot in
      sum + context.device.sumOfSquares(slot.gradient, count: slot.parameter.tensor.shape.count)
    }.squareRoot()
    guard norm.isFinite else { return norm }
    // A little is added to the norm as PyTorch does, so that trajectories can be compared.
    let scale = options.clip > 0 ? min(1, options.clip / (norm + 1e-6)) : 1
    for slot in written {
      context.adamW(
        weight: slot.parameter.tensor, gradient: slot.gradient, firstMoment: slot.first,
        secondMoment: slot.second,
        step: AdamWStep(
          learningRate: Float(learningRate), beta1: Float(options.beta1), beta2: Float(options.beta2),
          epsilon: Float(options.epsilon), decay: slot.parameter.decays ? Float(options.decay) : 0,
          gradientScale: Float(scale), correction1: Float(1 - pow(options.beta1, Double(step))),
          correction2: Float(1 - pow(options.beta2, Double(step)))))
    }
    return norm
  }
}
