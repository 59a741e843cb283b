import Kernels

/// `y[i] = x[indices[i]]`.
struct GatherRowsKernel: Kernel {
  let rows: Int
  let width: Int
  let indices: Buffer
  let x: Buffer
  let y: Buffer
  var operands: [Buffer?] { [y, y] }
  func run(on pool: ThreadPool) {
    gatherRows(pool, rows: rows, width: width, indices: indices.integers, x: x.floats, y: y.floats)
  }
}

/// `y[indices[i]] = x[i]` (or added), other rows zero (or unchanged).
struct ScatterRowsKernel: Kernel {
  let rows: Int
  let width: Int
  let destinationRows: Int
  let indices: Buffer
  let x: Buffer
  let y: Buffer
  let accumulate: Bool
  var operands: [Buffer?] { [x, y] }
  func run(on pool: ThreadPool) {
    scatterRows(
      pool, rows: rows, width: width, indices: indices.integers, x: x.floats, y: y.floats,
      destinationRows: destinationRows, accumulate: accumulate)
  }
}

extension Pass {
  /// The rows of `x` at the given places: how a head runs on the predicted positions only.
  ///
  ///     y[i] = x[indices[i]]
  ///
  /// - Shapes: `x` `[…, width]` with `rows` rows, `indices` `[n]`, each in 0..<rows and none twice; result
  ///   `[n, width]`.
  /// - Throws: `ShapeError` when an index lies outside; `MemoryError`.
  public func gather(_ x: Tensor, rows indices: Indices, name: String = "gather") throws -> Tensor {
    let (count, width, rows) = (indices.shape.count, x.shape.width, x.shape.rows)
    if let wrong = indices.host.first(where: { $0 < 0 || $0 >= rows }) {
      throw ShapeError(component: name, role: "row", expected: "0 to \(rows - 1)", actual: "\(wrong)")
    }
    return try operation("gather", "\(x.shape)") {
      let y = try result(["rows": count, "width": width], from: [x])
      perform(GatherRowsKernel(rows: count, width: width, indices: indices.buffer, x: x.buffer, y: y.buffer))
      let node = x.node
      record("gather", y) { gradient, sweep in
        guard let slot = try sweep.slot(node) else { return }
        sweep.context.perform(
          ScatterRowsKernel(
            rows: count, width: width, destinationRows: rows, indices: indices.buffer, x: gradient,
            y: slot.buffer, accumulate: slot.accumulate))
      }
      return y
    }
  }
}
