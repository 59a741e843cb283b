import Kernels

extension Pass {
  /// Scaled dot-product attention of every head, on queries, keys and values packed side by side.
  ///
  ///     score = cap(scale·Q·Kᵀ) + bias − slope·distance
  ///     output = softmax(score, over the visible keys and the sink)·V
  ///
  /// The probabilities are never kept whole: forward keeps one number a row (the log of the softmax's
  /// denominator) and backward computes them again block by block. When the pass has an attention sink
  /// it receives them as a by-product; the output does not change by a bit.
  ///
  /// A pass that continues a cache adds its keys and values to the layer `name` and attends to all that
  /// is there; `visible` then counts keys from the beginning of each sequence.
  ///
  /// - Shapes: `packed` `[batch, time, (heads + keyValueHeads)·headWidth + keyValueHeads·valueWidth]`, result
  ///   `[batch, time, heads·valueWidth]`, sink `[batch, heads, query, key]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Source: Vaswani et al., 2017; grouped queries: Ainslie et al., 2023; blocks without the matrix:
  ///   Dao et al., "FlashAttention", 2022; distance bias: Press et al., "ALiBi", 2022; cap: Gemma Team, "Gemma 2",
  ///   2024; sinks: OpenAI, "gpt-oss", 2025.
  public func attention(_ packed: Tensor, _ options: AttentionOptions, name: String) throws -> Tensor {
    let width = options.packedWidth
    try expect(
      packed.shape.rank == 3 && packed.shape.width == width, "packed projection", in: name,
      expected: "[batch, time, \(width)]", actual: "\(packed.shape)")
    let (batch, time) = (packed.shape.sizes[0], packed.shape.sizes[1])
    let keyOffset = options.heads * options.headWidth
    let valueOffset = keyOffset + options.keyValueHeads * options.headWidth
    func parts(_ buffer: Buffer) -> [AttentionOperand] {
      [0, keyOffset, valueOffset].map { AttentionOperand(buffer, offset: $0, stride: width) }
    }
    return try attend(
      parts(packed.buffer), [packed], batch: batch, queryTime: time, keyTime: time, options, name: name
    ) { sweep in
      let gradient = try sweep.context.allocate(packed.shape)
      return (parts(gradient), { try sweep.accumulate(gradient, into: packed.node) })
    }
  }

