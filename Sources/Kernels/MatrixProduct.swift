import COpenBLAS

/// OpenBLAS computes each call on the thread that makes it: threads are ours, and so are tile edges.
/// Evaluated once, at the first product.
private let openBLASRunsOnTheCaller: Void = openblas_set_num_threads(1)

/// Whether products are computed by panels of ours. Where OpenBLAS takes its kernels for AVX-512, it is faster; with
/// those for AVX2, which panels are made for, they are up to a fifth faster; and it takes those of 2004 for a
/// processor younger than itself, a fifth as fast as it could be.
let multipliesByPanels =
  openblas_get_corename().map {
    !["SkylakeX", "Cooperlake", "SapphireRapids"].contains(String(cString: $0))
  } ?? false

/// One product by OpenBLAS on the calling thread, inside a tile: `c = op(a)·op(b)`, or added to `c`.
///
/// Row-major. `op(a)` is `[m, k]`, `op(b)` `[k, n]`, `c` `[m, n]`; a stride is the distance between the
/// rows as stored. Counts its FLOPs.
func libraryProduct(
  _ pool: ThreadPool, m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, aStride: Int, transposeA: Bool,
  _ b: UnsafePointer<Float>, bStride: Int, transposeB: Bool, _ c: UnsafeMutablePointer<Float>, cStride: Int,
  accumulate: Bool
) {
  guard m > 0, n > 0 else { return }
  pool.count(flops: UInt64(2 * m * n * k))
  _ = openBLASRunsOnTheCaller
  cblas_sgemm(
    CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
    Int32(m), Int32(n), Int32(k), 1, a, Int32(aStride), b, Int32(bStride), accumulate ? 1 : 0, c,
    Int32(cStride))
}
