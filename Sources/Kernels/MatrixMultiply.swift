import Foundation

/// The product of two matrices on all threads: `c = op(a)·op(b)`, or added to `c`.
///
/// Cut into tiles along the rows or the columns of `c` and never along `k`, at places that do not depend on
/// the number of threads: neither do the bits.
///
/// - Parameters:
///   - aStride: distance between the rows of `a` as stored: `[m, k]`, or `[k, m]` when transposed.
///   - bStride: the same for `b`: `[k, n]`, or `[n, k]` when transposed.
///   - accumulate: whether `c` is added to; else it is replaced, and its content may be undefined.
///   - precision: what both operands are rounded to.
///   - finish: called on any thread for blocks of rows and columns of `c` that are complete, while they are in the
///     cache as far as possible.
/// - Complexity: 2·m·n·k FLOPs.
package func matrixMultiply(
  _ pool: ThreadPool, m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, aStride: Int, transposeA: Bool,
  _ b: UnsafePointer<Float>, bStride: Int, transposeB: Bool, _ c: UnsafeMutablePointer<Float>, cStride: Int,
  accumulate: Bool, precision: ProductPrecision = .fp32,
  finish: @Sendable (_ rows: Range<Int>, _ columns: Range<Int>) -> Void = { _, _ in }
) {
  let whole = ProductOperands(
    m: m, n: n, k: k, a: a, rowStep: transposeA ? 1 : aStride, columnStep: transposeA ? aStride : 1, b: b,
    bStride: bStride, transposeB: transposeB, c: c, cStride: cStride, accumulate: accumulate)
  guard precision == .fp32 else {
    return BlockedProduct<BFloat16Tiles>(operands: whole).run(on: pool, finish: finish)
  }
  guard !multipliesByPanels else {
    return BlockedProduct<SinglePrecisionPanels>(operands: whole).run(on: pool, finish: finish)
  }
  let cut = ProductCut(m: m, n: n, k: k)
  let operands = Shared((a: a, b: b, c: c))
  pool.run(tiles: cut.tiles) { tile, _ in
    let (a, b, c) = operands.value
    let part = cut.range(tile)
    let (rows, columns) = cut.cutsRows ? (part, 0..<n) : (0..<m, part)
    libraryProduct(
      pool, m: rows.count, n: columns.count, k: k, a + rows.lowerBound * (transposeA ? 1 : aStride),
      aStride: aStride, transposeA: transposeA, b + columns.lowerBound * (transposeB ? bStride : 1),
      bStride: bStride, transposeB: transposeB, c + rows.lowerBound * cStride + columns.lowerBound,
      cStride: cStride, accumulate: accumulate)
    finish(rows, columns)
  }
}

/// Raw pointers that cross to other threads: tiles write to disjoint places, and the caller waits.
struct Shared<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

/// Where a product by OpenBLAS is cut.
///
/// Operands are packed again in each tile, so the fewest tiles that feed all cores are the fastest: with OpenBLAS
/// against two tiles on two cores, eight lose 3 to 12 % on the shapes of training. OpenBLAS's results depend
/// on where a product is cut (edges go through other kernels), so places depend on the shape and on the
/// cores of the machine, never on how many threads are used of them.
///
/// The longer side of `c` is cut: the operand across the cut is packed whole in every tile, and that one is then
/// the smaller. With OpenBLAS and 256 rows, cut columns are 3 to 11 % faster from 768 columns on; with 768
/// rows and 128 to 512 columns, cut rows 8 to 12 %.
/// Cuts are on multiples of 16 so that the inner kernel sees whole register blocks.
struct ProductCut {
  /// Whether tiles are ranges of rows of `c`; else of columns.
  let cutsRows: Bool
  /// How many tiles.
  let tiles: Int
  private let length: Int
  private let step: Int

  /// Products below this many FLOPs take less time than waking a thread.
  static let minFlops = 1 << 19
  /// The least rows or columns of a tile.
  private static let minLength = 16
  /// As many tiles as this machine has cores, an even number.
  static let machineTiles = max(2, (ProcessInfo.processInfo.activeProcessorCount + 1) / 2 * 2)

  init(m: Int, n: Int, k: Int) {
    cutsRows = m >= n
    length = cutsRows ? m : n
    let tiles = min(Self.machineTiles, length / Self.minLength)
    guard tiles > 1, 2 * m * n * k >= Self.minFlops else {
      (step, self.tiles) = (max(1, length), 1)
      return
    }
    step = ((length + tiles - 1) / tiles + 15) / 16 * 16
    self.tiles = (length + step - 1) / step
  }

  /// The rows or columns of one tile.
  func range(_ tile: Int) -> Range<Int> { tile * step..<min(length, (tile + 1) * step) }
}
