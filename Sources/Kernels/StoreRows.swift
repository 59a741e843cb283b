/// Copies the rows of every sequence into a place of their own in a larger store.
///
///     y[b, starts[b] + t, :] = x[b, t, :width]
///
/// - Parameters:
///   - time: rows of a sequence in `x`, each `xStride` floats from the next.
///   - starts: where each sequence continues in `y`, `[batch]`.
///   - y: `[batch, capacity, width]`, rows `yStride` floats apart; what is not copied to stays.
package func storeRows(
  _ pool: ThreadPool, batch: Int, time: Int, width: Int, capacity: Int, starts: UnsafePointer<Int32>,
  x: UnsafePointer<Float>, xStride: Int, y: UnsafeMutablePointer<Float>, yStride: Int
) {
  let operands = Shared((starts: starts, x: x, y: y))
  forEachRowRange(pool, rows: batch * time, width: width) { range in
    let (starts, x, y) = operands.value
    for row in range {
      let place = row / time * capacity + Int(starts[row / time]) + row % time
      (y + place * yStride).update(from: x + row * xStride, count: width)
    }
  }
}
