import Foundation

/// The gradients of `attentionForward`; the probabilities are computed again block by block.
///
///     dP = dropout(dOut·vᵀ);   dS = P·(dP − Σ dOut·out)
///     dq = scale·dS·k;   dk = scale·dSᵀ·q;   dv = dropout(P)ᵀ·dOut;   dBias = dS;   dSink = −Σ P(sink)·Σ dOut·out
///
/// In `dq` and `dk`, `dS` is times the derivative of the cap. A tile is one head of one sequence and adds up the gradients of its keys and values in the order of
/// the queries. Heads that share keys and values write to scratch first and are added up afterwards in
/// the order of the heads; heads of all sequences that share a bias are one tile. All of `dq`, `dk` and `dv` (strides as their operands) is overwritten.
///
/// - Parameters:
///   - out, logSumExp: the results of `attentionForward`.
///   - dOut: the gradient of `out`, with the same stride.
///   - dBias: as the bias of `extras`, overwritten; nil: not wanted.
///   - dSinks: `[B, H]`, overwritten; nil: not wanted. Its sum over the sequences is the gradient of the sinks.
///   - scratch: `attentionBackwardScratch` floats.
/// - Source: Dao et al., "FlashAttention", 2022.
package func attentionBackward(
  _ pool: ThreadPool, _ shape: AttentionShape, _ extras: AttentionExtras, q: UnsafePointer<Float>,
  k: UnsafePointer<Float>, v: UnsafePointer<Float>, out: UnsafePointer<Float>, dOut: UnsafePointer<Float>,
  logSumExp: UnsafePointer<Float>, dq: UnsafeMutablePointer<Float>, dk: UnsafeMutablePointer<Float>,
  dv: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>? = nil,
  dSinks: UnsafeMutablePointer<Float>? = nil, scratch: UnsafeMutablePointer<Float>
) {
  let blocks = AttentionBlocks(shape)
  let job = AttentionBackward(
    pool: pool, shape: shape, extras: extras, blocks: blocks, q: q, k: k, v: v, out: out, dOut: dOut,
    logSumExp: logSumExp, dq: dq, dk: dk, dv: dv, dBias: dBias, dSinks: dSinks,
    scratch: scratch + partialGradients(shape), partials: shape.group == 1 ? nil : scratch)
  if dBias != nil, extras.biasBatch == 1 {
    pool.run(tiles: shape.heads) { head, worker in
      for sequence in 0..<shape.batch { job.compute(tile: sequence * shape.heads + head, worker: worker) }
    }
  } else {
    pool.run(tiles: shape.batch * shape.heads) { tile, worker in job.compute(tile: tile, worker: worker) }
  }
  if shape.group > 1 {
    pool.run(tiles: shape.batch * shape.keyValueHeads) { tile, _ in job.addGroup(tile: tile) }
  }
}

/// The operands of one call, shared by all workers: tiles write to disjoint places.
private struct AttentionBackward: @unchecked Sendable {
  let pool: ThreadPool
  let shape: AttentionShape
  let extras: AttentionExtras
  let blocks: AttentionBlocks
  let q: UnsafePointer<Float>
  let k: UnsafePointer<Float>
  let v: UnsafePointer<Float>
  let out: UnsafePointer<Float>
  let dOut: UnsafePointer<Float>
  let logSumExp: UnsafePointer<Float>
  let dq: UnsafeMutablePointer<Float>
  let dk: UnsafeMutablePointer<Float>
  let dv: UnsafeMutablePointer<Float>
  let dBias: UnsafeMutablePointer<Float>?
  let dSinks: UnsafeMutablePointer<Float>?
  let scratch: UnsafeMutablePointer<Float>
  /// Gradients of keys, then of values, by query head: `[B, H, Tk·D + Tk·Dv]`. Nil when heads share nothing.
  let partials: UnsafeMutablePointer<Float>?

  /// Where a tile gathers a gradient: its first row and the distance between rows.
  private struct Rows {
    let start: UnsafeMutablePointer<Float>
    let stride: Int
    func clear(_ count: Int, width: Int) {
      for row in 0..<count { Kernels.clear(start + row * stride, width) }
    }
  }

