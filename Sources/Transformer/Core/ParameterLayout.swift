import Tensors

/// The parts that lie side by side in one tensor, in their order along one axis.
///
///     projection.weight [(H + 2·K)·D, C]: query [H·D, C] | key [K·D, C] | value [K·D, C]
///
/// One product over fused parts is faster than several; files of other programs often hold the parts apart. With its
/// layout a tensor can be put together from parts and taken apart again, whatever the component.
public struct ParameterLayout: Sendable, Equatable {
  /// One part of a tensor.
  public struct Part: Sendable, Equatable {
    /// The name, such as `query`; once in a tensor.
    public let name: String
    /// How many rows of the axis.
    public let size: Int

    /// A part of `size` rows.
    public init(_ name: String, _ size: Int) {
      self.name = name
      self.size = size
    }
  }

  /// The axis that the parts follow each other along, counted from 0.
  public let axis: Int
  /// The parts, in order.
  public let parts: [Part]

  /// Parts along an axis.
  public init(axis: Int = 0, _ parts: [Part]) {
    self.axis = axis
    self.parts = parts
  }

  /// Whether the parts have different names and add up to the tensor.
  package func fits(_ shape: Shape) -> Bool {
    shape.sizes.indices.contains(axis) && parts.allSatisfy { $0.size > 0 }
      && parts.reduce(0) { $0 + $1.size } == shape.sizes[axis]
      && Set(parts.map(\.name)).count == parts.count
  }

  /// Takes a tensor's values apart, part by part in order.
  ///
  /// - Throws: `ShapeError` when the parts do not add up to `sizes`, or the values to their product.
  package func split(_ values: [Float], sizes: [Int]) throws -> [[Float]] {
    let (outer, inner) = try view(sizes, count: values.count)
    let row = sizes[axis] * inner
    var start = 0
    return parts.map { part in
      defer { start += part.size * inner }
      return (0..<outer).flatMap { values[$0 * row + start..<$0 * row + start + part.size * inner] }
    }
  }

  /// Puts a tensor of `sizes` together from the values of its parts, in order.
  ///
  /// - Throws: `ShapeError` when the parts do not add up to `sizes`, or the values of one are not as many as it has.
  package func join(_ values: [[Float]], sizes: [Int]) throws -> [Float] {
    let (outer, inner) = try view(sizes, count: values.reduce(0) { $0 + $1.count })
    let counts = parts.map { $0.size * inner }
    try expect(
      values.map(\.count) == counts.map { $0 * outer }, "parts", in: "layout",
      expected: "\(counts.map { $0 * outer }) values", actual: "\(values.map(\.count))")
    return (0..<outer).flatMap { place in
      zip(values, counts).flatMap { $0[place * $1..<(place + 1) * $1] }
    }
  }

  /// How many rows of parts there are, and how many values one step along the axis holds.
  private func view(_ sizes: [Int], count: Int) throws -> (outer: Int, inner: Int) {
    let whole = sizes.indices.contains(axis) ? sizes[axis] : -1
    try expect(
      parts.reduce(0) { $0 + $1.size } == whole && sizes.reduce(1, *) == count, "layout", in: "parameter",
      expected: "\(sizes) of \(count) values", actual: "\(parts.map(\.size)) along axis \(axis)")
    return (sizes[..<axis].reduce(1, *), sizes[(axis + 1)...].reduce(1, *))
  }
}
