import Kernels

/// `y[i] = mean of x over ranges[i]`.
package struct MeanRowsKernel: KernelCall {
  package let count: Int
  package let width: Int
  package let ranges: Buffer
  package let x: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [x, y] }
}

/// The gradient of `MeanRowsKernel`, added to `dx` or in its place.
package struct MeanRowsBackwardKernel: KernelCall {
  package let count: Int
  package let width: Int
  package let rows: Int
  package let ranges: Buffer
  package let dy: Buffer
  package let dx: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [dy, dx] }
}

extension Pass {
  /// The mean of neighbouring rows of `x`, for each of several ranges: one vector for a text, or for each of
  /// its words. A range of one row takes that row.
  ///
  ///     y[i] = Σ over rows in ranges[i] of x[row] / rows
  ///
  /// - Shapes: `x` `[…, width]` with `rows` rows; `ranges` in rising order inside 0..<rows, none empty and no
  ///   two with a row in common; result `[ranges, width]`.
  /// - Throws: `ShapeError` that names `name` when the ranges are not so; `MemoryError`.
  public func mean(_ x: Tensor, overRows ranges: [Range<Int>], name: String = "mean") throws -> Tensor {
    let (count, width, rows) = (ranges.count, x.shape.width, x.shape.rows)
    var end = 0
    for range in ranges {
      try expect(
        !range.isEmpty && range.lowerBound >= end && range.upperBound <= rows, "range", in: name,
        expected: "at least one row of \(end)..<\(rows), behind the range before", actual: "\(range)")
      end = range.upperBound
    }
    try expect(count > 0, "ranges", in: name, expected: "at least one", actual: "none")
    let bounds = try context.indices(
      ranges.flatMap { [Int32($0.lowerBound), Int32($0.upperBound)] }, ["ranges": count, "bounds": 2])
    return try operation("mean", "\(x.shape)") {
      let y = try output(["ranges": count, "width": width], from: [x])
      perform(MeanRowsKernel(count: count, width: width, ranges: bounds.buffer, x: x.buffer, y: y.buffer))
      let node = x.node
      record("mean", y) { gradient, sweep in
        guard let slot = try sweep.gradient(of: node) else { return }
        sweep.perform(
          MeanRowsBackwardKernel(
            count: count, width: width, rows: rows, ranges: bounds.buffer, dy: gradient, dx: slot.buffer,
            accumulate: slot.accumulate))
      }
      return y
    }
  }
}
