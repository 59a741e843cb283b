import Kernels
import Settings
import Tensors

/// A function of each element, such as GELU.
///
/// - Shapes: input and output `[…, width]`.
public protocol ActivationFunction {
  /// The form that a linear map or a gate computes in the same pass over memory; nil: it is applied afterwards.
  var fused: Activation? { get }
  /// The activated input.
  ///
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  func callAsFunction(_ x: Tensor, name: String, _ pass: Pass) throws -> Tensor
}

extension ActivationFunction {
  public var fused: Activation? { nil }

  /// The first half of the last axis, activated, times the second half.
  ///
  /// - Shapes: `x` `[…, 2·width]`, result `[…, width]`.
  func gate(_ x: Tensor, name: String, _ pass: Pass) throws -> Tensor {
    if let fused { return try pass.gated(x, activation: fused, name: name) }
    let width = (x.shape.sizes.last ?? 0) / 2
    let halves = try pass.split(x, sizes: [width, width], name: name)
    return try pass.multiply(try self(halves[0], name: name, pass), halves[1])
  }
}

/// An activation of the core, which linear maps and gates fuse.
struct FusedActivation: ActivationFunction {
  let kind: Activation
  var fused: Activation? { kind }

  func callAsFunction(_ x: Tensor, name: String, _ pass: Pass) throws -> Tensor {
    try pass.activate(x, kind)
  }
}

extension Registry {
  mutating func addActivations() throws {
    let activations: [(kind: Activation, summary: String, source: String)] = [
      (.identity, "x", ""), (.relu, "max(0, x)", "Nair and Hinton 2010"),
      (.gelu, "x·Φ(x), with the error function", "Hendrycks and Gimpel 2016"),
      (.geluTanh, "tanh approximation of GELU", "Hendrycks and Gimpel 2016"),
      (.silu, "x·sigmoid(x)", "Elfwing et al. 2017"), (.reluSquared, "max(0, x)²", "So et al. 2021"),
    ]
    for (kind, summary, source) in activations {
      try add(kind.rawValue, to: .activation, summary: summary, source: source) { _, _, _ in
        FusedActivation(kind: kind)
      }
    }
  }
}

extension Family where Member == ComponentMaker<any ActivationFunction> {
  /// Unary functions between linear maps.
  public static var activation: Self { Self("activation") }
}
