import Tensors
import Transformer

/// The values of a model's parameters, to build further models from: each fine-tuning begins with the same.
public final class ParameterValues: ParameterSource {
  private let values: [String: (shape: Shape, values: [Float])]

  /// The values that a model's parameters have now.
  public init(_ parameters: ParameterStore) {
    values = Dictionary(
      uniqueKeysWithValues: parameters.all.map { ($0.name, ($0.tensor.shape, $0.tensor.values())) })
  }

  public func load(_ name: String, _ shape: Shape, into buffer: Buffer) throws {
    guard let known = values[name] else {
      throw ShapeError(component: name, role: "parameter", expected: "one of the model's", actual: "unknown")
    }
    try expectShape(known.shape, shape, "kept values", in: name)
    try buffer.upload(known.values)
  }
}
