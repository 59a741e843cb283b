/// The mean of neighbouring rows of a matrix, for each of several ranges.
///
///     y[i] = Σ over rows in ranges[i] of x[row] / rows
///
/// - Parameters:
///   - count: how many ranges.
///   - ranges: `[count, 2]`, a first row and the row behind the last; none is empty and all lie inside `x`
///     (the caller has looked).
///   - y: `[count, width]`.
package func meanRows(
  _ pool: ThreadPool, count: Int, width: Int, ranges: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((ranges: ranges, x: x, y: y))
  let cut = RowCut(rows: count, width: width)
  pool.run(tiles: cut.tiles) { tile, _ in
    let (ranges, x, y) = operands.value
    for index in cut.range(tile) {
      let (first, end) = (Int(ranges[2 * index]), Int(ranges[2 * index + 1]))
      let share = 1 / Float(end - first)
      for row in first..<end {
        addScaledRow(x + row * width, share, width, to: y + index * width, replaces: row == first)
      }
    }
  }
}

/// The gradient of `meanRows`: each row of a range gets its part, other rows zero; or added, other rows
/// unchanged.
///
/// - Parameters:
///   - ranges: as above; no two share a row.
///   - dy: `[count, width]`.
///   - dx: `[rows, width]`.
package func meanRowsBackward(
  _ pool: ThreadPool, count: Int, width: Int, ranges: UnsafePointer<Int32>, dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>, rows: Int, accumulate: Bool
) {
  if !accumulate { fill(pool, count: rows * width, dx, value: 0) }
  let operands = Shared((ranges: ranges, dy: dy, dx: dx))
  let cut = RowCut(rows: count, width: width)
  pool.run(tiles: cut.tiles) { tile, _ in
    let (ranges, dy, dx) = operands.value
    for index in cut.range(tile) {
      let (first, end) = (Int(ranges[2 * index]), Int(ranges[2 * index + 1]))
      let share = 1 / Float(end - first)
      for row in first..<end {
        addScaledRow(dy + index * width, share, width, to: dx + row * width, replaces: false)
      }
    }
  }
}
