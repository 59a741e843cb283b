import Kernels
import Tensors

/// A linear map of the last axis, `activation(x·Wᵀ + bias)`.
///
/// - Shapes: `[…, inputs]` to `[…, outputs]`; weight `[outputs, inputs]`, bias `[outputs]`.
public struct Linear {
  /// The path in the model.
  public let path: String
  let weight: Tensor
  let bias: Tensor?
  let activation: (any ActivationFunction)?

  /// Creates or loads the map's parameters under `scope`.
  ///
  /// - Parameters:
  ///   - scope: the scope of its parameters.
  ///   - inputs: the number of inputs.
  ///   - outputs: the number of outputs.
  ///   - bias: true: a bias is added.
  ///   - initial: the initial value of the weight.
  ///   - activation: what follows the map, fused where that is possible; nil: nothing.
  ///   - parts: maps of one input whose outputs lie side by side; none: the map is one piece.
  /// - Throws: what the scope throws.
  public init(
    _ scope: Scope, inputs: Int, outputs: Int, bias: Bool, initial: InitialValue,
    activation: (any ActivationFunction)? = nil, parts: [ParameterLayout.Part] = []
  ) throws {
    path = scope.path
    let layout = parts.isEmpty ? nil : ParameterLayout(parts)
    weight = try scope.parameter(
      "weight", ["outputs": outputs, "inputs": inputs], initial: initial, layout: layout)
    self.bias =
      bias ? try scope.parameter("bias", ["outputs": outputs], initial: .constant(0), layout: layout) : nil
    self.activation = activation
  }

  /// - Throws: `ShapeError` that names this map's path; `MemoryError`.
  public func callAsFunction(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    let y = try pass.linear(
      x, weight: weight, bias: bias, activation: activation?.fused ?? .identity, name: path)
    guard let activation, activation.fused == nil else { return y }
    return try activation(y, name: path, pass)
  }
}
