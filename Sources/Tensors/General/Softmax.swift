import Kernels

/// The softmax of each row, or its logarithm.
package struct SoftmaxKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let logarithm: Bool
  package let x: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [x, y] }
}

/// The gradient of `SoftmaxKernel`.
package struct SoftmaxBackwardKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let logarithm: Bool
  package let y: Buffer
  package let dy: Buffer
  package let dx: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [y, dy, dx] }
}

/// `y = log Σ exp(x)` of each row.
package struct LogSumExpKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let x: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [x, y] }
}

/// The gradient of `LogSumExpKernel`.
package struct LogSumExpBackwardKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let x: Buffer
  package let y: Buffer
  package let dy: Buffer
  package let dx: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [x, y, dy, dx] }
}

extension Pass {
  /// The softmax over the last axis.
  ///
  ///     y = exp(x) / Σ exp(x)
  ///
  /// - Shapes: the result has the shape of `x`.
  /// - Throws: `MemoryError`.
  public func softmax(_ x: Tensor) throws -> Tensor { try softmax(x, logarithm: false) }

  /// The logarithm of the softmax over the last axis.
  ///
  ///     y = x − log Σ exp(x)
  ///
  /// - Shapes: the result has the shape of `x`.
  /// - Throws: `MemoryError`.
  public func logSoftmax(_ x: Tensor) throws -> Tensor { try softmax(x, logarithm: true) }

  private func softmax(_ x: Tensor, logarithm: Bool) throws -> Tensor {
    let (rows, width, name) = (x.shape.rows, x.shape.width, logarithm ? "logSoftmax" : "softmax")
    return try operation(name, "\(x.shape)") {
      let y = try output(x.shape, from: [x])
      perform(SoftmaxKernel(rows: rows, width: width, logarithm: logarithm, x: x.buffer, y: y.buffer))
      record(name, y) { [node = x.node, result = y.buffer] dy, sweep in
        guard let dx = try sweep.gradient(of: node) else { return }
        sweep.perform(
          SoftmaxBackwardKernel(
            rows: rows, width: width, logarithm: logarithm, y: result, dy: dy, dx: dx.buffer,
            accumulate: dx.accumulate))
      }
      return y
    }
  }

  /// The logarithm of the sum of exponentials over the last axis, without overflow.
  ///
  ///     y = log Σ exp(x)
  ///
  /// - Shapes: `x` `[…, width]`, result `[…]`; one value where no axis is left.
  /// - Throws: `MemoryError`.
  public func logSumExp(_ x: Tensor) throws -> Tensor {
    let (rows, width) = (x.shape.rows, x.shape.width)
    return try operation("logSumExp", "\(x.shape)") {
      let y = try output(x.shape.removing(x.shape.rank - 1), from: [x])
      perform(LogSumExpKernel(rows: rows, width: width, x: x.buffer, y: y.buffer))
      record("logSumExp", y) { [node = x.node, result = y.buffer] dy, sweep in
        guard let dx = try sweep.gradient(of: node) else { return }
        sweep.perform(
          LogSumExpBackwardKernel(
            rows: rows, width: width, x: x.buffer, y: result, dy: dy, dx: dx.buffer, accumulate: dx.accumulate
          ))
      }
      return y
    }
  }
}
