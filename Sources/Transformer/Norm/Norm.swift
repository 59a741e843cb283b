import Kernels
import Settings
import Tensors

/// A component that brings the last axis to a common scale.
///
/// - Shapes: input and output `[…, width]`.
public protocol Norm {
  /// The normalised input.
  func callAsFunction(_ x: Tensor, _ pass: Pass) throws -> Tensor
  /// The residual join and the norm of its sum; a norm may fuse the two.
  ///
  /// - Parameters:
  ///   - x: the residual stream.
  ///   - branch: the output of a branch.
  ///   - dropoutRate: the dropout rate of the branch.
  ///   - name: the path of the branch, which its dropout depends on.
  ///   - pass: the forward pass.
  func callAsFunction(_ x: Tensor, adding branch: Tensor, dropoutRate: Double, name: String, _ pass: Pass)
    throws -> (sum: Tensor, output: Tensor)
}

extension Norm {
  /// The join and the norm one after the other, for a norm that fuses nothing.
  public func callAsFunction(
    _ x: Tensor, adding branch: Tensor, dropoutRate: Double, name: String, _ pass: Pass
  ) throws -> (sum: Tensor, output: Tensor) {
    let sum = try pass.residual(x, adding: branch, dropoutRate: dropoutRate, name: name)
    return (sum, try self(sum, pass))
  }
}

/// Layer norm (with or without bias) and RMS norm: they differ in one subtraction.
///
/// - Shapes: `[…, width]` to `[…, width]`; weight and bias `[width]`.
/// - Source: Ba et al., 2016; Zhang and Sennrich, 2019; without a gain: Groeneveld et al., "OLMo", 2024.
public struct AffineNorm: Norm {
  let path: String
  let kind: NormKind
  let weight: Tensor?
  let bias: Tensor?
  let epsilon: Double

  init(_ scope: Scope, kind: NormKind, width: Int, gain: Bool, bias: Bool, epsilon: Double) throws {
    path = scope.path
    self.kind = kind
    self.epsilon = epsilon
    weight = gain ? try scope.parameter("weight", ["width": width], initial: .constant(1)) : nil
    self.bias = bias ? try scope.parameter("bias", ["width": width], initial: .constant(0)) : nil
  }

  public func callAsFunction(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    try pass.norm(x, kind: kind, weight: weight, bias: bias, epsilon: epsilon, name: path)
  }

  public func callAsFunction(
    _ x: Tensor, adding branch: Tensor, dropoutRate: Double, name: String, _ pass: Pass
  ) throws -> (sum: Tensor, output: Tensor) {
    try pass.norm(
      x, adding: branch, dropoutRate: dropoutRate, kind: kind, weight: weight, bias: bias, epsilon: epsilon,
      name: name)
  }
}

/// What the norms of the core let you choose.
enum NormSettings {
  static let epsilon = Key.number(
    "epsilon", 0...1e-2, default: 1e-5, help: "added to the variance, for numerical stability")
  static let gain = Key.flag("gain", default: true, help: "multiply by a learned gain")
  static let bias = Key.flag("bias", default: true, help: "add a learned bias after the gain")
}

extension Registry {
  mutating func addNorms() throws {
    try add(
      "layer", to: .norm, summary: "layer norm: mean 0, variance 1, then gain and bias",
      keys: [NormSettings.epsilon, NormSettings.gain, NormSettings.bias], source: "Ba et al. 2016"
    ) { settings, scope, build in
      try AffineNorm(
        scope, kind: .layer, width: build.dimensions.width, gain: settings[NormSettings.gain],
        bias: settings[NormSettings.bias], epsilon: settings[NormSettings.epsilon])
    }
    try add(
      "rms", to: .norm, summary: "RMS norm: root mean square 1, then gain",
      keys: [NormSettings.epsilon, NormSettings.gain], source: "Zhang and Sennrich 2019"
    ) { settings, scope, build in
      try AffineNorm(
        scope, kind: .rms, width: build.dimensions.width, gain: settings[NormSettings.gain], bias: false,
        epsilon: settings[NormSettings.epsilon])
    }
  }
}

extension Family where Member == ComponentMaker<any Norm> {
  /// Norms, which bring vectors to a common scale.
  public static var norm: Self { Self("norm") }
}
