import Kernels

/// What an attention layer needs beside its projection.
public struct AttentionOptions {
  /// Query heads.
  public var heads: Int
  /// Key and value heads; divides `heads`. Equal: multi-head; 1: multi-query; between: grouped.
  public var keyValueHeads: Int
  /// Width of one head.
  public var headWidth: Int
  /// For each query the half-open range of keys it may see, `[1 or batch, time, 2]`.
  public var visible: Indices
  /// Promises that no visible key is this far from its query, so that a cache may forget it; nil: no promise.
  public var window: Int?
  /// One slope a head: a score loses slope·distance (ALiBi). Nil: no bias.
  public var slopes: Tensor?
  /// Factor on the scores; by default 1/√headWidth.
  public var scale: Double?
  /// Share of the probabilities that is dropped while training.
  public var dropoutRate: Double

  /// Options with their defaults.
  public init(
    heads: Int, keyValueHeads: Int, headWidth: Int, visible: Indices, window: Int? = nil,
    slopes: Tensor? = nil, scale: Double? = nil, dropoutRate: Double = 0
  ) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.visible = visible
    self.window = window
    self.slopes = slopes
    self.scale = scale
    self.dropoutRate = dropoutRate
  }

  /// Width of the packed projection: queries, keys and values side by side.
  public var packedWidth: Int { (heads + 2 * keyValueHeads) * headWidth }
}

/// Softmax attention of the queries of a packed projection, block by block. Keys and values are packed
/// with them, or lie in a cache.
struct AttentionKernel: Kernel {
  let sizes: AttentionShape
  let visible: Indices
  let slopes: Buffer?
  let dropout: Dropout?
  let packed: Buffer
  var cached: CachedKeyValues?
  let output: Buffer
  let logSumExp: Buffer?
  let sink: Buffer?
  let scratch: Buffer
  var operands: [Buffer?] { [packed, cached?.buffer, output, logSumExp, sink] }
  var matrixFlops: UInt64 { plannedFlops(sizes, visible).forward }
  func run(on pool: ThreadPool) {
    let projection = packed.floats
    let keys = cached.map { $0.buffer.floats + $0.offset } ?? projection + sizes.keyOffset
    attentionForward(
      pool, sizes, extras(visible, slopes, dropout, starts: cached?.starts), q: projection, k: keys,
      v: keys + sizes.keyValueHeads * sizes.headWidth,
      out: output.floats, logSumExp: logSumExp?.floats, sink: sink?.floats, scratch: scratch.floats)
  }
}

/// Keys and values of earlier tokens and of those of the pass, side by side in each row.
struct CachedKeyValues {
  let buffer: Buffer
  /// Where the first sequence begins.
  let offset: Int
  /// Rows of a sequence.
  let capacity: Int
  /// Floats of a row.
  let width: Int
  /// The row of each sequence's first query.
  let starts: Buffer
  /// For each query the half-open range of rows that it may see.
  let visible: Indices
}

/// The gradient of `AttentionKernel` with respect to the packed projection.
struct AttentionBackwardKernel: Kernel {
  let sizes: AttentionShape
  let visible: Indices
  let slopes: Buffer?
  let dropout: Dropout?
  let packed: Buffer
  let output: Buffer
  let outputGradient: Buffer
  let logSumExp: Buffer
  let packedGradient: Buffer
  let scratch: Buffer
  var operands: [Buffer?] { [packed, output, outputGradient, logSumExp, packedGradient] }
  var matrixFlops: UInt64 { plannedFlops(sizes, visible).backward }
  func run(on pool: ThreadPool) {
    let (projection, gradient) = (packed.floats, packedGradient.floats)
    attentionBackward(
      pool, sizes, extras(visible, slopes, dropout), q: projection, k: projection + sizes.keyOffset,
      v: projection + sizes.valueOffset, out: output.floats, dOut: outputGradient.floats,
      logSumExp: logSumExp.floats, dq: gradient, dk: gradient + sizes.keyOffset,
      dv: gradient + sizes.valueOffset, scratch: scratch.floats)
  }
}

