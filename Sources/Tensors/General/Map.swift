import Kernels

/// `y = f(x)`, element by element.
struct MapKernel<F: UnaryFunction>: Kernel {
  let function: F
  let count: Int
  let x: Buffer
  let y: Buffer
  var operands: [Buffer?] { [x, y] }
  func run(on pool: ThreadPool) { applyFunction(pool, function, count: count, x: x.floats, y: y.floats) }
}

/// `dx = dy·f′(x)`, or added to `dx`.
struct MapBackwardKernel<F: UnaryFunction>: Kernel {
  let function: F
  let count: Int
  let x: Buffer
  let dy: Buffer
  let dx: Buffer
  let accumulate: Bool
  var operands: [Buffer?] { [x, dy, dx] }
  func run(on pool: ThreadPool) {
    applyFunctionGradient(
      pool, function, count: count, x: x.floats, dy: dy.floats, dx: dx.floats, accumulate: accumulate)
  }
}

extension Pass {
  /// A function of one number, applied to every element: `Tanh()`, `Sigmoid()`, `Exponential()`, … or one of your own.
  ///
  ///     y = f(x)
  ///
  /// - Shapes: the result has the shape of `x`.
  /// - Throws: `MemoryError`.
  public func map<F: UnaryFunction>(_ x: Tensor, _ function: F) throws -> Tensor {
    try operation(function.name, "\(x.shape)") {
      let y = try output(x.shape, from: [x])
      let count = x.shape.count
      perform(MapKernel(function: function, count: count, x: x.buffer, y: y.buffer))
      guard y.node != nil else { return y }
      let (node, saved) = (x.node, x.saveForBackward())
      record(function.name, y) { dy, sweep in
        guard let dx = try sweep.gradient(of: node) else { return }
        sweep.perform(
          MapBackwardKernel(
            function: function, count: count, x: try saved(sweep.context), dy: dy, dx: dx.buffer,
            accumulate: dx.accumulate))
      }
      return y
    }
  }
}
