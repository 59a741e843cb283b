import Kernels

/// What an attention layer needs besides queries, keys and values.
public struct AttentionOptions {
  /// Query heads.
  public var heads: Int
  /// Key and value heads; divides `heads`. Equal: multi-head; 1: multi-query; between: grouped.
  public var keyValueHeads: Int
  /// Width of one head's queries and keys.
  public var headWidth: Int
  /// Width of one head's values and output; by default `headWidth`.
  public var valueWidth: Int
  /// For each query the half-open range of keys it may see, `[1 or batch, query, 2]`.
  public var visible: Indices
  /// Promises that no visible key is this far from its query, so that a cache may forget it; nil: no promise.
  public var window: Int?
  /// One slope per head: a score loses slope·distance (ALiBi). Nil: no bias.
  public var slopes: Tensor?
  /// Added to the scores, `[1 or batch, heads, query, key]`; it may have a gradient. Nil: none. In a pass that continues
  /// a cache, keys count from the beginning of each sequence.
  public var bias: Tensor?
  /// One score per head that joins the softmax without a value, `[heads]`; it may have a gradient. Nil: none.
  public var sinks: Tensor?
  /// Factor on the scores; by default 1/√headWidth.
  public var scale: Double?
  /// Bound of the scores, `cap·tanh(score/cap)`, before a bias is added; nil: none.
  public var cap: Double?
  /// The dropout rate of probabilities in training.
  public var dropoutRate: Double
  /// Whether a pass that continues a cache adds keys and values to it. False for keys and values of another sequence,
  /// such as an encoder's.
  package var caches: Bool

  /// Options with their defaults.
  public init(
    heads: Int, keyValueHeads: Int, headWidth: Int, valueWidth: Int? = nil, visible: Indices,
    window: Int? = nil, slopes: Tensor? = nil, bias: Tensor? = nil, sinks: Tensor? = nil,
    scale: Double? = nil,
    cap: Double? = nil, dropoutRate: Double = 0, caches: Bool = true
  ) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.valueWidth = valueWidth ?? headWidth
    self.visible = visible
    self.window = window
    self.slopes = slopes
    self.bias = bias
    self.sinks = sinks
    self.scale = scale
    self.cap = cap
    self.dropoutRate = dropoutRate
    self.caches = caches
  }

  /// Width of the packed projection: queries, keys and values side by side.
  package var packedWidth: Int { (heads + keyValueHeads) * headWidth + keyValueHeads * valueWidth }
}

/// What shapes the scores of an attention kernel, and the positions of its queries.
package struct AttentionInputs {
  package let visible: Indices
  package let slopes: Buffer?
  package let bias: (buffer: Buffer, batch: Int, stride: Int)?
  package let sinks: Buffer?
  package let dropout: Dropout?
  /// The row of each sequence's first query among its keys; nil: 0.
  package var starts: Buffer?

  func flops(_ sizes: AttentionShape) -> (forward: UInt64, backward: UInt64) {
    visible.host.withUnsafeBufferPointer { ranges in
      guard let base = ranges.baseAddress else { return (0, 0) }
      return attentionFlops(sizes, ranges: base, rangeBatch: visible.shape.sizes[0])
    }
  }
}

/// Softmax attention, block by block. Keys and values are packed with the queries, separate, or in a cache.
package struct AttentionKernel: KernelCall {
  package let sizes: AttentionShape
  package let inputs: AttentionInputs
  package let q: AttentionOperand
  package let k: AttentionOperand
  package let v: AttentionOperand
  package let output: Buffer
  package let logSumExp: Buffer?
  package let sink: Buffer?
  package var operands: [Buffer?] {
    [q.buffer, k.buffer === q.buffer ? nil : k.buffer, output, logSumExp, sink]
  }
  package var matrixFlops: UInt64 { inputs.flops(sizes).forward }
}

/// The gradients of `AttentionKernel`.
package struct AttentionBackwardKernel: KernelCall {
  package let sizes: AttentionShape
  package let inputs: AttentionInputs
  package let q: AttentionOperand
  package let k: AttentionOperand
  package let v: AttentionOperand
  package let output: Buffer
  package let outputGradient: Buffer
  package let logSumExp: Buffer
  package let dq: AttentionOperand
  package let dk: AttentionOperand
  package let dv: AttentionOperand
  package let dBias: Buffer?
  package let dSinks: Buffer?
  package var operands: [Buffer?] { [q.buffer, output, outputGradient, logSumExp, dq.buffer] }
  package var matrixFlops: UInt64 { inputs.flops(sizes).backward }
}
