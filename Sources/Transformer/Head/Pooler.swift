import Kernels
import Tensors

/// What a classifier reads of a text: a linear map of the vector of its first position, and tanh.
///
///     y = tanh(x·Wᵀ + b)
///
/// - Shapes: `[rows, width]` in and out.
/// - Source: Devlin et al., "BERT", 2019.
public struct Pooler {
  /// The beginning of its parameters' names.
  package let path: String
  private let map: Linear

  /// Creates or loads its parameters under `scope`.
  ///
  /// - Throws: what the scope throws.
  public init(_ scope: Scope, _ build: BuildContext) throws {
    path = scope.path
    let width = build.dimensions.width
    map = try Linear(
      scope, inputs: width, outputs: width, bias: true,
      initial: build.initialisation.weight(inputs: width, outputs: width))
  }

  /// - Throws: `ShapeError` that names its path; `MemoryError`.
  public func callAsFunction(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    try pass.map(try map(x, pass), Tanh())
  }
}
