import Kernels

extension Reference {
  /// The mean of the rows of each range.
  @inlinable
  public static func meanRows<T: ReferenceNumber>(width: Int, ranges: [Range<Int>], x: [T]) -> [T] {
    ranges.flatMap { range in
      (0..<width).map { column in
        range.reduce(T(0)) { $0 + x[$1 * width + column] } / T(range.count)
      }
    }
  }

  /// The gradient of `meanRows`: zeros, with the fraction of each range's gradient added to its rows.
  @inlinable
  public static func meanRowsBackward<T: ReferenceNumber>(
    width: Int, ranges: [Range<Int>], dy: [T], rows: Int
  ) -> [T] {
    var dx = [T](repeating: 0, count: rows * width)
    for (index, range) in ranges.enumerated() {
      for row in range {
        for column in 0..<width { dx[row * width + column] += dy[index * width + column] / T(range.count) }
      }
    }
    return dx
  }
}
