import Kernels

/// `c[i] = op(a[i])·op(b[i])`, or added to `c`.
package struct BatchedProductKernel: KernelCall {
  package let batch: Int
  package let m: Int
  package let n: Int
  package let k: Int
  package let a: Buffer
  package let transposeA: Bool
  package let b: Buffer
  package let transposeB: Bool
  package let c: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [a, b, c] }
  package var matrixFlops: UInt64 { UInt64(2 * batch * m * n * k) }
}

extension Pass {
  /// The matrix products of two activations, for every index of their leading axes.
  ///
  ///     y = op(a)·op(b),   op(x) = xᵀ where it is transposed
  ///
  /// - Shapes: `op(a)` `[…, m, k]`, `op(b)` `[…, k, n]` with equal leading axes, result `[…, m, n]`. For a weight,
  ///   which has no leading axes, use `linear`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Complexity: 2·m·n·k FLOPs for each pair, twice that backward.
  public func matrixProduct(
    _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false,
    name: String = "matrixProduct"
  ) throws -> Tensor {
    let (left, right) = (a.shape.sizes, b.shape.sizes)
    try expect(left.count >= 2, "left side", in: name, expected: "[…, m, k]", actual: "\(a.shape)")
    let rank = left.count
    let (m, k) = transposeA ? (left[rank - 1], left[rank - 2]) : (left[rank - 2], left[rank - 1])
    let leading = left.dropLast(2)
    try expect(
      right.count == rank && right.dropLast(2) == leading && right[rank - (transposeB ? 1 : 2)] == k,
      "right side", in: name,
      expected: "\((leading.map(String.init) + (transposeB ? ["n", "\(k)"] : ["\(k)", "n"])))",
      actual: "\(b.shape)")
    let n = right[rank - (transposeB ? 2 : 1)]
    let batch = leading.reduce(1, *)
    let rows = a.shape.axes[rank - (transposeA ? 1 : 2)].name
    let columns = b.shape.axes[rank - (transposeB ? 2 : 1)].name
    let shape = Shape(
      a.shape.axes.dropLast(2) + [Shape.Axis(name: rows, size: m), Shape.Axis(name: columns, size: n)])
    return try operation("matrixProduct", "\(a.shape) × \(b.shape)") {
      let y = try output(shape, from: [a, b])
      perform(
        BatchedProductKernel(
          batch: batch, m: m, n: n, k: k, a: a.buffer, transposeA: transposeA, b: b.buffer,
          transposeB: transposeB, c: y.buffer, accumulate: false))
      guard y.node != nil else { return y }
      let (aNode, bNode) = (a.node, b.node)
      record("matrixProduct", y) { [a = a.buffer, b = b.buffer] dy, sweep in
        // d op(a) = dy·op(b)ᵀ and d op(b) = op(a)ᵀ·dy; where an operand is transposed, so is its gradient.
        if let da = try sweep.gradient(of: aNode) {
          sweep.perform(
            transposeA
              ? BatchedProductKernel(
                batch: batch, m: k, n: m, k: n, a: b, transposeA: transposeB, b: dy, transposeB: true,
                c: da.buffer, accumulate: da.accumulate)
              : BatchedProductKernel(
                batch: batch, m: m, n: k, k: n, a: dy, transposeA: false, b: b, transposeB: !transposeB,
                c: da.buffer, accumulate: da.accumulate))
        }
        if let db = try sweep.gradient(of: bNode) {
          sweep.perform(
            transposeB
              ? BatchedProductKernel(
                batch: batch, m: n, n: k, k: m, a: dy, transposeA: true, b: a, transposeB: transposeA,
                c: db.buffer, accumulate: db.accumulate)
              : BatchedProductKernel(
                batch: batch, m: k, n: n, k: m, a: a, transposeA: !transposeA, b: dy, transposeB: false,
                c: db.buffer, accumulate: db.accumulate))
        }
      }
      return y
    }
  }
}
