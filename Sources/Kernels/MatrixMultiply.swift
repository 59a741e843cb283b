/// The product of two matrices on all threads: `c = op(a)·op(b) + beta·c`.
///
/// Cut into tiles along the rows or the columns of `c` and never along `k`, at places that depend on the
/// shapes alone: the same bits for any number of threads.
///
/// - Parameters:
///   - aStride: distance between the rows of `a` as stored: `[m, k]`, or `[k, m]` when transposed.
///   - bStride: the same for `b`: `[k, n]`, or `[n, k]` when transposed.
///   - beta: 0 replaces `c`, whose content may then be undefined; 1 adds to it.
/// - Complexity: 2·m·n·k FLOPs.
public func matrixMultiply(
  _ pool: ThreadPool, m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, aStride: Int, transposeA: Bool,
  _ b: UnsafePointer<Float>, bStride: Int, transposeB: Bool, _ c: UnsafeMutablePointer<Float>, cStride: Int,
  beta: Float
) {
  let cut = ProductCut(m: m, n: n, k: k)
  let operands = Shared((a: a, b: b, c: c))
  pool.run(tiles: cut.tiles) { tile, _ in
    let (a, b, c) = operands.value
    let part = cut.range(tile)
    if cut.cutsRows {
      matrixProduct(
        pool, m: part.count, n: n, k: k, a + part.lowerBound * (transposeA ? 1 : aStride), aStride: aStride,
        transposeA: transposeA, b, bStride: bStride, transposeB: transposeB, c + part.lowerBound * cStride,
        cStride: cStride, beta: beta)
    } else {
      matrixProduct(
        pool, m: m, n: part.count, k: k, a, aStride: aStride, transposeA: transposeA,
        b + part.lowerBound * (transposeB ? bStride : 1), bStride: bStride, transposeB: transposeB,
        c + part.lowerBound, cStride: cStride, beta: beta)
    }
  }
}

/// Raw pointers that cross to other threads: tiles write to disjoint places, and the caller waits.
struct Shared<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

/// Where a product is cut.
///
/// A tile wants to be large, because OpenBLAS packs its operands anew in each; and there must be enough of
/// them for the threads. The longer side of `c` is cut, evenly, on multiples of 16 so that the inner
/// kernel sees whole register blocks.
struct ProductCut {
  /// Whether tiles are ranges of rows of `c`; else of columns.
  let cutsRows: Bool
  /// How many tiles.
  let tiles: Int
  private let length: Int
  private let step: Int

  /// Products below this many FLOPs take less time than waking a thread.
  private static let leastFlops = 1 << 19
  /// A side of this length or more is cut into tiles of about this length; a shorter one in two.
  private static let wholeTile = 256

  init(m: Int, n: Int, k: Int) {
    // Columns are cut where rows are few beside them (a vocabulary's logits), else rows.
    cutsRows = m >= n || m >= 2 * Self.wholeTile && n < 16 * m
    length = cutsRows ? m : n
    guard 2 * m * n * k >= Self.leastFlops, length >= 32 else {
      step = max(1, length)
      tiles = 1
      return
    }
    let wanted = max(2, (length + Self.wholeTile / 2) / Self.wholeTile)
    // An even number of tiles divides among two or more threads without a rest.
    let parts = wanted + wanted % 2
    step = ((length + parts - 1) / parts + 15) / 16 * 16
    tiles = (length + step - 1) / step
  }

  /// The rows or columns of one tile.
  func range(_ tile: Int) -> Range<Int> { tile * step..<min(length, (tile + 1) * step) }
}