  func compute(tile: Int, worker: Int) {
    let (keySize, valueSize) = (shape.keyTime * shape.headWidth, shape.keyTime * shape.valueWidth)
    let (sequence, head) = (tile / shape.heads, tile % shape.heads)
    let keys: Rows
    let values: Rows
    if let partials {
      keys = Rows(start: partials + tile * (keySize + valueSize), stride: shape.headWidth)
      values = Rows(start: keys.start + keySize, stride: shape.valueWidth)
    } else {
      keys = Rows(
        start: dk + sequence * shape.keyTime * shape.keyStride + head * shape.headWidth,
        stride: shape.keyStride)
      values = Rows(
        start: dv + sequence * shape.keyTime * shape.valueStride + head * shape.valueWidth,
        stride: shape.valueStride)
    }
    keys.clear(shape.keyTime, width: shape.headWidth)
    values.clear(shape.keyTime, width: shape.valueWidth)
    dSinks?[tile] = 0
    if let dBias, extras.biasBatch > 1 || sequence == 0 {
      let size = shape.queryTime * extras.biasStride
      clear(dBias + ((extras.biasBatch == 1 ? 0 : sequence * shape.heads) + head) * size, size)
    }
    for block in 0..<blocks.count {
      let block = AttentionTile(shape, extras, tile: tile * blocks.count + block, blocks: blocks)
      compute(block, scratch + worker * blocks.backwardScratch, keys, values)
    }
  }

  /// The part of one block of queries.
  private func compute(
    _ block: AttentionTile, _ scratch: UnsafeMutablePointer<Float>, _ keys: Rows, _ values: Rows
  ) {
    let (rows, width, valueWidth) = (block.queries.count, shape.headWidth, shape.valueWidth)
    let strip = blocks.stripStride
    let first = block.queries.lowerBound
    let queryPlace = block.row(first, of: shape.queryTime, stride: shape.queryStride) + block.head * width
    let outPlace = block.row(first, of: shape.queryTime, stride: shape.outputStride) + block.head * valueWidth
    let queryGradient = Rows(start: dq + queryPlace, stride: shape.queryStride)
    guard !block.keys.isEmpty else { return queryGradient.clear(rows, width: width) }
    let weights = scratch
    let gradients = weights + blocks.strip
    let dropped = extras.dropout == nil ? weights : gradients + blocks.strip
    let capSlopes = shape.cap > 0 ? gradients + 2 * blocks.strip : nil
    let projections = gradients + (capSlopes == nil ? 2 : 3) * blocks.strip
    let transposedKeys = projections + AttentionBlocks.rows
    let transposedValues = transposedKeys + blocks.transposedKeyPanels
    let keyPanels = transposedValues + blocks.transposedValuePanels
    let queryPanels = keyPanels + blocks.keyPanels
    let outputPanels = queryPanels + blocks.queryPanels
    PanelProduct.pack(
      inner: rows, columns: width, q + queryPlace, stride: shape.queryStride, into: queryPanels)
    PanelProduct.pack(
      inner: rows, columns: valueWidth, dOut + outPlace, stride: shape.outputStride, into: outputPanels)
    for row in 0..<rows {
      let place = outPlace + row * shape.outputStride
      projections[row] = dotProduct(dOut + place, out + place, valueWidth)
      if let sink = extras.sinks?[block.head], let dSinks {
        let total = logSumExp[block.probabilityRow(row, queryTime: shape.queryTime)]
        dSinks[block.sequence * shape.heads + block.head] -= exp(sink - total) * projections[row]
      }
    }
    for seen in block.strips {
      let start = seen.lowerBound
      let key = k + block.row(start, of: shape.keyTime, stride: shape.keyStride) + block.sharedHead * width
      let value =
        v + block.row(start, of: shape.keyTime, stride: shape.valueStride) + block.sharedHead * valueWidth
      PanelProduct.packTransposed(
        inner: width, columns: seen.count, key, stride: shape.keyStride, into: transposedKeys)
      PanelProduct.packTransposed(
        inner: valueWidth, columns: seen.count, value, stride: shape.valueStride, into: transposedValues)
      PanelProduct.pack(inner: seen.count, columns: width, key, stride: shape.keyStride, into: keyPanels)
      PanelProduct.multiply(
        pool, m: rows, n: seen.count, k: width, factor: shape.scale, q + queryPlace,
        rowStep: shape.queryStride, columnStep: 1, panels: transposedKeys, weights, cStride: strip,
        accumulate: false, fillsPanels: true)
      for row in 0..<rows { probabilities(block, row, seen, weights, dropped, capSlopes) }
      PanelProduct.multiply(
        pool, m: seen.count, n: valueWidth, k: rows, dropped, rowStep: 1, columnStep: strip,
        panels: outputPanels, values.start + start * values.stride, cStride: values.stride,
        accumulate: true)
      PanelProduct.multiply(
        pool, m: rows, n: seen.count, k: valueWidth, dOut + outPlace, rowStep: shape.outputStride,
        columnStep: 1,
        panels: transposedValues, gradients, cStride: strip, accumulate: false, fillsPanels: true)
      for row in 0..<rows {
        scoreGradients(
          block, row, seen, weights, dropped, gradients, capSlopes, projection: projections[row])
      }
      PanelProduct.multiply(
        pool, m: rows, n: width, k: seen.count, factor: shape.scale, gradients, rowStep: strip,
        columnStep: 1, panels: keyPanels, queryGradient.start, cStride: shape.queryStride,
        accumulate: start != block.keys.lowerBound)
      PanelProduct.multiply(
        pool, m: seen.count, n: width, k: rows, factor: shape.scale, gradients, rowStep: 1,
        columnStep: strip, panels: queryPanels, keys.start + start * keys.stride, cStride: keys.stride,
        accumulate: true)
    }
  }

