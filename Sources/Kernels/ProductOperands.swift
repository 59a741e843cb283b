/// What a product multiplies and where its results go: `c = op(a)·op(b)`, or added to `c`.
struct ProductOperands: @unchecked Sendable {
  let m: Int
  let n: Int
  let k: Int
  /// Element (i, j) of `[m, k]` is at `i·rowStep + j·columnStep`, of which one is 1.
  let a: UnsafePointer<Float>
  let rowStep: Int
  let columnStep: Int
  /// `[k, n]`, or `[n, k]` when transposed.
  let b: UnsafePointer<Float>
  let bStride: Int
  let transposeB: Bool
  /// `[m, n]`.
  let c: UnsafeMutablePointer<Float>
  let cStride: Int
  /// Whether `c` is added to.
  let accumulate: Bool
}
