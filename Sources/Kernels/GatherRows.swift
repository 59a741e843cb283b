/// `y[i] = x[indices[i]]`: some rows of a matrix.
///
/// - Parameters:
///   - rows: how many rows are taken.
///   - indices: `[rows]`, inside `x` (the caller has looked).
///   - y: `[rows, width]`.
package func gatherRows(
  _ pool: ThreadPool, rows: Int, width: Int, indices: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((indices: indices, x: x, y: y))
  let cut = RowCut(rows: rows, width: width)
  pool.run(tiles: cut.tiles) { tile, _ in
    let (indices, x, y) = operands.value
    for row in cut.range(tile) {
      (y + row * width).update(from: x + Int(indices[row]) * width, count: width)
    }
  }
}

/// `y[indices[i]] = x[i]`, other rows zero; or added, other rows unchanged. The gradient of `gatherRows`.
///
/// - Parameters:
///   - indices: `[rows]`, inside `y`. A row that is there twice gets both.
///   - y: `[destinationRows, width]`.
package func scatterRows(
  _ pool: ThreadPool, rows: Int, width: Int, indices: UnsafePointer<Int32>, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>, destinationRows: Int, accumulate: Bool
) {
  if !accumulate {
    let target = Shared(y)
    let cut = RowCut(rows: destinationRows, width: width)
    pool.run(tiles: cut.tiles) { tile, _ in
      let block = cut.range(tile)
      clear(target.value + block.lowerBound * width, block.count * width)
    }
  }
  embeddingBackward(pool, rows: rows, width: width, ids: indices, scale: 1, dy: x, tableGradient: y)
}
