/// `[rows, columns]` to `[columns, rows]`, square by square so that both sides stay in the cache.
///
/// - Parameters:
///   - x: `rows·columns` floats.
///   - rows: the rows of `x`.
///   - columns: the columns of `x`.
///   - y: `rows·columns` floats, elsewhere than `x`.
package func transpose(
  _ x: UnsafePointer<Float>, rows: Int, columns: Int, into y: UnsafeMutablePointer<Float>
) {
  let side = 64
  for top in stride(from: 0, to: rows, by: side) {
    for left in stride(from: 0, to: columns, by: side) {
      for row in top..<min(top + side, rows) {
        for column in left..<min(left + side, columns) { y[column * rows + row] = x[row * columns + column] }
      }
    }
  }
}
