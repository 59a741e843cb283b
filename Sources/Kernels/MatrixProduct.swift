import COpenBLAS

/// OpenBLAS computes each call on the thread that makes it: threads are ours, and so are tile edges.
/// Evaluated once, at the first product.
private let openBLASRunsOnTheCaller: Void = openblas_set_num_threads(1)

/// One product on the calling thread, inside a tile: `c = factor·op(a)·op(b) + beta·c`.
///
/// Row-major. `op(a)` is `[m, k]`, `op(b)` `[k, n]`, `c` `[m, n]`; a stride is the distance between the
/// rows as stored. Counts its FLOPs.
@inline(__always)
func matrixProduct(
  _ pool: ThreadPool, m: Int, n: Int, k: Int, factor: Float = 1, _ a: UnsafePointer<Float>, aStride: Int,
  transposeA: Bool, _ b: UnsafePointer<Float>, bStride: Int, transposeB: Bool,
  _ c: UnsafeMutablePointer<Float>, cStride: Int, beta: Float
) {
  guard m > 0, n > 0 else { return }
  _ = openBLASRunsOnTheCaller
  pool.count(flops: UInt64(2 * m * n * k))
  cblas_sgemm(
    CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
    Int32(m), Int32(n), Int32(k), factor, a, Int32(aStride), b, Int32(bStride), beta, c, Int32(cStride))
}
