/// The residual join, and layer or RMS norm of each row, in one pass over memory.
///
///     sum = x + dropout(branch)
///     layer: y = (sum − mean)/√(variance + ε)·weight + bias
///     rms: y = sum/√(mean(sum²) + ε)·weight + bias
///
/// - Parameters:
///   - x: `[rows, width]`.
///   - branch: `[rows, width]`; nil: `sum` is `x` and nothing is written to it.
///   - sum: `[rows, width]`, needed with a branch.
///   - weight, bias: `[width]`; nil is 1 and 0.
///   - mean: `[rows]`, for backward; of RMS norm always nil.
///   - inverse: `[rows]`, `1/√…`, for backward.
/// - Source: Ba et al., "Layer normalization", 2016; Zhang and Sennrich, "Root mean square layer
///   normalization", 2019.
package func normForward(
  _ pool: ThreadPool, kind: NormKind, rows: Int, width: Int, x: UnsafePointer<Float>,
  branch: UnsafePointer<Float>?, dropout: Dropout?, sum: UnsafeMutablePointer<Float>?,
  weight: UnsafePointer<Float>?, bias: UnsafePointer<Float>?, epsilon: Float, y: UnsafeMutablePointer<Float>,
  mean: UnsafeMutablePointer<Float>?, inverse: UnsafeMutablePointer<Float>?
) {
  let job = NormForward(
    kind: kind, rows: rows, width: width, x: x, branch: branch, dropout: dropout, sum: sum, weight: weight,
    bias: bias, epsilon: epsilon, y: y, mean: mean, inverse: inverse)
  let cut = RowCut(rows: rows, width: width)
  pool.run(tiles: cut.tiles) { tile, _ in job.compute(cut.range(tile)) }
}

/// Rows in blocks of about 16,000 floats, which the nearest cache holds; a cut by shapes alone.
struct RowCut {
  let rows: Int
  let step: Int
  var tiles: Int { (rows + step - 1) / step }

  init(rows: Int, width: Int) {
    self.rows = rows
    // Whole groups of eight rows: blocks begin at whole groups of dropout's draws and cache lines.
    step = max(8, 16384 / max(1, width) / 8 * 8)
  }

  func range(_ tile: Int) -> Range<Int> { tile * step..<min((tile + 1) * step, rows) }
}

/// The operands of one call, shared by all workers: tiles write to disjoint places.
private struct NormForward: @unchecked Sendable {
  let kind: NormKind
  let rows: Int
  let width: Int
  let x: UnsafePointer<Float>
  let branch: UnsafePointer<Float>?
  let dropout: Dropout?
  let sum: UnsafeMutablePointer<Float>?
  let weight: UnsafePointer<Float>?
  let bias: UnsafePointer<Float>?
  let epsilon: Float
  let y: UnsafeMutablePointer<Float>
  let mean: UnsafeMutablePointer<Float>?
  let inverse: UnsafeMutablePointer<Float>?

  func compute(_ block: Range<Int>) {
    var input = x
    if let branch, let sum {
      input = UnsafePointer(sum)
      join(block.lowerBound * width, block.count * width, branch, sum)
    }
    for row in block {
      let values = input + row * width
      let statistics = kind == .layer ? layerStatistics(values) : rmsStatistics(values)
      mean?[row] = statistics.mean
      inverse?[row] = statistics.inverse
      apply(values, statistics, y + row * width)
    }
  }

  /// `sum = x + dropout(branch)` over a flat run of elements that starts at a multiple of eight.
  @inline(__always)
  private func join(
    _ first: Int, _ count: Int, _ branch: UnsafePointer<Float>, _ sum: UnsafeMutablePointer<Float>
  ) {
    let (x, branch, sum) = (x + first, branch + first, sum + first)
    guard let dropout else {
      let whole = count & ~7
      for index in stride(from: 0, to: whole, by: 8) {
        store(load(x + index) + load(branch + index), sum + index)
      }
      for index in whole..<count { sum[index] = x[index] + branch[index] }
      return
    }
    dropout.apply(from: first, count: count, branch, adding: x, sum)
  }

  /// Mean, then the squares of the differences: exact also where the mean is large.
  @inline(__always)
  private func layerStatistics(_ x: UnsafePointer<Float>) -> (mean: Float, inverse: Float) {
    let mean = rowSum(x, width) / Float(width)
    return (mean, 1 / (rowSquares(x, width, mean: mean) / Float(width) + epsilon).squareRoot())
  }

  @inline(__always)
  private func rmsStatistics(_ x: UnsafePointer<Float>) -> (mean: Float, inverse: Float) {
    (0, 1 / (rowSquares(x, width, mean: 0) / Float(width) + epsilon).squareRoot())
  }

  @inline(__always)
  private func apply(
    _ x: UnsafePointer<Float>, _ statistics: (mean: Float, inverse: Float), _ y: UnsafeMutablePointer<Float>
  ) {
    let (mean, inverse) = statistics
    let whole = width & ~7
    for index in stride(from: 0, to: whole, by: 8) {
      var value = (load(x + index) - mean) * inverse
      if let weight { value *= load(weight + index) }
      if let bias { value += load(bias + index) }
      store(value, y + index)
    }
    for index in whole..<width {
      y[index] = (x[index] - mean) * inverse * (weight?[index] ?? 1) + (bias?[index] ?? 0)
    }
  }
}

/// The sum of a row, always in the same order.
@inline(__always)
func rowSum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
  let pairs = count & ~15
  var (first, second) = (Lanes(repeating: 0), Lanes(repeating: 0))
  for index in stride(from: 0, to: pairs, by: 16) {
    first += load(x + index)
    second += load(x + index + 8)
  }
  var total = sum(first + second)
  for index in pairs..<count { total += x[index] }
  return total
}

/// `Σ (x − mean)²`, always in the same order.
@inline(__always)
func rowSquares(_ x: UnsafePointer<Float>, _ count: Int, mean: Float) -> Float {
  let pairs = count & ~15
  var (first, second) = (Lanes(repeating: 0), Lanes(repeating: 0))
  for index in stride(from: 0, to: pairs, by: 16) {
    let (a, b) = (load(x + index) - mean, load(x + index + 8) - mean)
    first.addProduct(a, a)
    second.addProduct(b, b)
  }
  var total = sum(first + second)
  for index in pairs..<count { total += (x[index] - mean) * (x[index] - mean) }
  return total
}