  /// Scaled dot-product attention of every head on separate queries, keys and values, which may be of different
  /// sequences (cross-attention).
  ///
  /// As `attention(_:_:name:)` in everything else.
  ///
  /// - Shapes: `queries` `[batch, query, heads·headWidth]`, `keys` `[batch, key, keyValueHeads·headWidth]`, `values`
  ///   `[batch, key, keyValueHeads·valueWidth]`, result `[batch, query, heads·valueWidth]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func attention(
    queries: Tensor, keys: Tensor, values: Tensor, _ options: AttentionOptions, name: String
  ) throws -> Tensor {
    let (queryWidth, keyWidth, valueWidth) = (
      options.heads * options.headWidth, options.keyValueHeads * options.headWidth,
      options.keyValueHeads * options.valueWidth
    )
    try expect(
      queries.shape.rank == 3 && queries.shape.width == queryWidth, "queries", in: name,
      expected: "[batch, query, \(queryWidth)]", actual: "\(queries.shape)")
    let batch = queries.shape.sizes[0]
    try expect(
      keys.shape.rank == 3 && keys.shape.sizes[0] == batch && keys.shape.width == keyWidth, "keys", in: name,
      expected: "[\(batch), key, \(keyWidth)]", actual: "\(keys.shape)")
    let keyTime = keys.shape.sizes[1]
    try expectShape(values.shape, ["batch": batch, "key": keyTime, "width": valueWidth], "values", in: name)
    let tensors = [queries, keys, values]
    func parts(_ buffers: [Buffer]) -> [AttentionOperand] {
      zip(buffers, tensors).map { AttentionOperand($0, stride: $1.shape.width) }
    }
    return try attend(
      parts(tensors.map(\.buffer)), tensors, batch: batch, queryTime: queries.shape.sizes[1],
      keyTime: keyTime,
      options, name: name
    ) { sweep in
      let gradients = try tensors.map { try sweep.context.allocate($0.shape) }
      return (
        parts(gradients),
        {
          for (gradient, tensor) in zip(gradients, tensors) {
            try sweep.accumulate(gradient, into: tensor.node)
          }
        }
      )
    }
  }

  /// Attention on queries, keys and values wherever they lie.
  ///
  /// - Parameters:
  ///   - rows: queries, keys and values.
  ///   - inputs: the tensors that they belong to.
  ///   - gradients: places for their gradients, and what to do when these are there.
  private func attend(
    _ rows: [AttentionOperand], _ inputs: [Tensor], batch: Int, queryTime: Int, keyTime: Int,
    _ options: AttentionOptions, name: String,
    gradients: @escaping (BackwardSweep) throws -> (places: [AttentionOperand], finish: () throws -> Void)
  ) throws -> Tensor {
    try check(options, batch: batch, queryTime: queryTime, keyTime: keyTime, name: name)
    let outputWidth = options.heads * options.valueWidth
    let shape: Shape = ["batch": batch, "time": queryTime, "width": outputWidth]
    return try operation("attention", "\(shape)") {
      let cached = try (options.caches ? continued : nil).map {
        try store(
          keys: rows[1], values: rows[2], batch: batch, time: keyTime, options, in: $0, name: name)
      }
      let (q, k, v) = (rows[0], cached?.keys ?? rows[1], cached?.values ?? rows[2])
      let sizes = AttentionShape(
        batch: batch, queryTime: queryTime, keyTime: cached?.capacity ?? keyTime, heads: options.heads,
        keyValueHeads: options.keyValueHeads, headWidth: options.headWidth, valueWidth: options.valueWidth,
        queryStride: q.stride, keyStride: k.stride, valueStride: v.stride, outputStride: outputWidth,
        scale: Float(options.scale ?? 1 / Double(options.headWidth).squareRoot()),
        cap: Float(options.cap ?? 0),
        queryOffset: 0)
      let terms = AttentionInputs(
        visible: cached?.visible ?? options.visible, slopes: options.slopes?.buffer,
        bias: options.bias.map { ($0.buffer, $0.shape.sizes[0], $0.shape.width) },
        sinks: options.sinks?.buffer, dropout: dropout(options.dropoutRate, name), starts: cached?.starts)
      let y = try output(shape, from: inputs + [options.bias, options.sinks])
      let logSumExp = y.node == nil ? nil : try context.scratch(batch * options.heads * queryTime)
      let sink = try attentionSink.map { _ -> Tensor in
        let shape: Shape = [
          "batch": batch, "heads": options.heads, "query": queryTime, "key": sizes.keyTime,
        ]
        return Tensor(shape: shape, buffer: try context.allocate(shape), node: nil)
      }
      perform(
        AttentionKernel(
          sizes: sizes, inputs: terms, q: q, k: k, v: v, output: y.buffer, logSumExp: logSumExp,
          sink: sink?.buffer))
      if let sink { attentionSink?(name, sink) }
      guard let logSumExp else { return y }
      let (result, biasNode, sinksNode) = (y.buffer, options.bias?.node, options.sinks?.node)
      record("attention", y) { gradient, sweep in
        let context = sweep.context
        let (places, finish) = try gradients(sweep)
        let dBias = biasNode == nil ? nil : try options.bias.map { try context.allocate($0.shape) }
        let dSinks = sinksNode == nil ? nil : try context.scratch(batch * options.heads)
        sweep.perform(
          AttentionBackwardKernel(
            sizes: sizes, inputs: terms, q: q, k: k, v: v, output: result, outputGradient: gradient,
            logSumExp: logSumExp, dq: places[0], dk: places[1], dv: places[2], dBias: dBias, dSinks: dSinks))
        if let dBias { try sweep.accumulate(dBias, into: biasNode) }
        if let dSinks {
          let view = AxisView(outer: batch, size: options.heads, inner: 1)
          try sweep.addBroadcastGradient(dSinks, times: nil, view, to: sinksNode)
        }
        try finish()
      }
      return y
    }
  }

  private func check(
    _ options: AttentionOptions, batch: Int, queryTime: Int, keyTime: Int, name: String
  ) throws {
    let (heads, shared) = (options.heads, options.keyValueHeads)
    try expect(
      shared > 0 && heads.isMultiple(of: shared), "heads", in: name, expected: "a multiple of the key heads",
      actual: "\(heads) and \(shared)")
    let ranges = options.visible.shape.sizes
    try expect(
      ranges.count == 3 && (ranges[0] == 1 || ranges[0] == batch) && ranges[1] == queryTime && ranges[2] == 2,
      "visible ranges", in: name, expected: "[1 or \(batch), \(queryTime), 2]",
      actual: "\(options.visible.shape)")
    let isCached = options.caches && continued != nil
    let last = Int(options.visible.host.max() ?? 0)
    try expect(
      isCached || last <= keyTime, "visible ranges", in: name, expected: "keys below \(keyTime)",
      actual: "keys below \(last)")
    if let slopes = options.slopes { try expectShape(slopes.shape, ["heads": heads], "slopes", in: name) }
    if let sinks = options.sinks { try expectShape(sinks.shape, ["heads": heads], "sinks", in: name) }
    guard let bias = options.bias else { return }
    let sizes = bias.shape.sizes
    try expect(
      sizes.count == 4 && (sizes[0] == 1 || sizes[0] == batch) && sizes[1] == heads && sizes[2] == queryTime
        && (isCached ? sizes[3] >= last : sizes[3] == keyTime), "bias", in: name,
      expected: "[1 or \(batch), \(heads), \(queryTime), \(isCached ? "at least \(last)" : "\(keyTime)")]",
      actual: "\(bias.shape)")
  }
}
