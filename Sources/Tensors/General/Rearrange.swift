import Kernels

/// Permutes the axes of a tensor.
package struct PermuteKernel: KernelCall {
  package let sizes: [Int]
  package let order: [Int]
  package let x: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [x, y] }
}

extension Pass {
  /// The same values in the same order under another shape. Costs nothing: the memory is shared.
  ///
  /// - Shapes: the shapes have equally many elements.
  /// - Throws: `ShapeError` that names `name`.
  public func reshape(_ x: Tensor, to shape: Shape, name: String = "reshape") throws -> Tensor {
    try expect(
      shape.count == x.shape.count, "shape", in: name, expected: "\(x.shape.count) elements, as \(x.shape)",
      actual: "\(shape)")
    try x.deferred?.force()
    let y = Tensor(
      shape: shape, buffer: x.buffer, node: tape != nil && x.node != nil ? GradientNode(shape: shape) : nil)
    record("reshape", y) { [node = x.node] dy, sweep in try sweep.accumulate(dy, into: node) }
    return y
  }

  /// A tensor with its axes in another order: axis `i` of the result is axis `order[i]` of `x`.
  ///
  /// - Parameters:
  ///   - x: the input.
  ///   - order: every axis of `x` once; `[0, 2, 1, 3]` makes `[batch, heads, time, width]` of `[batch, time,
  ///     heads, width]`.
  ///   - name: the name in profiles and errors.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func permute(_ x: Tensor, order: [Int], name: String = "permute") throws -> Tensor {
    let (sizes, rank) = (x.shape.sizes, x.shape.rank)
    try expect(
      order.sorted() == Array(0..<rank), "order", in: name, expected: "each of 0 to \(rank - 1) once",
      actual: "\(order)")
    return try operation("permute", "\(x.shape)") {
      let y = try output(Shape(order.map { x.shape.axes[$0] }), from: [x])
      perform(PermuteKernel(sizes: sizes, order: order, x: x.buffer, y: y.buffer))
      let back = (0..<rank).map { axis in order.firstIndex(of: axis) ?? axis }
      record("permute", y) { [node = x.node, shape = x.shape, sizes = y.shape.sizes] dy, sweep in
        let dx = try sweep.context.allocate(shape)
        sweep.perform(PermuteKernel(sizes: sizes, order: back, x: dy, y: dx))
        try sweep.accumulate(dx, into: node)
      }
      return y
    }
  }

  /// The parts of a tensor along one axis, in order.
  ///
  /// - Parameters:
  ///   - x: the input.
  ///   - sizes: of the parts; their sum is the size of the axis.
  ///   - axis: counted from 0; −1 is the last.
  ///   - name: the name in profiles and errors.
  /// - Shapes: each part is as `x` but for that axis.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func split(_ x: Tensor, sizes: [Int], axis: Int = -1, name: String = "split") throws -> [Tensor] {
    let axis = try x.shape.axis(axis, in: name)
    try expect(
      !sizes.isEmpty && sizes.allSatisfy { $0 >= 0 } && sizes.reduce(0, +) == x.shape.sizes[axis], "sizes",
      in: name, expected: "a sum of \(x.shape.sizes[axis])", actual: "\(sizes)")
    let layout = RunLayout(view: x.shape.view(axis..<axis + 1), sizes: sizes)
    return try operation("split", "\(x.shape)") {
      let parts = try sizes.map { try output(x.shape.replacing(axis, size: $0), from: [x]) }
      for (part, tensor) in parts.enumerated() {
        perform(layout.copy(part, from: x.buffer, to: tensor.buffer, isSplit: true, accumulate: false))
      }
      record("split", outputs: parts) { [node = x.node, count = x.shape.count] gradients, sweep in
        guard var dx = try sweep.gradient(of: node) else { return }
        if !dx.accumulate, gradients.contains(where: { $0 == nil }) {
          sweep.perform(FillKernel(buffer: dx.buffer, count: count, value: 0))
          dx.accumulate = true
        }
        for (part, gradient) in gradients.enumerated() {
          guard let gradient else { continue }
          sweep.perform(
            layout.copy(part, from: gradient, to: dx.buffer, isSplit: false, accumulate: dx.accumulate))
        }
      }
      return parts
    }
  }

  /// Tensors joined along one axis, in order.
  ///
  /// - Parameters:
  ///   - parts: the tensors, in order.
  ///   - axis: counted from 0; −1 is the last.
  ///   - name: the name in profiles and errors.
  /// - Shapes: equal but for that axis.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func concatenate(_ parts: [Tensor], axis: Int = -1, name: String = "concatenate") throws -> Tensor {
    guard let first = parts.first else {
      throw ShapeError(component: name, role: "parts", expected: "at least one", actual: "none")
    }
    let axis = try first.shape.axis(axis, in: name)
    for part in parts {
      try expect(
        part.shape.rank == first.shape.rank
          && part.shape.replacing(axis, size: 1) == first.shape.replacing(axis, size: 1),
        "part", in: name, expected: "\(first.shape) but for axis \(axis)", actual: "\(part.shape)")
    }
    let sizes = parts.map { $0.shape.sizes[axis] }
    let shape = first.shape.replacing(axis, size: sizes.reduce(0, +))
    let layout = RunLayout(view: shape.view(axis..<axis + 1), sizes: sizes)
    return try operation("concatenate", "\(shape)") {
      let y = try output(shape, from: parts)
      for (part, tensor) in parts.enumerated() {
        perform(layout.copy(part, from: tensor.buffer, to: y.buffer, isSplit: false, accumulate: false))
      }
      record("concatenate", y) { [nodes = parts.map(\.node)] dy, sweep in
        for (part, node) in nodes.enumerated() {
          guard let dx = try sweep.gradient(of: node) else { continue }
          sweep.perform(layout.copy(part, from: dy, to: dx.buffer, isSplit: true, accumulate: dx.accumulate))
        }
      }
      return y
    }
  }
}

/// Where the parts of a tensor lie along an axis.
private struct RunLayout {
  let view: AxisView
  let sizes: [Int]

  /// The kernel that takes a part out of the whole (`isSplit`), or puts it there.
  func copy(_ part: Int, from x: Buffer, to y: Buffer, isSplit: Bool, accumulate: Bool) -> CopyRunsKernel {
    let (whole, length) = (view.size * view.inner, sizes[part] * view.inner)
    let offset = sizes[..<part].reduce(0, +) * view.inner
    return CopyRunsKernel(
      runs: view.outer, length: length, x: x, xOffset: isSplit ? offset : 0,
      xStride: isSplit ? whole : length,
      y: y, yOffset: isSplit ? 0 : offset, yStride: isSplit ? length : whole, accumulate: accumulate)
  }
}
