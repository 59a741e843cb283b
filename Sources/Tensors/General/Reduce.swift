import Kernels

/// `y = factor·Σ x` over an axis.
package struct SumKernel: KernelCall {
  package let view: AxisView
  package let factor: Float
  package let x: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [x, y] }
}

/// The gradient of `SumKernel`, which also repeats values along an axis.
package struct SpreadKernel: KernelCall {
  package let view: AxisView
  package let factor: Float
  package let dy: Buffer
  package let dx: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [dy, dx] }
}

/// The largest value along an axis, and its place.
package struct MaxKernel: KernelCall {
  package let view: AxisView
  package let x: Buffer
  package let y: Buffer
  package let places: Buffer
  package var operands: [Buffer?] { [x, y, places] }
}

/// The gradient of `MaxKernel`.
package struct MaxBackwardKernel: KernelCall {
  package let view: AxisView
  package let places: Buffer
  package let dy: Buffer
  package let dx: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [places, dy, dx] }
}

extension Pass {
  /// The sum over one axis.
  ///
  /// - Parameters:
  ///   - x: the input.
  ///   - axis: counted from 0; −1 is the last.
  ///   - name: the name in profiles and errors.
  /// - Shapes: the result has the other axes of `x`; one value where there is none.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func sum(_ x: Tensor, axis: Int, name: String = "sum") throws -> Tensor {
    try sum(x, axis: try x.shape.axis(axis, in: name), factor: 1, name)
  }

  /// The mean over one axis.
  ///
  /// - Shapes: as for `sum(_:axis:name:)`; the axis must not be empty.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func mean(_ x: Tensor, axis: Int, name: String = "mean") throws -> Tensor {
    let axis = try nonEmptyAxis(axis, of: x, name)
    return try sum(x, axis: axis, factor: 1 / Float(x.shape.sizes[axis]), name)
  }

  private func sum(_ x: Tensor, axis: Int, factor: Float, _ name: String) throws -> Tensor {
    let view = x.shape.view(axis..<axis + 1)
    return try operation(name, "\(x.shape)") {
      let y = try output(x.shape.removing(axis), from: [x])
      perform(SumKernel(view: view, factor: factor, x: x.buffer, y: y.buffer))
      record(name, y) { [node = x.node] dy, sweep in
        guard let dx = try sweep.gradient(of: node) else { return }
        sweep.perform(
          SpreadKernel(view: view, factor: factor, dy: dy, dx: dx.buffer, accumulate: dx.accumulate))
      }
      return y
    }
  }

  /// The largest value along one axis. Of equal values the first gets the gradient.
  ///
  /// - Shapes: as for `mean(_:axis:name:)`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func max(_ x: Tensor, axis: Int, name: String = "max") throws -> Tensor {
    let axis = try nonEmptyAxis(axis, of: x, name)
    let view = x.shape.view(axis..<axis + 1)
    return try operation("max", "\(x.shape)") {
      let y = try output(x.shape.removing(axis), from: [x])
      let places = try context.scratch(view.reducedCount)
      perform(MaxKernel(view: view, x: x.buffer, y: y.buffer, places: places))
      record("max", y) { [node = x.node] dy, sweep in
        guard let dx = try sweep.gradient(of: node) else { return }
        sweep.perform(
          MaxBackwardKernel(view: view, places: places, dy: dy, dx: dx.buffer, accumulate: dx.accumulate))
      }
      return y
    }
  }

  private func nonEmptyAxis(_ axis: Int, of x: Tensor, _ name: String) throws -> Int {
    let axis = try x.shape.axis(axis, in: name)
    try expect(
      x.shape.sizes[axis] > 0, "axis", in: name, expected: "at least one element", actual: "\(x.shape)")
    return axis
  }
}
