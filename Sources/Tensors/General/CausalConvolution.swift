import Kernels

/// Causal depthwise convolution.
struct CausalConvolutionKernel: Kernel {
  let batch: Int
  let time: Int
  let channels: Int
  let taps: Int
  let x: Buffer
  let history: Buffer?
  let weight: Buffer
  let bias: Buffer?
  let y: Buffer
  let scratch: Buffer
  var operands: [Buffer?] { [x, history, weight, bias, y] }
  func run(on pool: ThreadPool) {
    causalConvolution(
      pool, batch: batch, time: time, channels: channels, taps: taps, x: x.floats, history: history?.floats,
      weight: weight.floats, bias: bias?.floats, y: y.floats, scratch: scratch.floats)
  }
}

/// The gradient of `CausalConvolutionKernel` with respect to its input.
struct CausalConvolutionInputGradientKernel: Kernel {
  let batch: Int
  let time: Int
  let channels: Int
  let taps: Int
  let weight: Buffer
  let dy: Buffer
  let dx: Buffer
  let accumulate: Bool
  let scratch: Buffer
  var operands: [Buffer?] { [weight, dy, dx] }
  func run(on pool: ThreadPool) {
    causalConvolutionInputGradient(
      pool, batch: batch, time: time, channels: channels, taps: taps, weight: weight.floats, dy: dy.floats,
      dx: dx.floats, accumulate: accumulate, scratch: scratch.floats)
  }
}

/// The gradients of `CausalConvolutionKernel` with respect to its weight and bias.
struct CausalConvolutionWeightGradientKernel: Kernel {
  let batch: Int
  let time: Int
  let channels: Int
  let taps: Int
  let x: Buffer
  let dy: Buffer
  let weight: (buffer: Buffer, accumulate: Bool)?
  let bias: (buffer: Buffer, accumulate: Bool)?
  let scratch: Buffer
  var operands: [Buffer?] { [x, dy, weight?.buffer, bias?.buffer] }
  func run(on pool: ThreadPool) {
    causalConvolutionWeightGradient(
      pool, batch: batch, time: time, channels: channels, taps: taps, x: x.floats, dy: dy.floats,
      weightGradient: weight?.buffer.floats, biasGradient: bias?.buffer.floats,
      accumulateWeight: weight?.accumulate ?? false, accumulateBias: bias?.accumulate ?? false,
      scratch: scratch.floats)
  }
}

extension Pass {
  /// Causal depthwise convolution over time: each channel sees itself and its `taps − 1` inputs before.
  ///
  ///     y[b, t, c] = bias[c] + Σ over j of weight[c, j]·x[b, t − (taps − 1) + j, c]
  ///
  /// - Parameter history: the inputs before the first, such as what a cache kept; a constant. Nil: zeros.
  /// - Shapes: `x` and the result `[batch, time, channels]`, `weight` `[channels, taps]`, `bias` `[channels]`,
  ///   `history` `[batch, taps − 1, channels]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func causalConvolution(
    _ x: Tensor, weight: Tensor, bias: Tensor?, history: Tensor? = nil, name: String = "causalConvolution"
  ) throws -> Tensor {
    try expect(
      x.shape.rank == 3, "input", in: name, expected: "[batch, time, channels]", actual: "\(x.shape)")
    let (batch, time, channels) = (x.shape.sizes[0], x.shape.sizes[1], x.shape.sizes[2])
    let taps = weight.shape.width
    try expect(
      weight.shape.rank == 2 && weight.shape.rows == channels && taps > 0, "weight", in: name,
      expected: "[\(channels), taps]", actual: "\(weight.shape)")
    if let bias { try expectShape(bias.shape, ["channels": channels], "bias", in: name) }
    if let history {
      try expectShape(
        history.shape, ["batch": batch, "history": taps - 1, "channels": channels], "history", in: name)
      try expect(
        history.node == nil, "history", in: name, expected: "a constant", actual: "one with a gradient")
    }
    return try operation("causalConvolution", "\(x.shape) × \(weight.shape)") {
      let y = try output(x.shape, from: [x, weight, bias])
      perform(
        CausalConvolutionKernel(
          batch: batch, time: time, channels: channels, taps: taps, x: x.buffer, history: history?.buffer,
          weight: weight.buffer, bias: bias?.buffer, y: y.buffer,
          scratch: try context.scratch(taps * channels)))
      guard y.node != nil else { return y }
      try expect(
        history == nil, "history", in: name, expected: "none where gradients are recorded", actual: "one")
      let (xNode, biasNode, saved) = (x.node, bias?.node, x.saveForBackward())
      record("causalConvolution", y) { dy, sweep in
        let context = sweep.context
        let (dWeight, dBias) = (try sweep.gradient(of: weight.node), try sweep.gradient(of: biasNode))
        if dWeight != nil || dBias != nil {
          sweep.perform(
            CausalConvolutionWeightGradientKernel(
              batch: batch, time: time, channels: channels, taps: taps, x: try saved(context), dy: dy,
              weight: dWeight, bias: dBias,
              scratch: try context.scratch(
                causalConvolutionScratch(rows: batch * time, channels: channels, taps: taps))))
        }
        if let dx = try sweep.gradient(of: xNode) {
          sweep.perform(
            CausalConvolutionInputGradientKernel(
              batch: batch, time: time, channels: channels, taps: taps, weight: weight.buffer, dy: dy,
              dx: dx.buffer, accumulate: dx.accumulate, scratch: try context.scratch(taps * channels)))
        }
      }
      return y
    }
  }
}
