/// Rotary positions: turns pairs of channels of the first `heads` heads of each row; all else passes.
///
///     (a, b) → (a·cos − b·sin, a·sin + b·cos) for channels i and i + rotatedWidth/2 of each head
///
/// - Parameters:
///   - time: rows of a sequence.
///   - starts: the position of each sequence's first row, `[rows / time]`; nil: 0.
///   - x, y: `[rows, stride]`; may be the same.
///   - table: `[positions, rotatedWidth]`, the cosines of each position, then its sines.
///   - inverse: turn back, which is also the gradient of turning.
/// - Source: Su et al., "RoFormer", 2021.
package func rotary(
  _ pool: ThreadPool, rows: Int, stride: Int, time: Int, starts: UnsafePointer<Int32>?, heads: Int,
  headWidth: Int, rotatedWidth: Int, table: UnsafePointer<Float>, inverse: Bool, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((table: table, starts: starts, x: x, y: y))
  let cut = RowCut(rows: rows, width: stride)
  let half = rotatedWidth / 2
  let sign: Float = inverse ? -1 : 1
  pool.run(tiles: cut.tiles) { tile, _ in
    let (table, starts, x, y) = operands.value
    for row in cut.range(tile) {
      if x != UnsafePointer(y) { (y + row * stride).update(from: x + row * stride, count: stride) }
      let start = starts.map { Int($0[row / time]) } ?? 0
      let cosines = table + (start + row % time) * rotatedWidth
      for head in 0..<heads {
        turn(y + row * stride + head * headWidth, half: half, cosines: cosines, sign: sign)
      }
    }
  }
}

/// Turns the first `2·half` channels of one head in place.
@inline(__always)
private func turn(
  _ channels: UnsafeMutablePointer<Float>, half: Int, cosines: UnsafePointer<Float>, sign: Float
) {
  let (first, second, sines) = (channels, channels + half, cosines + half)
  let whole = half & ~7
  for pair in stride(from: 0, to: whole, by: 8) {
    let (a, b) = (load(first + pair), load(second + pair))
    let (cosine, sine) = (load(cosines + pair), load(sines + pair) * sign)
    store(a * cosine - b * sine, first + pair)
    store(a * sine + b * cosine, second + pair)
  }
  for pair in whole..<half {
    let (a, b) = (first[pair], second[pair])
    let (cosine, sine) = (cosines[pair], sines[pair] * sign)
    first[pair] = a * cosine - b * sine
    second[pair] = a * sine + b * cosine
  }
}
