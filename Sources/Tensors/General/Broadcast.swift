import Kernels

/// `y = x ∘ v`, where `v` is broadcast.
package struct BroadcastKernel: KernelCall {
  package let operation: BroadcastOperation
  package let view: AxisView
  package let x: Buffer
  package let v: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [x, v, y] }
}

/// The gradient of what was broadcast: the sum of `a·b` over all other axes.
package struct SumToBroadcastKernel: KernelCall {
  package let view: AxisView
  package let a: Buffer
  package let b: Buffer?
  package let v: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [a, b, v] }
}

extension Pass {
  /// A tensor plus values that are broadcast along the other axes.
  ///
  ///     y[o, m, i] = x[o, m, i] + v[m],   where m runs over `axes`
  ///
  /// A vector over rows: `along: x.shape.rank - 1..<x.shape.rank`. One value per head of
  /// `[batch, heads, query, key]`: `along: 1..<2`. A scalar: an empty range.
  ///
  /// - Shapes: `v` has the sizes of those axes of `x` (one value for an empty range); the result is as `x`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func add(_ x: Tensor, broadcasting v: Tensor, along axes: Range<Int>, name: String = "add") throws
    -> Tensor
  {
    let view = try broadcastView(x, v, axes, name)
    return try operation("add", "\(x.shape) + \(v.shape)") {
      let y = try output(x.shape, from: [x, v])
      perform(BroadcastKernel(operation: .add, view: view, x: x.buffer, v: v.buffer, y: y.buffer))
      record("add", y) { [xNode = x.node, vNode = v.node] dy, sweep in
        try sweep.addBroadcastGradient(dy, times: nil, view, to: vNode)
        try sweep.accumulate(dy, into: xNode)
      }
      return y
    }
  }

  /// A tensor times values that are broadcast along the other axes.
  ///
  ///     y[o, m, i] = x[o, m, i]·v[m],   where m runs over `axes`
  ///
  /// - Shapes: as for `add(_:broadcasting:along:name:)`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func multiply(
    _ x: Tensor, broadcasting v: Tensor, along axes: Range<Int>, name: String = "multiply"
  ) throws -> Tensor {
    let view = try broadcastView(x, v, axes, name)
    return try operation("multiply", "\(x.shape) × \(v.shape)") {
      let y = try output(x.shape, from: [x, v])
      perform(BroadcastKernel(operation: .multiply, view: view, x: x.buffer, v: v.buffer, y: y.buffer))
      guard y.node != nil else { return y }
      let (xNode, vNode) = (x.node, v.node)
      let saved = vNode == nil ? nil : x.saveForBackward()
      record("multiply", y) { dy, sweep in
        if let saved { try sweep.addBroadcastGradient(dy, times: try saved(sweep.context), view, to: vNode) }
        guard let dx = try sweep.gradient(of: xNode) else { return }
        sweep.perform(
          BroadcastKernel(
            operation: dx.accumulate ? .multiplyAdding : .multiply, view: view, x: dy, v: v.buffer,
            y: dx.buffer))
      }
      return y
    }
  }

  /// The axes that a value belongs to. A scalar belongs to none: its view keeps the rows, so that all threads work.
  private func broadcastView(_ x: Tensor, _ v: Tensor, _ axes: Range<Int>, _ name: String) throws -> AxisView
  {
    try expect(
      axes.lowerBound >= 0 && axes.upperBound <= x.shape.rank, "axes", in: name,
      expected: "inside 0..<\(x.shape.rank) for \(x.shape)", actual: "\(axes)")
    if axes.isEmpty {
      try expect(v.shape.count == 1, "broadcast value", in: name, expected: "one value", actual: "\(v.shape)")
      return AxisView(outer: x.shape.rows, size: 1, inner: x.shape.width)
    }
    try expectShape(v.shape, Shape(Array(x.shape.axes[axes])), "broadcast value", in: name)
    return x.shape.view(axes)
  }
}

extension BackwardSweep {
  /// The gradient of a value that was broadcast.
  func addBroadcastGradient(
    _ a: Buffer, times b: Buffer?, _ view: AxisView, to node: GradientNode?
  ) throws {
    guard let v = try gradient(of: node) else { return }
    perform(
      SumToBroadcastKernel(
        view: view, a: a, b: b, v: v.buffer, accumulate: v.accumulate))
  }
}
