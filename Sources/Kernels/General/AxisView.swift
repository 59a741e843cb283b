/// A tensor seen from one axis, or from several neighbouring axes taken as one: `[outer, size, inner]`, row-major.
///
/// What lies before the axis is `outer`, what lies behind it is `inner`; both are 1 where nothing is there.
public struct AxisView: Sendable, Equatable {
  /// The product of the sizes before the axis.
  public let outer: Int
  /// The size of the axis.
  public let size: Int
  /// The product of the sizes behind the axis.
  public let inner: Int

  /// A view from its three sizes.
  public init(outer: Int, size: Int, inner: Int) {
    self.outer = outer
    self.size = size
    self.inner = inner
  }

  /// How many elements the tensor has.
  public var count: Int { outer * size * inner }
  /// How many elements are left when the axis is reduced to one value.
  public var reducedCount: Int { outer * inner }

  /// Columns that a worker follows along the axis: long runs of memory where there are enough lines for all threads.
  private var columns: Int { outer * inner >= 8 * 256 ? 256 : 64 }

  /// Calls `body` for parts of the lines that run along the axis, on all threads when that pays. A line belongs to
  /// one call, and the parts depend on the sizes alone.
  ///
  /// - Parameter body: an outer index, and the columns of that part.
  @inline(__always)
  func forEachLine(_ pool: ThreadPool, _ body: @Sendable (_ outer: Int, _ columns: Range<Int>) -> Void) {
    let (columns, inner) = (columns, inner)
    let blocks = (inner + columns - 1) / columns
    let work = max(1, size * min(inner, columns))
    forEachRowRange(pool, rows: outer * blocks, width: work) { range in
      for part in range {
        let first = part % blocks * columns
        body(part / blocks, first..<min(inner, first + columns))
      }
    }
  }
}
