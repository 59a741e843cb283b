/// The products of pairs of matrices, one behind the other: `c[i] = op(a[i])·op(b[i])`, or added to `c`.
///
/// Many small products are shared out whole, a few large ones are cut inside: which of the two depends on the sizes
/// alone.
///
/// - Shapes: `op(a)` `[batch, m, k]`, `op(b)` `[batch, k, n]`, `c` `[batch, m, n]`.
/// - Complexity: 2·batch·m·n·k FLOPs.
package func batchedProduct(
  _ pool: ThreadPool, batch: Int, m: Int, n: Int, k: Int, a: UnsafePointer<Float>, transposeA: Bool,
  b: UnsafePointer<Float>, transposeB: Bool, c: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  let (aStride, bStride) = (transposeA ? m : k, transposeB ? k : n)
  guard batch > 1, m * n * k < 1 << 26 else {
    for index in 0..<batch {
      matrixMultiply(
        pool, m: m, n: n, k: k, a + index * m * k, aStride: aStride, transposeA: transposeA,
        b + index * k * n,
        bStride: bStride, transposeB: transposeB, c + index * m * n, cStride: n, accumulate: accumulate)
    }
    return
  }
  let operands = Shared((a: a, b: b, c: c))
  forEachRowRange(pool, rows: batch, width: m * n * k / 8) { range in
    let (a, b, c) = operands.value
    for index in range {
      libraryProduct(
        pool, m: m, n: n, k: k, a + index * m * k, aStride: aStride, transposeA: transposeA,
        b + index * k * n,
        bStride: bStride, transposeB: transposeB, c + index * m * n, cStride: n, accumulate: accumulate)
    }
  }
}
