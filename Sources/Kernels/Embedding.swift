/// One table in a sum of look-ups.
package struct Lookup {
  /// The row of the table that each position takes, `[rows]`.
  package var ids: UnsafePointer<Int32>
  /// `[entries, width]`.
  package var table: UnsafePointer<Float>
  /// A factor on the rows.
  package var scale: Float

  /// A look-up of `ids` in `table`.
  package init(ids: UnsafePointer<Int32>, table: UnsafePointer<Float>, scale: Float) {
    self.ids = ids
    self.table = table
    self.scale = scale
  }
}

/// The sum of look-ups.
///
///     y[row] = Σ scale·table[ids[row]]
///
/// - Parameters:
///   - lookups: at least one; ids lie inside their tables (the caller has looked).
///   - y: `[rows, width]`.
package func embeddingForward(
  _ pool: ThreadPool, rows: Int, width: Int, lookups: [Lookup], y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((lookups: lookups, y: y))
  let cut = RowCut(rows: rows, width: width)
  pool.run(tiles: cut.tiles) { tile, _ in
    let (lookups, y) = operands.value
    for row in cut.range(tile) {
      for (index, lookup) in lookups.enumerated() {
        let source = lookup.table + Int(lookup.ids[row]) * width
        addScaledRow(source, lookup.scale, width, to: y + row * width, replaces: index == 0)
      }
    }
  }
}

/// The gradient of one table of a look-up: each position's gradient added to the row that it took.
///
/// Tiles are ranges of columns: positions that took the same row are added in their order, whatever
/// the number of threads.
///
/// - Parameter tableGradient: `[entries, width]`, added to.
package func embeddingBackward(
  _ pool: ThreadPool, rows: Int, width: Int, ids: UnsafePointer<Int32>, scale: Float,
  dy: UnsafePointer<Float>, tableGradient: UnsafeMutablePointer<Float>
) {
  let operands = Shared((ids: ids, dy: dy, tableGradient: tableGradient))
  // Columns of whole cache lines; at most eight tiles, each of which reads all ids. Small work stays here.
  let step = rows * width < 30_000 ? max(1, width) : max(16, (width + 127) / 128 * 16)
  pool.run(tiles: (width + step - 1) / step) { tile, _ in
    let (ids, dy, tableGradient) = operands.value
    let first = tile * step
    let count = min(step, width - first)
    for row in 0..<rows {
      addScaledRow(
        dy + row * width + first, scale, count, to: tableGradient + Int(ids[row]) * width + first,
        replaces: false)
    }
  }
}

/// `y = scale·x`, added to `y` or in its place.
@inline(__always)
func addScaledRow(
  _ x: UnsafePointer<Float>, _ scale: Float, _ count: Int, to y: UnsafeMutablePointer<Float>, replaces: Bool
) {
  let whole = count & ~7
  for index in stride(from: 0, to: whole, by: 8) {
    let value = load(x + index) * scale
    store(replaces ? value : load(y + index) + value, y + index)
  }
  for index in whole..<count { y[index] = replaces ? x[index] * scale : y[index] + x[index] * scale }
}
