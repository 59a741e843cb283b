import Kernels

/// The largest values of each row, and their places.
package struct TopKKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let k: Int
  package let x: Buffer
  package let values: Buffer
  package let places: Buffer
  package var operands: [Buffer?] { [x, values, places] }
}

/// The gradient of `TopKKernel`.
package struct TopKBackwardKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let k: Int
  package let places: Buffer
  package let dy: Buffer
  package let dx: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [places, dy, dx] }
}

extension Pass {
  /// The `k` largest values of the last axis, largest first, and where they are.
  ///
  /// - Shapes: `x` `[…, width]` with `1 ≤ k ≤ width`; values and places `[…, k]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func topK(_ x: Tensor, _ k: Int, name: String = "topK") throws -> (values: Tensor, places: Indices) {
    let (rows, width) = (x.shape.rows, x.shape.width)
    try expect(k >= 1 && k <= width, "k", in: name, expected: "1 to \(width)", actual: "\(k)")
    return try operation("topK", "\(x.shape)") {
      let y = try output(x.shape.replacingLast("k", k), from: [x])
      let places = try context.scratch(rows * k)
      perform(TopKKernel(rows: rows, width: width, k: k, x: x.buffer, values: y.buffer, places: places))
      record("topK", y) { [node = x.node] dy, sweep in
        guard let dx = try sweep.gradient(of: node) else { return }
        sweep.perform(
          TopKBackwardKernel(
            rows: rows, width: width, k: k, places: places, dy: dy, dx: dx.buffer, accumulate: dx.accumulate))
      }
      return (y, Indices(shape: y.shape, readingBack: places))
    }
  }
}

extension Indices {
  /// Integers that a kernel computed; zeros on a dry device.
  convenience init(shape: Shape, readingBack buffer: Buffer) {
    self.init(shape: shape, buffer: buffer, host: Indices(shape: shape, buffer: buffer, host: []).values())
  }
}
