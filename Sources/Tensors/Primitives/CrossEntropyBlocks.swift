import Kernels

/// A language-model head and its loss as a walk over blocks of rows: the logits of one block exist at a time.
struct CrossEntropyBlocks {
  let rows: Int
  let width: Int
  let vocabulary: Int
  let x: Buffer
  let weight: Buffer
  let bias: Buffer?
  /// The bound of the logits; 0: none.
  let cap: Float
  let targets: Indices
  let weights: Buffer?
  let lossWeight: Double
  let precision: ProductPrecision
  /// Receives the mean times `lossWeight`.
  let loss: Buffer
  /// Receives the nats of each prediction.
  let losses: Buffer
  /// Receives 1 where the most probable token is the target.
  let hits: Buffer

  /// Where the gradients of the operands gather.
  struct Nodes {
    let x: GradientNode?
    let weight: GradientNode?
    let bias: GradientNode?
    var areAny: Bool { x != nil || weight != nil || bias != nil }
  }

  /// Computes the losses.
  func walk(in context: Context) throws {
    try context.span("linearCrossEntropy", "[\(rows), \(width)] × \(vocabulary)") {
      try forEachBlock(context, gradientScale: nil) { _, _, _ in }
      try finish(context)
    }
  }

  /// Computes the losses, and the gradients for a loss that counts by `gradient`.
  func walk(in context: Context, gradient: Buffer, of nodes: Nodes, _ sweep: BackwardSweep) throws {
    let factor = gradient.holdsValues ? Double(try gradient.download(Float.self, 0..<1)[0]) : 1
    let xGradient = nodes.x == nil ? nil : try context.allocate(["rows": rows, "width": width])
    try forEachBlock(context, gradientScale: Float(lossWeight / Double(rows) * factor)) {
      start, count, logits in
      if let slot = try sweep.gradient(of: nodes.weight) {
        context.perform(
          LogitsWeightGradientKernel(
            rows: count, offset: start, width: width, vocabulary: vocabulary, x: x, logitsGradient: logits,
            weightGradient: slot.buffer, accumulate: slot.accumulate, precision: precision))
      }
      if let slot = try sweep.gradient(of: nodes.bias) {
        context.perform(
          BiasActivationBackwardKernel(
            rows: count, width: vocabulary, activation: .identity, preactivation: nil, gradient: logits,
            biasGradient: slot.buffer, accumulate: slot.accumulate))
      }
      if let xGradient {
        context.perform(
          MatrixProductKernel(
            m: count, n: width, k: vocabulary, a: logits, b: weight, c: xGradient, cOffset: start * width,
            accumulate: false, precision: precision))
      }
    }
    try finish(context)
    if let xGradient { try sweep.accumulate(xGradient, into: nodes.x) }
  }

  /// Calls `body` with the logits of each block, or with their gradient where a scale is given.
  private func forEachBlock(
    _ context: Context, gradientScale: Float?, _ body: (_ start: Int, _ count: Int, Buffer) throws -> Void
  ) throws {
    let block = Pass.logitsBlockRows(rows: rows, vocabulary: vocabulary)
    let logits = try context.scratch(block * vocabulary)
    for start in stride(from: 0, to: rows, by: block) {
      let count = min(block, rows - start)
      try context.checkInterruption()
      context.perform(
        LogitsKernel(
          rows: count, offset: start, width: width, vocabulary: vocabulary, x: x, weight: weight,
          logits: logits,
          precision: precision))
      context.perform(
        SoftmaxCrossEntropyKernel(
          rows: count, vocabulary: vocabulary, logits: logits, bias: bias, cap: cap, targets: targets.buffer,
          weights: weights, losses: losses, hits: hits, offset: start, gradientScale: gradientScale))
      try body(start, count, logits)
    }
  }

  private func finish(_ context: Context) throws {
    context.perform(
      MeanKernel(count: rows, weight: Float(lossWeight), x: losses, weights: weights, y: loss))
    try context.expectPerformed(in: "linearCrossEntropy")
    try context.check(loss, ["loss": 1], of: "linearCrossEntropy")
  }
}
