import Kernels

/// `y[i] = x[indices[i]]`.
package struct GatherRowsKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let indices: Buffer
  package let x: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [y, y] }
}

/// `y[indices[i]] = x[i]` (or added), other rows zero (or unchanged).
package struct ScatterRowsKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let destinationRows: Int
  package let indices: Buffer
  package let x: Buffer
  package let y: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [x, y] }
}

extension Pass {
  /// The rows of `x` at the given places: how a head runs on the predicted positions only.
  ///
  ///     y[i] = x[indices[i]]
  ///
  /// - Shapes: `x` `[…, width]` with `rows` rows, `indices` `[n]`, each in 0..<rows, repeated or not; result
  ///   `[n, width]`.
  /// - Throws: `ShapeError` when an index lies outside; `MemoryError`.
  public func gather(_ x: Tensor, rows indices: Indices, name: String = "gather") throws -> Tensor {
    let (count, width, rows) = (indices.shape.count, x.shape.width, x.shape.rows)
    if let wrong = indices.host.first(where: { $0 < 0 || $0 >= rows }) {
      throw ShapeError(component: name, role: "row", expected: "0 to \(rows - 1)", actual: "\(wrong)")
    }
    return try operation("gather", "\(x.shape)") {
      let y = try output(["rows": count, "width": width], from: [x])
      perform(GatherRowsKernel(rows: count, width: width, indices: indices.buffer, x: x.buffer, y: y.buffer))
      let node = x.node
      record("gather", y) { gradient, sweep in
        guard let slot = try sweep.gradient(of: node) else { return }
        sweep.perform(
          ScatterRowsKernel(
            rows: count, width: width, destinationRows: rows, indices: indices.buffer, x: gradient,
            y: slot.buffer, accumulate: slot.accumulate))
      }
      return y
    }
  }

  /// Rows added up at the given places: the counterpart of `gather`.
  ///
  ///     y[r] = Σ over i with indices[i] = r of x[i]
  ///
  /// - Parameters:
  ///   - x: the rows to add.
  ///   - indices: the row of the result that each row is added to.
  ///   - count: rows of the result; those that no index names are 0.
  ///   - name: the name in profiles and errors.
  /// - Shapes: `x` `[…, width]` with as many rows as `indices` `[n]`, each in 0..<count, repeated or not; result
  ///   `[count, width]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func scatterAdd(_ x: Tensor, rows indices: Indices, into count: Int, name: String = "scatterAdd")
    throws
    -> Tensor
  {
    let (rows, width) = (indices.shape.count, x.shape.width)
    try expect(x.shape.rows == rows, "input", in: name, expected: "\(rows) rows", actual: "\(x.shape)")
    if let wrong = indices.host.first(where: { $0 < 0 || $0 >= count }) {
      throw ShapeError(component: name, role: "row", expected: "0 to \(count - 1)", actual: "\(wrong)")
    }
    return try operation("scatterAdd", "\(x.shape)") {
      let y = try output(["rows": count, "width": width], from: [x])
      perform(
        ScatterRowsKernel(
          rows: rows, width: width, destinationRows: count, indices: indices.buffer, x: x.buffer, y: y.buffer,
          accumulate: false))
      record("scatterAdd", y) { [node = x.node, shape = x.shape] dy, sweep in
        let dx = try sweep.context.allocate(shape)
        sweep.perform(GatherRowsKernel(rows: rows, width: width, indices: indices.buffer, x: dy, y: dx))
        try sweep.accumulate(dx, into: node)
      }
      return y
    }
  }
}
