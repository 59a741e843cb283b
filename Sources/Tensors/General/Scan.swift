import Kernels

/// The cumulative sum along an axis.
package struct CumulativeSumKernel: KernelCall {
  package let view: AxisView
  package let reversed: Bool
  package let x: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [x, y] }
}

/// The linear recurrence along an axis.
package struct LinearScanKernel: KernelCall {
  package let view: AxisView
  package let a: Buffer
  package let x: Buffer
  package let initial: Buffer?
  package let y: Buffer
  package var operands: [Buffer?] { [a, x, initial, y] }
}

/// The gradients of `LinearScanKernel`.
package struct LinearScanBackwardKernel: KernelCall {
  package let view: AxisView
  package let a: Buffer
  package let y: Buffer
  package let initial: Buffer?
  package let dy: Buffer
  package let dx: Buffer
  package let da: Buffer?
  package let initialGradient: Buffer?
  package var operands: [Buffer?] { [a, y, initial, dy, dx, da, initialGradient] }
}

extension Pass {
  /// The cumulative sum along one axis.
  ///
  ///     y[k] = Σ over j ≤ k of x[j]
  ///
  /// - Parameters:
  ///   - x: the input.
  ///   - axis: counted from 0; −1 is the last.
  ///   - name: the name in profiles and errors.
  /// - Shapes: the result has the shape of `x`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func cumulativeSum(_ x: Tensor, axis: Int, name: String = "cumulativeSum") throws -> Tensor {
    let axis = try x.shape.axis(axis, in: name)
    let view = x.shape.view(axis..<axis + 1)
    return try operation("cumulativeSum", "\(x.shape)") {
      let y = try output(x.shape, from: [x])
      perform(CumulativeSumKernel(view: view, reversed: false, x: x.buffer, y: y.buffer))
      record("cumulativeSum", y) { [node = x.node, shape = x.shape] dy, sweep in
        let dx = try sweep.context.allocate(shape)
        sweep.perform(CumulativeSumKernel(view: view, reversed: true, x: dy, y: dx))
        try sweep.accumulate(dx, into: node)
      }
      return y
    }
  }

  /// A linear recurrence along one axis, element by element: the associative scan of gated linear attention, retention
  /// and state-space models.
  ///
  ///     y[k] = a[k]·y[k − 1] + x[k],   y[−1] = initial, or 0
  ///
  /// - Parameters:
  ///   - x: the input.
  ///   - a: the gates.
  ///   - axis: counted from 0; −1 is the last.
  ///   - initial: the state before the first element, such as what a cache kept.
  ///   - name: the name in profiles and errors.
  /// - Shapes: `a`, `x` and the result are equal; `initial` has the other axes.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Source: Martin and Cundy, "Parallelizing linear recurrent neural nets over sequence length", 2018.
  public func linearScan(
    _ x: Tensor, gates a: Tensor, axis: Int, initial: Tensor? = nil, name: String = "linearScan"
  ) throws -> Tensor {
    let axis = try x.shape.axis(axis, in: name)
    try expectShape(a.shape, x.shape, "gates", in: name)
    if let initial { try expectShape(initial.shape, x.shape.removing(axis), "initial state", in: name) }
    let view = x.shape.view(axis..<axis + 1)
    return try operation("linearScan", "\(x.shape)") {
      let y = try output(x.shape, from: [a, x, initial])
      perform(
        LinearScanKernel(view: view, a: a.buffer, x: x.buffer, initial: initial?.buffer, y: y.buffer))
      let (aNode, xNode, startNode) = (a.node, x.node, initial?.node)
      let (shape, startShape) = (x.shape, initial?.shape)
      record("linearScan", y) { [a = a.buffer, y = y.buffer, initial = initial?.buffer] dy, sweep in
        let context = sweep.context
        let dx = try context.allocate(shape)
        let da = aNode == nil ? nil : try context.allocate(shape)
        let start = startNode == nil ? nil : try startShape.map { try context.allocate($0) }
        sweep.perform(
          LinearScanBackwardKernel(
            view: view, a: a, y: y, initial: initial, dy: dy, dx: dx, da: da, initialGradient: start))
        if let da { try sweep.accumulate(da, into: aNode) }
        if let start { try sweep.accumulate(start, into: startNode) }
        try sweep.accumulate(dx, into: xNode)
      }
      return y
    }
  }
}
