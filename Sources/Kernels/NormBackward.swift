/// Floats of scratch for `normBackward`.
package func normBackwardScratch(rows: Int, width: Int) -> Int {
  2 * RowCut(rows: rows, width: width).tiles * width
}

/// The gradients of `normForward` with respect to its sum, weight and bias.
///
///     n = (x − mean)·inverse;   g = dy·weight;   dx = inverse·(g − mean(g) − n·mean(g·n))
///     weightGradient = Σ over rows of dy·n;   biasGradient = Σ over rows of dy
///
/// where RMS norm has no `mean(g)`. The gradients of weight and bias are summed by blocks of rows, and
/// the blocks in their order: the same bits for any number of threads.
///
/// - Parameters:
///   - x: `[rows, width]`, the sum that was normed.
///   - accumulate: add to `dx`, else replace it.
///   - accumulateParameters: add to the gradients of weight and bias, else replace them.
///   - scratch: `normBackwardScratch` floats.
package func normBackward(
  _ pool: ThreadPool, kind: NormKind, rows: Int, width: Int, x: UnsafePointer<Float>,
  mean: UnsafePointer<Float>?, inverse: UnsafePointer<Float>, weight: UnsafePointer<Float>?,
  dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>, accumulate: Bool,
  weightGradient: UnsafeMutablePointer<Float>?, biasGradient: UnsafeMutablePointer<Float>?,
  accumulateParameters: Bool, scratch: UnsafeMutablePointer<Float>
) {
  let cut = RowCut(rows: rows, width: width)
  let job = NormBackward(
    kind: kind, width: width, x: x, mean: mean, inverse: inverse, weight: weight, dy: dy, dx: dx,
    accumulate: accumulate, weightPartials: weightGradient == nil ? nil : scratch,
    biasPartials: biasGradient == nil ? nil : scratch + cut.tiles * width)
  pool.run(tiles: cut.tiles) { tile, _ in job.compute(cut.range(tile), tile: tile) }
  if let weightGradient, let partials = job.weightPartials {
    addPartials(
      partials, count: cut.tiles, width: width, to: weightGradient, accumulate: accumulateParameters)
  }
  if let biasGradient, let partials = job.biasPartials {
    addPartials(partials, count: cut.tiles, width: width, to: biasGradient, accumulate: accumulateParameters)
  }
}

/// The operands of one call, shared by all workers: tiles write to disjoint places.
private struct NormBackward: @unchecked Sendable {
  let kind: NormKind
  let width: Int
  let x: UnsafePointer<Float>
  let mean: UnsafePointer<Float>?
  let inverse: UnsafePointer<Float>
  let weight: UnsafePointer<Float>?
  let dy: UnsafePointer<Float>
  let dx: UnsafeMutablePointer<Float>
  let accumulate: Bool
  /// `[tiles, width]` each.
  let weightPartials: UnsafeMutablePointer<Float>?
  let biasPartials: UnsafeMutablePointer<Float>?

  func compute(_ block: Range<Int>, tile: Int) {
    let weightSums = weightPartials.map { $0 + tile * width }
    let biasSums = biasPartials.map { $0 + tile * width }
    if let weightSums { clear(weightSums, width) }
    if let biasSums { clear(biasSums, width) }
    for row in block {
      let place = row * width
      normBackwardRow(
        width, x + place, mean: mean?[row] ?? 0, inverse: inverse[row], weight: weight,
        centred: kind == .layer, dy + place, dx + place, accumulate: accumulate,
        weightSums: weightSums, biasSums: biasSums)
    }
  }
}

/// The backward of one normed row; adds to the sums of the gradients of weight and bias.
@inline(__always)
func normBackwardRow(
  _ width: Int, _ x: UnsafePointer<Float>, mean: Float, inverse: Float, weight: UnsafePointer<Float>?,
  centred: Bool, _ dy: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>, accumulate: Bool,
  weightSums: UnsafeMutablePointer<Float>?, biasSums: UnsafeMutablePointer<Float>?
) {
  let whole = width & ~7
  var (plain, projected) = (Lanes(repeating: 0), Lanes(repeating: 0))
  for index in stride(from: 0, to: whole, by: 8) {
    let gradient = load(dy + index)
    let normal = (load(x + index) - mean) * inverse
    if let weightSums { store(load(weightSums + index).addingProduct(gradient, normal), weightSums + index) }
    if let biasSums { store(load(biasSums + index) + gradient, biasSums + index) }
    let inner = weight.map { gradient * load($0 + index) } ?? gradient
    plain += inner
    projected.addProduct(inner, normal)
  }
  var (centre, projection) = (sum(plain), sum(projected))
  for index in whole..<width {
    let normal = (x[index] - mean) * inverse
    weightSums?[index] += dy[index] * normal
    biasSums?[index] += dy[index]
    let inner = dy[index] * (weight?[index] ?? 1)
    centre += inner
    projection += inner * normal
  }
  centre = centred ? centre / Float(width) : 0
  projection /= Float(width)
  for index in stride(from: 0, to: whole, by: 8) {
    let gradient = load(dy + index)
    let normal = (load(x + index) - mean) * inverse
    let inner = weight.map { gradient * load($0 + index) } ?? gradient
    let value = (inner - centre - normal * projection) * inverse
    store(accumulate ? load(dx + index) + value : value, dx + index)
  }
  for index in whole..<width {
    let normal = (x[index] - mean) * inverse
    let value = (dy[index] * (weight?[index] ?? 1) - centre - normal * projection) * inverse
    dx[index] = accumulate ? dx[index] + value : value
  }
}

/// `total = Σ partials` in their order, added to `total` or in its place.
func addPartials(
  _ partials: UnsafePointer<Float>, count: Int, width: Int, to total: UnsafeMutablePointer<Float>,
  accumulate: Bool
) {
  if !accumulate { clear(total, width) }
  for part in 0..<count {
    let part = partials + part * width
    let whole = width & ~7
    for index in stride(from: 0, to: whole, by: 8) {
      store(load(total + index) + load(part + index), total + index)
    }
    for index in whole..<width { total[index] += part[index] }
  }
}
