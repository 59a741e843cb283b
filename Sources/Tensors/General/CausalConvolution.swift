import Kernels

/// Causal depthwise convolution.
package struct CausalConvolutionKernel: KernelCall {
  package let batch: Int
  package let time: Int
  package let channels: Int
  package let taps: Int
  package let x: Buffer
  package let history: Buffer?
  package let weight: Buffer
  package let bias: Buffer?
  package let y: Buffer
  package var operands: [Buffer?] { [x, history, weight, bias, y] }
}

/// The gradient of `CausalConvolutionKernel` with respect to its input.
package struct CausalConvolutionInputGradientKernel: KernelCall {
  package let batch: Int
  package let time: Int
  package let channels: Int
  package let taps: Int
  package let weight: Buffer
  package let dy: Buffer
  package let dx: Buffer
  package let accumulate: Bool
  package var operands: [Buffer?] { [weight, dy, dx] }
}

/// The gradients of `CausalConvolutionKernel` with respect to its weight and bias.
package struct CausalConvolutionWeightGradientKernel: KernelCall {
  package let batch: Int
  package let time: Int
  package let channels: Int
  package let taps: Int
  package let x: Buffer
  package let dy: Buffer
  package let weight: (buffer: Buffer, accumulate: Bool)?
  package let bias: (buffer: Buffer, accumulate: Bool)?
  package var operands: [Buffer?] { [x, dy, weight?.buffer, bias?.buffer] }
}

extension Pass {
  /// Causal depthwise convolution over time: each channel sees itself and its `taps − 1` inputs before.
  ///
  ///     y[b, t, c] = bias[c] + Σ over j of weight[c, j]·x[b, t − (taps − 1) + j, c]
  ///
  /// - Parameters:
  ///   - x: the input.
  ///   - weight: the taps of each channel.
  ///   - bias: the bias; nil: none.
  ///   - history: the inputs before the first, such as what a cache kept; a constant. Nil: zeros.
  ///   - name: the name in profiles and errors.
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
          weight: weight.buffer, bias: bias?.buffer, y: y.buffer))
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
              weight: dWeight, bias: dBias))
        }
        if let dx = try sweep.gradient(of: xNode) {
          sweep.perform(
            CausalConvolutionInputGradientKernel(
              batch: batch, time: time, channels: channels, taps: taps, weight: weight.buffer, dy: dy,
              dx: dx.buffer, accumulate: dx.accumulate))
        }
      }
      return y
    }
  }
}
