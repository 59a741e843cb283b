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
  public func replacingLast(_ name: String, _ size: Int) -> Shape {
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
