import Kernels

/// The sizes of a tensor, each with the name of its axis.
///
/// Names are for people: they appear in every error (`[batch 8, time 256, width 384]`) and do not
/// take part in equality, so that `[rows, width]` matches `[tokens, width]` of the same sizes.
///
///     let shape: Shape = ["batch": 8, "time": 256, "width": 384]
public struct Shape: Sendable, ExpressibleByDictionaryLiteral, CustomStringConvertible {
  /// One named axis.
  public struct Axis: Sendable {
    /// What the axis counts, such as `"time"`.
    public let name: String
    /// How many elements lie along the axis.
    public let size: Int
  }

  /// The axes, outermost first; the last one is contiguous in memory.
  public let axes: [Axis]

  /// A shape from its axes, outermost first.
  public init(_ axes: [Axis]) { self.axes = axes }

  /// A shape written as a dictionary literal, in the order written.
  public init(dictionaryLiteral elements: (String, Int)...) {
    axes = elements.map { Axis(name: $0.0, size: $0.1) }
  }

  /// The sizes alone.
  public var sizes: [Int] { axes.map(\.size) }
  /// The number of axes.
  public var rank: Int { axes.count }
  /// The number of elements.
  public var count: Int { axes.reduce(1) { $0 * $1.size } }
  /// The size of the last axis; 1 for a scalar.
  public var width: Int { axes.last?.size ?? 1 }
  /// The product of all sizes but the last: how many rows a row-wise operation sees.
  public var rows: Int { axes.dropLast().reduce(1) { $0 * $1.size } }

  /// The same shape with another last axis.
  package func replacingLast(_ name: String, _ size: Int) -> Shape {
    Shape(axes.dropLast() + [Axis(name: name, size: size)])
  }

  public var description: String {
    "[" + axes.map { "\($0.name) \($0.size)" }.joined(separator: ", ") + "]"
  }
}

extension Shape: Equatable {
  /// Two shapes are equal when their sizes are; the names do not matter.
  public static func == (left: Shape, right: Shape) -> Bool { left.sizes == right.sizes }
}

extension Shape {
  /// The shape without one axis; one value where no axis is left.
  func removing(_ axis: Int) -> Shape {
    rank == 1 ? ["value": 1] : Shape(axes.enumerated().filter { $0.offset != axis }.map(\.element))
  }

  /// The same axes with another size for one of them.
  func replacing(_ axis: Int, size: Int) -> Shape {
    Shape(axes.enumerated().map { $0 == axis ? Axis(name: $1.name, size: size) : $1 })
  }

  /// The tensor as seen from neighbouring axes.
  func view(_ range: Range<Int>) -> AxisView {
    func product(_ axes: ArraySlice<Axis>) -> Int { axes.reduce(1) { $0 * $1.size } }
    return AxisView(
      outer: product(axes[..<range.lowerBound]), size: product(axes[range]),
      inner: product(axes[range.upperBound...]))
  }

  /// The index of an axis, where −1 is the last one.
  ///
  /// - Throws: `ShapeError` that names `operation` when there is no such axis.
  func axis(_ axis: Int, in operation: String) throws -> Int {
    let index = axis < 0 ? rank + axis : axis
    try expect(
      axes.indices.contains(index), "axis", in: operation, expected: "\(-rank) to \(rank - 1) for \(self)",
      actual: "\(axis)")
    return index
  }
}
