import Kernels

/// `y = activation(x·Wᵀ + bias)`.
struct LinearKernel: Kernel {
  let rows: Int
  let inputs: Int
  let outputs: Int
  let x: Buffer
  let weight: Buffer
  let bias: Buffer?
  let activation: Activation
  let preactivation: Buffer?
  let y: Buffer
  let precision: ProductPrecision
  var operands: [Buffer?] { [x, weight, bias, preactivation, y] }
  var matrixFlops: UInt64 { UInt64(2 * rows * inputs * outputs) }
  func run(on pool: ThreadPool) {
    linearForward(
      pool, rows: rows, inputs: inputs, outputs: outputs, x: x.floats, weight: weight.floats,
      bias: bias?.floats, activation: activation, preactivation: preactivation?.floats, y: y.floats,
      precision: precision)
  }
}

/// `c = op(a)·op(b)`, or added to `c`: `[m, k]·[k, n]`.
struct MatrixProductKernel: Kernel {
  let m: Int
  let n: Int
  let k: Int
  let a: Buffer
  var transposeA = false
  let b: Buffer
  var transposeB = false
  let c: Buffer
  /// Rows of `a` and `c` may start inside their buffers: a product over a block of a larger matrix.
  var aOffset = 0
  var cOffset = 0
  let accumulate: Bool
  let precision: ProductPrecision
  var operands: [Buffer?] { [a, b, c] }
  var matrixFlops: UInt64 { UInt64(2 * m * n * k) }
  func run(on pool: ThreadPool) {
    matrixMultiply(
      pool, m: m, n: n, k: k, a.floats + aOffset, aStride: transposeA ? m : k, transposeA: transposeA,
      b.floats, bStride: transposeB ? k : n, transposeB: transposeB, c.floats + cOffset, cStride: n,
      accumulate: accumulate, precision: precision)
  }
}

/// In place: `dy` becomes the gradient of the pre-activation; the bias gradient gets its column sums. The slopes
/// may have taken the place of the pre-activation.
struct BiasActivationBackwardKernel: Kernel {
  let rows: Int
  let width: Int
  let activation: Activation
  let preactivation: Buffer?
  var holdsSlope = false
  let gradient: Buffer
  let biasGradient: Buffer?
  let accumulate: Bool
  let scratch: Buffer
  var operands: [Buffer?] { [preactivation, gradient, biasGradient] }
  func run(on pool: ThreadPool) {
    biasActivationBackward(
      pool, rows: rows, width: width, activation: activation, preactivation: preactivation?.floats,
      holdsSlope: holdsSlope, dy: gradient.floats, biasGradient: biasGradient?.floats,
      accumulate: accumulate, scratch: scratch.floats)
  }
}

/// Whether the slopes of an activation stand where its input stood.
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
              accumulate: biasSlot?.accumulate ?? false,
              scratch: try context.scratch(biasActivationScratch(rows: rows, width: outputs))))
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
