import Kernels

/// `y = activation(gate)·value` with gate and value side by side in `x`.
package struct GatedKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let activation: Activation
  package let x: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [x, y] }
}

/// The gradient of `GatedKernel`.
package struct GatedBackwardKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let activation: Activation
  package let x: Buffer
  package let dy: Buffer
  package let dx: Buffer
  package var operands: [Buffer?] { [x, dy, dx] }
}

/// `y = activation(x)`, and where it is wanted the slope there, which may take the place of `x`.
package struct ActivationKernel: KernelCall {
  package let count: Int
  package let activation: Activation
  package let x: Buffer
  package let y: Buffer
  package var slope: Buffer?
  package var operands: [Buffer?] { [x, y, slope] }
}

/// The gradient of `ActivationKernel`.
package struct ActivationBackwardKernel: KernelCall {
  package let count: Int
  package let activation: Activation
  package let x: Buffer
  package let dy: Buffer
  package let dx: Buffer
  package var operands: [Buffer?] { [x, dy, dx] }
}

extension Pass {
  /// A gated linear unit's gate: the first half of the last axis, activated, times the second half.
  ///
  ///     y = activation(x[..., :width])·x[..., width:]
  ///
  /// - Shapes: `x` `[…, 2·width]`, result `[…, width]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Source: Shazeer, "GLU variants improve transformer", 2020.
  public func gated(_ x: Tensor, activation: Activation, name: String = "gated") throws -> Tensor {
    try expect(
      x.shape.width.isMultiple(of: 2), "input", in: name, expected: "an even last axis", actual: "\(x.shape)")
    let (rows, width) = (x.shape.rows, x.shape.width / 2)
    return try operation("gated", "\(x.shape)") {
      let y = try output(x.shape.replacingLast("width", width), from: [x])
      perform(GatedKernel(rows: rows, width: width, activation: activation, x: x.buffer, y: y.buffer))
      let (input, shape) = (x.buffer, y.shape)
      y.recompute = { context, _ in
        let again = try context.allocate(shape)
        context.perform(
          GatedKernel(rows: rows, width: width, activation: activation, x: input, y: again))
        return again
      }
      record("gated", y) { gradient, sweep in
        let dx = try sweep.context.allocate(x.shape)
        sweep.perform(
          GatedBackwardKernel(
            rows: rows, width: width, activation: activation, x: x.buffer, dy: gradient, dx: dx))
        try sweep.accumulate(dx, into: x.node)
      }
      return y
    }
  }

  /// An activation by itself, for components that have no linear map before it.
  ///
  ///     y = activation(x)
  ///
  /// - Shapes: the result has the shape of `x`.
  /// - Throws: `MemoryError`.
  public func activate(_ x: Tensor, _ activation: Activation) throws -> Tensor {
    let count = x.shape.count
    return try operation("activate", "\(x.shape)") {
      let y = try output(x.shape, from: [x])
      perform(ActivationKernel(count: count, activation: activation, x: x.buffer, y: y.buffer))
      record("activate", y) { gradient, sweep in
        let dx = try sweep.context.allocate(x.shape)
        sweep.perform(
          ActivationBackwardKernel(
            count: count, activation: activation, x: x.buffer, dy: gradient, dx: dx))
        try sweep.accumulate(dx, into: x.node)
      }
      return y
    }
  }
}