extension AttentionShape {
  /// Where the keys begin in a packed row: after the queries.
  fileprivate var keyOffset: Int { heads * headWidth }
  /// Where the values begin in a packed row: after the keys.
  fileprivate var valueOffset: Int { (heads + keyValueHeads) * headWidth }
}

private func extras(
  _ visible: Indices, _ slopes: Buffer?, _ dropout: Dropout?, starts: Buffer? = nil
) -> AttentionExtras {
  AttentionExtras(
    ranges: visible.buffer.integers, rangeBatch: visible.shape.sizes[0], slopes: slopes?.floats,
    dropout: dropout, queryOffsets: starts?.integers)
}

private func plannedFlops(_ sizes: AttentionShape, _ visible: Indices) -> (forward: UInt64, backward: UInt64)
{
  visible.host.withUnsafeBufferPointer { ranges in
    guard let base = ranges.baseAddress else { return (0, 0) }
    return attentionFlops(sizes, ranges: base, rangeBatch: visible.shape.sizes[0])
  }
}

extension Pass {
  /// Scaled dot-product attention of every head, on queries, keys and values packed side by side.
  ///
  ///     output = softmax(scale·Q·Kᵀ − slope·distance, over the visible keys)·V
  ///
  /// The probabilities are never kept whole: forward keeps one number a row (the log of the softmax's
  /// denominator) and backward computes them again block by block. When the pass has an attention sink
  /// it receives them as a by-product; the output does not change by a bit.
  ///
  /// A pass that continues a cache adds its keys and values to the layer `name` and attends to all that
  /// is there; `visible` then counts keys from the beginning of each sequence.
  ///
  /// - Shapes: `packed` `[batch, time, (heads + 2·keyValueHeads)·headWidth]`, result
  ///   `[batch, time, heads·headWidth]`, sink `[batch, heads, query, key]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Source: Vaswani et al., 2017; grouped queries: Ainslie et al., 2023; blocks without the matrix:
  ///   Dao et al., "FlashAttention", 2022; distance bias: Press et al., "ALiBi", 2022.
  public func attention(_ packed: Tensor, _ options: AttentionOptions, name: String) throws -> Tensor {
    try expect(
      packed.shape.rank == 3 && packed.shape.width == options.packedWidth, "packed projection", in: name,
      expected: "[batch, time, \(options.packedWidth)]", actual: "\(packed.shape)")
    let (batch, time) = (packed.shape.sizes[0], packed.shape.sizes[1])
    let ranges = options.visible.shape.sizes
    try expect(
      ranges.count == 3 && (ranges[0] == 1 || ranges[0] == batch) && ranges[1] == time && ranges[2] == 2,
      "visible ranges", in: name, expected: "[1 or \(batch), \(time), 2]", actual: "\(options.visible.shape)")
    if let slopes = options.slopes {
      try expectShape(slopes.shape, ["heads": options.heads], "slopes", in: name)
    }
    return try operation("attention", "\(packed.shape)") {
      let cached = try continued.map { try store(packed, options, in: $0, name: name) }
      let stride = cached?.width ?? options.packedWidth
      let sizes = AttentionShape(
        batch: batch, queryTime: time, keyTime: cached?.capacity ?? time, heads: options.heads,
        keyValueHeads: options.keyValueHeads, headWidth: options.headWidth,
        queryStride: options.packedWidth, keyStride: stride, valueStride: stride,
        outputStride: options.heads * options.headWidth,
        scale: Float(options.scale ?? 1 / Double(options.headWidth).squareRoot()), queryOffset: 0)
      let visible = cached?.visible ?? options.visible
      let dropout = dropout(options.dropoutRate, name)
      let y = try output(
        packed.shape.replacingLast("width", options.heads * options.headWidth), from: [packed])
      let logSumExp = y.node == nil ? nil : try context.scratch(batch * options.heads * time)
      let sink = try attentionSink.map { _ -> Tensor in
        let shape: Shape = ["batch": batch, "heads": options.heads, "query": time, "key": time]
        return Tensor(shape: shape, buffer: try context.allocate(shape), node: nil)
      }
      perform(
        AttentionKernel(
          sizes: sizes, visible: visible, slopes: options.slopes?.buffer, dropout: dropout,
          packed: packed.buffer, cached: cached, output: y.buffer, logSumExp: logSumExp, sink: sink?.buffer,
          scratch: try context.scratch(attentionScratch(sizes, threads: context.device.threads))))
      if let sink { attentionSink?(name, sink) }
      guard let logSumExp else { return y }
      record("attention", y) { gradient, sweep in
        let context = sweep.context
        let packedGradient = try context.allocate(packed.shape)
        context.perform(
          AttentionBackwardKernel(
            sizes: sizes, visible: visible, slopes: options.slopes?.buffer, dropout: dropout,
            packed: packed.buffer, output: y.buffer, outputGradient: gradient, logSumExp: logSumExp,
            packedGradient: packedGradient,
            scratch: try context.scratch(
              attentionBackwardScratch(sizes, threads: context.device.threads))))
        try sweep.accumulate(packedGradient, into: packed.node)
      }
      return y
    }
  }

