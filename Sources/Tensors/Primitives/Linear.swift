import Kernels

/// `y = activation(x·Wᵀ + bias)`.
package struct LinearKernel: KernelCall {
  package let rows: Int
  package let inputs: Int
  package let outputs: Int
  package let x: Buffer
  package let weight: Buffer
  package let bias: Buffer?
  package let activation: Activation
  package let preactivation: Buffer?
  package let y: Buffer
  package let precision: ProductPrecision
  package var operands: [Buffer?] { [x, weight, bias, preactivation, y] }
  package var matrixFlops: UInt64 { UInt64(2 * rows * inputs * outputs) }
}

/// `c = op(a)·op(b)`, or added to `c`: `[m, k]·[k, n]`.
package struct MatrixProductKernel: KernelCall {
  package let m: Int
  package let n: Int
  package let k: Int
  package let a: Buffer
  package var transposeA = false
  package let b: Buffer
  package var transposeB = false
  package let c: Buffer
  /// Rows of `a` and `c` may start inside their buffers: a product over a block of a larger matrix.
  package var aOffset = 0
  package var cOffset = 0
  package let accumulate: Bool
  package let precision: ProductPrecision
  package var operands: [Buffer?] { [a, b, c] }
  package var matrixFlops: UInt64 { UInt64(2 * m * n * k) }
}

/// In place: `dy` becomes the gradient of the pre-activation; the bias gradient gets its column sums. The slopes
/// may have taken the place of the pre-activation.
package struct BiasActivationBackwardKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let activation: Activation
  package let preactivation: Buffer?
  package var holdsSlope = false
  package let gradient: Buffer
  package let biasGradient: Buffer?
  package let accumulate: Bool
  package var operands: [Buffer?] { [preactivation, gradient, biasGradient] }
}

/// Whether the slopes of an activation overwrite its input.
private final class Slopes {
  var areKnown = false
}

extension Pass {
  /// A linear map of the last axis, with bias and activation in the same pass over memory.
  ///
  ///     y = activation(x·Wᵀ + bias)
  ///
  /// - Shapes: `x` `[…, inputs]`, `weight` `[outputs, inputs]`, `bias` `[outputs]`, result
  ///   `[…, outputs]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Complexity: 2·rows·inputs·outputs FLOPs forward, twice that backward.
  public func linear(
    _ x: Tensor, weight: Tensor, bias: Tensor?, activation: Activation = .identity, name: String = "linear"
  ) throws -> Tensor {
    let (rows, inputs, outputs) = (x.shape.rows, x.shape.width, weight.shape.rows)
    try expectShape(weight.shape, ["outputs": outputs, "inputs": inputs], "weight", in: name)
    if let bias { try expectShape(bias.shape, ["outputs": outputs], "bias", in: name) }
    return try operation("linear", "\(x.shape) × \(weight.shape)") {
      let shape = x.shape.replacingLast("width", outputs)
      // The identity's derivative is 1: nothing to keep. First, for it outlives the result.
      let preactivation = tape != nil && activation != .identity ? try context.allocate(shape) : nil
      let y = try output(shape, from: [x, weight, bias])
      perform(
        LinearKernel(
          rows: rows, inputs: inputs, outputs: outputs, x: x.buffer, weight: weight.buffer,
          bias: bias?.buffer, activation: activation, preactivation: preactivation, y: y.buffer,
          precision: precision))
      let (biasNode, xNode, kept) = (bias?.node, x.node, x.saveForBackward())
      let slopes = Slopes()
      if let preactivation {
        y.recompute = { context, isLast in
          let again = try context.allocate(shape)
          // The slope, which comes next, has most of its arithmetic in common with the value.
          context.perform(
            ActivationKernel(
              count: shape.count, activation: activation, x: preactivation, y: again,
              slope: isLast ? preactivation : nil))
          slopes.areKnown = isLast
          return again
        }
      }
      let precision = precision
      record("linear", y) { gradient, sweep in
        let context = sweep.context
        let inner = activation == .identity ? gradient : try sweep.writable(gradient, shape)
        if activation != .identity || biasNode != nil {
          let biasSlot = try sweep.gradient(of: biasNode)
          context.perform(
            BiasActivationBackwardKernel(
              rows: rows, width: outputs, activation: activation, preactivation: preactivation,
              holdsSlope: slopes.areKnown, gradient: inner, biasGradient: biasSlot?.buffer,
              accumulate: biasSlot?.accumulate ?? false))
        }
        // Before the input's gradient, which then takes the place of an input that is computed again.
        if let slot = try sweep.gradient(of: weight.node) {
          context.perform(
            MatrixProductKernel(
              m: outputs, n: inputs, k: rows, a: inner, transposeA: true, b: try kept(context),
              c: slot.buffer, accumulate: slot.accumulate, precision: precision))
        }
        if let slot = try sweep.gradient(of: xNode) {
          context.perform(
            MatrixProductKernel(
              m: rows, n: inputs, k: outputs, a: inner, b: weight.buffer, c: slot.buffer,
              accumulate: slot.accumulate, precision: precision))
        }
      }
      return y
    }
  }
}