  /// One row of scores becomes probabilities, and beside them what dropout leaves of these.
  @inline(__always)
  private func probabilities(
    _ block: AttentionTile, _ row: Int, _ keys: Range<Int>, _ weights: UnsafeMutablePointer<Float>,
    _ dropped: UnsafeMutablePointer<Float>, _ capSlopes: UnsafeMutablePointer<Float>?
  ) {
    let (scores, kept) = (weights + row * blocks.stripStride, dropped + row * blocks.stripStride)
    let seen = block.visible(row).clamped(to: keys)
    guard !seen.isEmpty else {
      clear(scores, keys.count)
      return clear(kept, keys.count)
    }
    let visible = seen.lowerBound - keys.lowerBound..<seen.upperBound - keys.lowerBound
    let place = block.probabilityRow(row, queryTime: shape.queryTime)
    adjustScores(
      scores, visible: visible, cap: shape.cap,
      bias: extras.biasRow(block, row, queryTime: shape.queryTime, from: keys.lowerBound),
      slopes: capSlopes.map { $0 + row * blocks.stripStride })
    _ = finishScores(
      scores, visible: visible, slope: block.slope,
      position: block.queries.lowerBound + row + shape.queryOffset - keys.lowerBound)
    _ = exponentiate(scores, visible: visible, shift: logSumExp[place], width: keys.count)
    guard let dropout = extras.dropout else { return }
    clear(kept, keys.count)
    let element = dropoutElement(row: place, keyTime: shape.keyTime) + seen.lowerBound
    dropout.apply(
      from: element, count: visible.count, scores + visible.lowerBound, kept + visible.lowerBound)
  }

  /// One row of gradients of dropped probabilities becomes gradients of scores.
  @inline(__always)
  private func scoreGradients(
    _ block: AttentionTile, _ row: Int, _ keys: Range<Int>, _ weights: UnsafeMutablePointer<Float>,
    _ dropped: UnsafeMutablePointer<Float>, _ gradients: UnsafeMutablePointer<Float>,
    _ capSlopes: UnsafeMutablePointer<Float>?, projection: Float
  ) {
    let place = row * blocks.stripStride
    let gradient = gradients + place
    let seen = block.visible(row).clamped(to: keys)
    guard !seen.isEmpty else { return clear(gradient, keys.count) }
    let groups = wholeGroups(seen.lowerBound - keys.lowerBound..<seen.upperBound - keys.lowerBound)
    clear(gradient, groups.lowerBound)
    if groups.upperBound < keys.count { clear(gradient + groups.upperBound, keys.count - groups.upperBound) }
    for column in stride(from: groups.lowerBound, to: groups.upperBound, by: 8) {
      let passed = load(dropped + place + column) * load(gradient + column)
      store(passed - load(weights + place + column) * projection, gradient + column)
    }
    let visible = seen.lowerBound - keys.lowerBound..<seen.upperBound - keys.lowerBound
    if let dBias {
      let target = dBias + extras.biasPlace(block, row, queryTime: shape.queryTime) + keys.lowerBound
      mapLanes(visible, target, gradient, target) { $0 + $1 }
    }
    if let capSlopes { mapLanes(visible, gradient, capSlopes + place, gradient) { $0 * $1 } }
  }

  /// Adds up the gradients of the heads that share one key and value head.
  func addGroup(tile: Int) {
    guard let partials else { return }
    let (sequence, shared) = (tile / shape.keyValueHeads, tile % shape.keyValueHeads)
    let (keySize, valueSize) = (shape.keyTime * shape.headWidth, shape.keyTime * shape.valueWidth)
    let size = keySize + valueSize
    let first = partials + (sequence * shape.heads + shared * shape.group) * size
    for key in 0..<shape.keyTime {
      let position = sequence * shape.keyTime + key
      let parts = [
        (dk + position * shape.keyStride, shape.headWidth, 0),
        (dv + position * shape.valueStride, shape.valueWidth, keySize),
      ]
      for (operand, width, offset) in parts {
        let row = operand + shared * width
        row.update(from: first + offset + key * width, count: width)
        for member in 1..<shape.group {
          let part = first + member * size + offset + key * width
          for channel in 0..<width { row[channel] += part[channel] }
        }
      }
    }
  }
}
