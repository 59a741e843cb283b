import Kernels

/// Keys and values of earlier tokens and of those of the pass, side by side in each row.
struct CachedKeyValues {
  let keys: AttentionOperand
  let values: AttentionOperand
  /// Rows of a sequence.
  let capacity: Int
  /// The row of each sequence's first query.
  let starts: Buffer
  /// For each query the half-open range of rows that it may see.
  let visible: Indices
}

extension Pass {
  /// Adds keys and values to the layer `name` of the cache that the pass continues.
  func store(
    keys: AttentionOperand, values: AttentionOperand, batch: Int, time: Int, _ options: AttentionOptions,
    in continued: Continuation, name: String
  ) throws -> CachedKeyValues {
    try continued.expectRoom(batch: batch, time: time, in: name)
    let keyWidth = options.keyValueHeads * options.headWidth
    let width = keyWidth + options.keyValueHeads * options.valueWidth
    // A bias counts keys from the beginning of a sequence, so nothing is forgotten beneath it.
    let window = options.bias == nil ? options.window : nil
    let layer = try continued.cache.layer(name, width: width, window: window)
    if let window, layer.capacity < continued.cache.capacity {
      try expect(
        time <= KeyValueCache.maxTokensAtOnce && options.visible.shape.sizes[0] == batch, "input", in: name,
        expected: "at most \(KeyValueCache.maxTokensAtOnce) tokens at once, each sequence with its own "
          + "visible ranges (attention has a window)",
        actual: "\(time) tokens, \(options.visible.shape.sizes[0]) of \(batch) ranges")
      for row in continued.rows {
        layer.makeRoom(row, length: continued.cache.lengths[row], time: time, window: window, in: context)
      }
    }
    let (starts, visible) = try rows(of: layer, seen: options.visible, in: continued)
    let first = continued.rows.lowerBound * layer.capacity * width
    func store(_ operand: AttentionOperand, width part: Int, at column: Int) {
      perform(
        StoreRowsKernel(
          batch: batch, time: time, width: part, capacity: layer.capacity, starts: starts.buffer,
          rows: operand,
          cache: layer.rows.buffer, cacheOffset: first + column, cacheStride: width))
    }
    if values.buffer === keys.buffer, values.offset == keys.offset + keyWidth {
      store(keys, width: width, at: 0)  // side by side already
    } else {
      store(keys, width: keyWidth, at: 0)
      store(values, width: width - keyWidth, at: keyWidth)
    }
    return CachedKeyValues(
      keys: AttentionOperand(layer.rows.buffer, offset: first, stride: width),
      values: AttentionOperand(layer.rows.buffer, offset: first + keyWidth, stride: width),
      capacity: layer.capacity, starts: starts.buffer, visible: visible)
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