  /// Adds the keys and values of `packed` to the cache.
  private func store(
    _ packed: Tensor, _ options: AttentionOptions, in continued: Continuation, name: String
  ) throws -> CachedKeyValues {
    let (batch, time) = (packed.shape.sizes[0], packed.shape.sizes[1])
    try continued.expectRoom(batch: batch, time: time, in: name)
    let width = 2 * options.keyValueHeads * options.headWidth
    let layer = try continued.cache.layer(name, width: width, window: options.window)
    if let window = options.window, layer.capacity < continued.cache.capacity {
      try expect(
        time <= KeyValueCache.mostTokensAtOnce && options.visible.shape.sizes[0] == batch, "input", in: name,
        expected: "at most \(KeyValueCache.mostTokensAtOnce) tokens at once, each sequence with its own "
          + "visible ranges (attention has a window)",
        actual: "\(time) tokens, \(options.visible.shape.sizes[0]) of \(batch) ranges")
      for row in continued.rows {
        layer.makeRoom(row, length: continued.cache.lengths[row], time: time, window: window, in: context)
      }
    }
    let (starts, visible) = try rows(of: layer, seen: options.visible, in: continued)
    let offset = continued.rows.lowerBound * layer.capacity * width
    perform(
      StoreKeyValuesKernel(
        batch: batch, time: time, width: width, capacity: layer.capacity, starts: starts.buffer,
        packed: packed.buffer, packedStride: packed.shape.width,
        keyOffset: options.heads * options.headWidth, cache: layer.rows.buffer, cacheOffset: offset))
    return CachedKeyValues(
      buffer: layer.rows.buffer, offset: offset, capacity: layer.capacity, width: width,
      starts: starts.buffer, visible: visible)
  }

  /// Positions of a sequence as rows of a layer that has forgotten its first positions.
  private func rows(
    of layer: CachedLayer, seen visible: Indices, in continued: Continuation
  ) throws -> (starts: Indices, visible: Indices) {
    let firsts = layer.firsts[continued.rows].map(Int32.init)
    guard firsts.contains(where: { $0 > 0 }) else { return (continued.starts, visible) }
    let bounds = visible.host.count / visible.shape.sizes[0]
    return (
      try context.indices(zip(continued.starts.host, firsts).map { $0 - $1 }, continued.starts.shape),
      try context.indices(
        visible.host.enumerated().map { $1 - firsts[$0 / bounds] }, visible.shape)
    )
  }
}
