import Kernels

/// `y = a + b`.
package struct AddKernel: KernelCall {
  package let count: Int
  package let a: Buffer
  package let b: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [a, b, y] }
}

/// `y = a·b`, element by element.
package struct MultiplyKernel: KernelCall {
  package let count: Int
  package let a: Buffer
  package let b: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [a, b, y] }
}

/// `y = dropout(x)`: kept elements are scaled by 1/(1−rate).
package struct DropoutKernel: KernelCall {
  package let count: Int
  package let x: Buffer
  package let dropout: Dropout
  package let y: Buffer
  package var operands: [Buffer?] { [x, y] }
}

extension Pass {
  /// The sum of two tensors of one shape.
  ///
  ///     y = a + b
  ///
  /// - Shapes: `a`, `b` and the result are equal; nothing is broadcast.
  /// - Throws: `ShapeError` when the shapes differ; `MemoryError`.
  public func add(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try expectShape(b.shape, a.shape, "right side", in: "add")
    return try operation("add", "\(a.shape)") {
      let y = try output(a.shape, from: [a, b])
      perform(AddKernel(count: a.shape.count, a: a.buffer, b: b.buffer, y: y.buffer))
      let (left, right) = (a.node, b.node)
      record("add", y) { gradient, sweep in
        try sweep.accumulate(gradient, into: left)
        try sweep.accumulate(gradient, into: right)
      }
      return y
    }
  }

  /// The product of two tensors of one shape, element by element.
  ///
  ///     y = a·b
  ///
  /// - Shapes: `a`, `b` and the result are equal; nothing is broadcast.
  /// - Throws: `ShapeError` when the shapes differ; `MemoryError`.
  public func multiply(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try expectShape(b.shape, a.shape, "right side", in: "multiply")
    return try operation("multiply", "\(a.shape)") {
      let y = try output(a.shape, from: [a, b])
      let count = a.shape.count
      perform(MultiplyKernel(count: count, a: a.buffer, b: b.buffer, y: y.buffer))
      record("multiply", y) { gradient, sweep in
        for (node, other) in [(a.node, b), (b.node, a)] where node != nil {
          let product = try sweep.context.allocate(a.shape)
          sweep.perform(MultiplyKernel(count: count, a: gradient, b: other.buffer, y: product))
          try sweep.accumulate(product, into: node)
        }
      }
      return y
    }
  }

  /// The difference of two tensors of one shape.
  ///
  ///     y = a − b
  ///
  /// - Shapes: `a`, `b` and the result are equal; nothing is broadcast.
  /// - Throws: `ShapeError` when the shapes differ; `MemoryError`.
  public func subtract(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try expectShape(b.shape, a.shape, "right side", in: "subtract")
    return try add(a, try scale(b, by: -1))
  }

  /// A tensor times a number.
  ///
  ///     y = factor·x
  ///
  /// - Shapes: the result has the shape of `x`.
  /// - Throws: `MemoryError`.
  public func scale(_ x: Tensor, by factor: Float) throws -> Tensor {
    try operation("scale", "\(x.shape)") {
      let y = try output(x.shape, from: [x])
      let count = x.shape.count
      perform(AddScaledKernel(count: count, x: x.buffer, scale: factor, y: y.buffer, adds: false))
      let node = x.node
      record("scale", y) { gradient, sweep in
        guard let slot = try sweep.gradient(of: node) else { return }
        sweep.perform(
          AddScaledKernel(count: count, x: gradient, scale: factor, y: slot.buffer, adds: slot.accumulate))
      }
      return y
    }
  }

  /// Zeroes a random fraction of the elements and scales the others by 1/(1−rate), while training.
  ///
  /// - Parameters:
  ///   - x: the input.
  ///   - rate: the fraction that is zeroed, 0 to below 1.
  ///   - name: the place in the model; its random numbers depend on it, the seed and the step alone.
  /// - Shapes: the result has the shape of `x`.
  /// - Throws: `MemoryError`.
  /// - Source: Srivastava et al., "Dropout", 2014.
  public func dropout(_ x: Tensor, rate: Double, name: String) throws -> Tensor {
    guard let dropout = dropout(rate, name) else { return x }
    return try operation("dropout", "\(x.shape)") {
      let y = try output(x.shape, from: [x])
      let count = x.shape.count
      perform(DropoutKernel(count: count, x: x.buffer, dropout: dropout, y: y.buffer))
      let node = x.node
      record("dropout", y) { gradient, sweep in
        let passed = try sweep.context.allocate(x.shape)
        sweep.perform(DropoutKernel(count: count, x: gradient, dropout: dropout, y: passed))
        try sweep.accumulate(passed, into: node)
      }
      return y
    }
  }
}
