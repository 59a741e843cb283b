/// RMS norm of every query and key head of packed rows; what follows them in a row passes.
///
///     y = x/√(mean(x²) + ε)·weight, head by head
///
/// - Parameters:
///   - x, y: `[rows, stride]`, `queryHeads`, then `keyHeads` heads of `headWidth`, then anything.
///   - queryWeight, keyWeight: `[headWidth]`.
///   - inverse: `[rows, queryHeads + keyHeads]`, `1/√…`, for backward.
/// - Source: Henry et al., "Query-key normalization", 2020; with RMS norm: Dehghani et al., 2023.
package func headNormForward(
  _ pool: ThreadPool, rows: Int, stride: Int, queryHeads: Int, keyHeads: Int, headWidth: Int,
  queryWeight: UnsafePointer<Float>, keyWeight: UnsafePointer<Float>, epsilon: Float, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>, inverse: UnsafeMutablePointer<Float>
) {
  let operands = Shared((queryWeight: queryWeight, keyWeight: keyWeight, x: x, y: y, inverse: inverse))
  let cut = RowCut(rows: rows, width: stride)
  let heads = queryHeads + keyHeads
  pool.run(tiles: cut.tiles) { tile, _ in
    let (queryWeight, keyWeight, x, y, inverse) = operands.value
    for row in cut.range(tile) {
      for head in 0..<heads {
        let place = row * stride + head * headWidth
        let values = x + place
        let factor = 1 / (rowSquares(values, headWidth, mean: 0) / Float(headWidth) + epsilon).squareRoot()
        inverse[row * heads + head] = factor
        multiply(values, by: head < queryHeads ? queryWeight : keyWeight, factor, headWidth, y + place)
      }
      let rest = row * stride + heads * headWidth
      if x != UnsafePointer(y) { (y + rest).update(from: x + rest, count: stride - heads * headWidth) }
    }
  }
}

/// Floats of scratch for `headNormBackward`.
///
/// Sized for any stride: no stride is narrower than one head.
package func headNormBackwardScratch(rows: Int, headWidth: Int) -> Int {
  2 * headNormCut(rows: rows).tiles * headWidth
}

/// Blocks of rows for the sums of the gradients of the weights: fixed, whatever the stride.
private func headNormCut(rows: Int) -> RowCut { RowCut(rows: rows, width: 512) }

/// The gradients of `headNormForward`.
///
///     n = x·inverse;   g = dy·weight;   dx = inverse·(g − n·mean(g·n));   weightGradient = Σ dy·n
///
/// The gradients of the weights are summed by blocks of rows, and the blocks in their order.
///
/// - Parameters:
///   - accumulateParameters: add to the gradients of the weights, else replace them.
///   - scratch: `headNormBackwardScratch` floats.
package func headNormBackward(
  _ pool: ThreadPool, rows: Int, stride: Int, queryHeads: Int, keyHeads: Int, headWidth: Int,
  queryWeight: UnsafePointer<Float>, keyWeight: UnsafePointer<Float>, x: UnsafePointer<Float>,
  inverse: UnsafePointer<Float>, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>,
  queryWeightGradient: UnsafeMutablePointer<Float>, keyWeightGradient: UnsafeMutablePointer<Float>,
  accumulateParameters: Bool, scratch: UnsafeMutablePointer<Float>
) {
  let cut = headNormCut(rows: rows)
  let keyScratch = scratch + cut.tiles * headWidth
  let operands = Shared(
    (
      queryWeight: queryWeight, keyWeight: keyWeight, x: x, inverse: inverse, dy: dy, dx: dx,
      querySums: scratch, keySums: keyScratch
    ))
  let heads = queryHeads + keyHeads
  pool.run(tiles: cut.tiles) { tile, _ in
    let (queryWeight, keyWeight, x, inverse, dy, dx, querySums, keySums) = operands.value
    clear(querySums + tile * headWidth, headWidth)
    clear(keySums + tile * headWidth, headWidth)
    for row in cut.range(tile) {
      for head in 0..<heads {
        let place = row * stride + head * headWidth
        let isQuery = head < queryHeads
        normBackwardRow(
          headWidth, x + place, mean: 0, inverse: inverse[row * heads + head],
          weight: isQuery ? queryWeight : keyWeight, centred: false, dy + place, dx + place,
          accumulate: false, weightSums: (isQuery ? querySums : keySums) + tile * headWidth, biasSums: nil)
      }
      let rest = row * stride + heads * headWidth
      if dy != UnsafePointer(dx) { (dx + rest).update(from: dy + rest, count: stride - heads * headWidth) }
    }
  }
  addPartials(
    scratch, count: cut.tiles, width: headWidth, to: queryWeightGradient, accumulate: accumulateParameters)
  addPartials(
    keyScratch, count: cut.tiles, width: headWidth, to: keyWeightGradient, accumulate: accumulateParameters)
}

/// `y = x·factor·weight`.
@inline(__always)
private func multiply(
  _ x: UnsafePointer<Float>, by weight: UnsafePointer<Float>, _ factor: Float, _ count: Int,
  _ y: UnsafeMutablePointer<Float>
) {
  let whole = count & ~7
  for index in stride(from: 0, to: whole, by: 8) {
    store(load(x + index) * factor * load(weight + index), y + index)
  }
  for index in whole..<count { y[index] = x[index] * factor * weight[index] }
}
