import Kernels

/// Cross-entropy of a block of logits; in place the logits become their gradient.
package struct SoftmaxCrossEntropyKernel: KernelCall {
  package let rows: Int
  package let vocabulary: Int
  package let logits: Buffer
  package let bias: Buffer?
  package let cap: Float
  package let targets: Buffer
  package let weights: Buffer?
  package let losses: Buffer
  package let hits: Buffer
  package let offset: Int
  package let gradientScale: Float?
  package var operands: [Buffer?] { [logits, logits] }
}

/// A block of `x·Wᵀ`.
package struct LogitsKernel: KernelCall {
  package let rows: Int
  package let offset: Int
  package let width: Int
  package let vocabulary: Int
  package let x: Buffer
  package let weight: Buffer
  package let logits: Buffer
  package let precision: ProductPrecision
  package var operands: [Buffer?] { [weight, logits] }
  package var matrixFlops: UInt64 { UInt64(2 * rows * width * vocabulary) }
}

/// The weight gradient of a block: `dW += dLogitsᵀ·x`.
package struct LogitsWeightGradientKernel: KernelCall {
  package let rows: Int
  package let offset: Int
  package let width: Int
  package let vocabulary: Int
  package let x: Buffer
  package let logitsGradient: Buffer
  package let weightGradient: Buffer
  package let accumulate: Bool
  package let precision: ProductPrecision
  package var operands: [Buffer?] { [logitsGradient, weightGradient] }
  package var matrixFlops: UInt64 { UInt64(2 * rows * width * vocabulary) }
}

/// The result of a loss over several predictions.
public struct LossResult {
  /// The mean times the weights it was given: the root of the backward pass. One value.
  public let loss: Tensor
  /// Nats of each prediction, without weights, `[predictions]`.
  public let losses: Tensor
  /// 1 where the most probable token was the target, `[predictions]`.
  public let hits: Indices

  /// The loss of predictions, for an objective that computes its own.
  public init(loss: Tensor, losses: Tensor, hits: Indices) {
    self.loss = loss
    self.losses = losses
    self.hits = hits
  }
}

/// The mean of the losses, each times its own weight where there are such, times a weight of all.
package struct MeanKernel: KernelCall {
  package let count: Int
  package let weight: Float
  package let x: Buffer
  package let weights: Buffer?
  package let y: Buffer
  package var operands: [Buffer?] { [x, weights] }
}

extension Pass {
  /// The bytes of logits that exist at a time, as long as a block is not too short for it.
  static let logitsBlockBytes = 16 << 20
  /// The rows that a block should have at the least: each block reads the whole table three times and
  /// writes its gradient once, which few rows do not make up for.
  static let minLogitsRows = 256

  /// The rows of logits in one block, all but the last of one size: depends on the shapes alone, so results
  /// do not depend on threads.
  static func logitsBlockRows(rows: Int, vocabulary: Int) -> Int {
    let most = Swift.max(minLogitsRows, logitsBlockBytes / (vocabulary * MemoryLayout<Float>.stride))
    let blocks = (rows + most - 1) / most
    return (rows + blocks - 1) / blocks
  }

  /// A language-model head and its loss, block by block: logits `[predictions, vocabulary]` never exist
  /// whole.
  ///
  ///     loss = lossWeight·mean over i of −weights[i]·log softmax(cap(x[i]·Wᵀ + bias))[targets[i]]
  ///
  /// While a block's logits are at hand, its gradients are computed too. In a pass that records gradients, this waits
  /// for the backward pass, which knows by how much the loss counts: then a loss that starts the backward pass costs
  /// one walk over the blocks, and one that nothing used leaves no gradient. Where its value is needed before (the loss
  /// is scaled, added to another, or read), the logits are computed twice.
  ///
  /// With a `cap` no logit is beyond it: `cap·tanh(logit/cap)` (Gemma Team, "Gemma 2", 2024).
  ///
  /// - Shapes: `x` `[predictions, width]`, `weight` `[vocabulary, width]`, `bias` `[vocabulary]`,
  ///   `targets` and `weights` `[predictions]`; without weights all are 1. The mean is over the number of
  ///   predictions, whatever their weights add up to.
  /// - Throws: `ShapeError` that names `name`, also when a target lies outside; `MemoryError`.
  /// - Complexity: 2·predictions·width·vocabulary FLOPs forward, 6 with gradients.
  public func linearCrossEntropy(
    _ x: Tensor, weight: Tensor, bias: Tensor?, cap: Double? = nil, targets: Indices,
    weights: Tensor? = nil, lossWeight: Double = 1, name: String
  ) throws -> LossResult {
    let (rows, width, vocabulary) = (x.shape.rows, x.shape.width, weight.shape.rows)
    try expectShape(weight.shape, ["vocabulary": vocabulary, "width": width], "weight", in: name)
    if let bias { try expectShape(bias.shape, ["vocabulary": vocabulary], "bias", in: name) }
    try expectShape(targets.shape, ["predictions": rows], "targets", in: name)
    if let weights { try expectShape(weights.shape, ["predictions": rows], "weights", in: name) }
    try expect(rows > 0, "input", in: name, expected: "at least one prediction", actual: "\(x.shape)")
    if let wrong = targets.host.first(where: { $0 < 0 || $0 >= vocabulary }) {
      throw ShapeError(
        component: name, role: "target", expected: "0 to \(vocabulary - 1)", actual: "\(wrong)")
    }
    for input in [x, weight, bias, weights] { try input?.deferred?.force() }
    let nodes = CrossEntropyBlocks.Nodes(x: x.node, weight: weight.node, bias: bias?.node)
    let loss = Tensor(
      shape: ["loss": 1], buffer: try context.allocate(["loss": 1]),
      node: tape != nil && nodes.areAny ? GradientNode(shape: ["loss": 1]) : nil)
    let losses = Tensor(
      shape: targets.shape, buffer: try context.allocate(targets.shape), node: nil)
    let hits = Indices(shape: targets.shape, buffer: try context.scratch(rows), host: [])
    let blocks = CrossEntropyBlocks(
      rows: rows, width: width, vocabulary: vocabulary, x: x.buffer, weight: weight.buffer,
      bias: bias?.buffer, cap: Float(cap ?? 0), targets: targets, weights: weights?.buffer,
      lossWeight: lossWeight,
      precision: precision, loss: loss.buffer, losses: losses.buffer, hits: hits.buffer)
    guard loss.node != nil else {
      try blocks.walk(in: context)
      return LossResult(loss: loss, losses: losses, hits: hits)
    }
    let deferred = Deferred { [context] in try blocks.walk(in: context) }
    (loss.deferred, losses.deferred, hits.deferred) = (deferred, deferred, deferred)
    record("linearCrossEntropy", loss) { gradient, sweep in
      try blocks.walk(in: sweep.context, gradient: gradient, of: nodes, sweep)
      deferred.isDone()
    }
    return LossResult(loss: loss, losses: losses, hits: hits)
  }
}
