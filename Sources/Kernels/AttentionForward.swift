import Foundation

/// Softmax attention of every head, block by block.
///
///     score[i, j] = cap(scale·q[i]·k[j]) + bias[i, j] − slope·|i + queryOffset − j|   where i sees j
///     out[i] = Σ over visible j of dropout(softmax(score)[i, j])·v[j]
///
/// A sink is one more score of each softmax, whose probability has no value.
///
/// A tile is 64 queries of one head. It holds one strip of scores at a time and corrects its running
/// sums from strip to strip, so no `[time, time]` matrix ever exists. A query that sees nothing gives
/// zeros. A single query, as in writing token by token, reads keys and values where they lie: packing
/// them would take longer.
///
/// - Parameters:
///   - logSumExp: `[B, H, Tq]`, what backward needs; nil when there is no backward.
///   - sink: `[B, H, Tq, Tk]`, receives the probabilities before dropout; changes no bit of `out`.
///   - scratch: `attentionScratch` floats.
/// - Source: Dao et al., "FlashAttention", 2022; the running softmax: Milakov and Gimelshein, "Online
///   normalizer calculation for softmax", 2018.
package func attentionForward(
  _ pool: ThreadPool, _ shape: AttentionShape, _ extras: AttentionExtras, q: UnsafePointer<Float>,
  k: UnsafePointer<Float>, v: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>,
  logSumExp: UnsafeMutablePointer<Float>?, sink: UnsafeMutablePointer<Float>?,
  scratch: UnsafeMutablePointer<Float>
) {
  let job = AttentionForward(
    pool: pool, shape: shape, extras: extras, blocks: AttentionBlocks(shape), q: q, k: k, v: v, out: out,
    logSumExp: logSumExp, sink: sink, scratch: scratch)
  pool.run(tiles: shape.batch * shape.heads * job.blocks.count) { tile, worker in
    job.compute(tile: tile, worker: worker)
  }
}

/// The operands of one call, shared by all workers: tiles write to disjoint places.
private struct AttentionForward: @unchecked Sendable {
  let pool: ThreadPool
  let shape: AttentionShape
  let extras: AttentionExtras
  let blocks: AttentionBlocks
  let q: UnsafePointer<Float>
  let k: UnsafePointer<Float>
  let v: UnsafePointer<Float>
  let out: UnsafeMutablePointer<Float>
  let logSumExp: UnsafeMutablePointer<Float>?
  let sink: UnsafeMutablePointer<Float>?
  let scratch: UnsafeMutablePointer<Float>

  func compute(tile: Int, worker: Int) {
    let block = AttentionTile(shape, extras, tile: tile, blocks: blocks)
    let (rows, width, valueWidth) = (block.queries.count, shape.headWidth, shape.valueWidth)
    let strip = scratch + worker * blocks.forwardScratch
    let highest = strip + blocks.strip
    let total = highest + AttentionBlocks.rows
    let keyPanels = total + AttentionBlocks.rows
    let valuePanels = keyPanels + blocks.transposedKeyPanels
    let sinkScore = extras.sinks?[block.head]
    highest.update(repeating: sinkScore ?? -.infinity, count: rows)
    total.update(repeating: sinkScore == nil ? 0 : 1, count: rows)
    let output =
      out + block.row(block.queries.lowerBound, of: shape.queryTime, stride: shape.outputStride)
      + block.head * valueWidth
    if block.keys.isEmpty {
      for row in 0..<rows { clear(output + row * shape.outputStride, valueWidth) }
    }
    let query =
      q + block.row(block.queries.lowerBound, of: shape.queryTime, stride: shape.queryStride)
      + block.head * width
    for keys in block.strips {
      let start = keys.lowerBound
      let key = k + block.row(start, of: shape.keyTime, stride: shape.keyStride) + block.sharedHead * width
      let value =
        v + block.row(start, of: shape.keyTime, stride: shape.valueStride) + block.sharedHead * valueWidth
      if shape.queryTime == 1 {
        FewRows.product(
          pool, rows: 1, inputs: width, outputs: 0..<keys.count, factor: shape.scale, x: query,
          xStride: shape.queryStride, weight: key, weightStride: shape.keyStride, y: strip,
          yStride: blocks.stripStride)
      } else {
        PanelProduct.packTransposed(
          inner: width, columns: keys.count, key, stride: shape.keyStride, into: keyPanels)
        PanelProduct.multiply(
          pool, m: rows, n: keys.count, k: width, factor: shape.scale, query, rowStep: shape.queryStride,
          columnStep: 1, panels: keyPanels, strip, cStride: blocks.stripStride, accumulate: false,
          fillsPanels: true)
      }
      for row in 0..<rows {
        softmax(block, row, keys, strip + row * blocks.stripStride, &highest[row], &total[row], output)
      }
      let accumulate = start != block.keys.lowerBound
      if shape.queryTime == 1 {
        FewRows.weightedSum(
          pool, count: keys.count, width: valueWidth, weights: strip, x: value, stride: shape.valueStride,
          y: output, accumulate: accumulate)
      } else {
        PanelProduct.pack(
          inner: keys.count, columns: valueWidth, value, stride: shape.valueStride, into: valuePanels)
        PanelProduct.multiply(
          pool, m: rows, n: valueWidth, k: keys.count, strip, rowStep: blocks.stripStride, columnStep: 1,
          panels: valuePanels, output, cStride: shape.outputStride, accumulate: accumulate)
      }
    }
    for row in 0..<rows {
      let seesNothing = total[row] == 0
      scaleRow(output + row * shape.outputStride, valueWidth, by: seesNothing ? 0 : 1 / total[row])
      let place = block.probabilityRow(row, queryTime: shape.queryTime)
      logSumExp?[place] = seesNothing ? -.infinity : highest[row] + log(total[row])
      if let sink { finish(sink + place * shape.keyTime, block.visible(row), highest[row], total[row]) }
    }
  }

  /// One row of a strip: scores become weights, and what was summed before is brought to the new maximum.
  @inline(__always)
  private func softmax(
    _ block: AttentionTile, _ row: Int, _ keys: Range<Int>, _ scores: UnsafeMutablePointer<Float>,
    _ highest: inout Float, _ total: inout Float, _ output: UnsafeMutablePointer<Float>
  ) {
    let seen = block.visible(row).clamped(to: keys)
    guard !seen.isEmpty else { return clear(scores, keys.count) }
    let visible = seen.lowerBound - keys.lowerBound..<seen.upperBound - keys.lowerBound
    adjustScores(
      scores, visible: visible, cap: shape.cap,
      bias: extras.biasRow(block, row, queryTime: shape.queryTime, from: keys.lowerBound), slopes: nil)
    let top = finishScores(
      scores, visible: visible, slope: block.slope,
      position: block.queries.lowerBound + row + block.queryOffset - keys.lowerBound)
    let place = block.probabilityRow(row, queryTime: shape.queryTime)
    if let sink {
      (sink + place * shape.keyTime + seen.lowerBound)
        .update(from: scores + visible.lowerBound, count: seen.count)
    }
    if top > highest {
      if total > 0 {
        let correction = expOfNonpositive(Lanes(repeating: highest - top))[0]
        total *= correction
        scaleRow(output + row * shape.outputStride, shape.valueWidth, by: correction)
      }
      highest = top
    }
    total += exponentiate(scores, visible: visible, shift: highest, width: keys.count)
    if let dropout = extras.dropout {
      let element = dropoutElement(row: place, keyTime: shape.keyTime) + keys.lowerBound
      let (first, weights) = (element + visible.lowerBound, scores + visible.lowerBound)
      dropout.apply(from: first, count: visible.count, weights, weights)
    }
  }

  /// A row of scores in the sink becomes probabilities.
  private func finish(
    _ row: UnsafeMutablePointer<Float>, _ visible: Range<Int>, _ highest: Float, _ total: Float
  ) {
    clear(row, visible.lowerBound)
    clear(row + visible.upperBound, shape.keyTime - visible.upperBound)
    for start in stride(from: visible.lowerBound, to: visible.upperBound, by: 8) {
      let count = min(8, visible.upperBound - start)
      store(expOfNonpositive(load(row + start, count: count) - highest) / total, row + start, count: count)
    }
  }
}

/// The place of one tile: a block of queries of one head of one sequence.
struct AttentionTile {
  let sequence: Int
  let head: Int
  /// The key and value head that the head reads.
  let sharedHead: Int
  let heads: Int
  let queries: Range<Int>
  /// The keys that some query of the block sees.
  let keys: Range<Int>
  let slope: Float
  /// The position of the sequence's first query among the keys.
  let queryOffset: Int
  let ranges: UnsafePointer<Int32>
  let keyTime: Int

  init(_ shape: AttentionShape, _ extras: AttentionExtras, tile: Int, blocks: AttentionBlocks) {
    let block = tile % blocks.count
    head = tile / blocks.count % shape.heads
    sequence = tile / blocks.count / shape.heads
    sharedHead = head / shape.group
    heads = shape.heads
    keyTime = shape.keyTime
    queries = block * AttentionBlocks.rows..<min((block + 1) * AttentionBlocks.rows, shape.queryTime)
    ranges = extras.ranges + (extras.rangeBatch == 1 ? 0 : sequence * shape.queryTime * 2)
    keys = visibleUnion(ranges, queries, keyTime: shape.keyTime)
    slope = extras.slopes?[head] ?? 0
    queryOffset = extras.queryOffsets.map { [sequence] in Int($0[sequence]) } ?? shape.queryOffset
  }

  /// The keys strip by strip, in order.
  @inline(__always)
  var strips: some Sequence<Range<Int>> {
    let end = keys.upperBound
    return stride(from: keys.lowerBound, to: end, by: AttentionBlocks.widestStrip).lazy.map {
      $0..<min($0 + AttentionBlocks.widestStrip, end)
    }
  }

  /// What the query in row `row` of the block sees.
  @inline(__always)
  func visible(_ row: Int) -> Range<Int> {
    let place = 2 * (queries.lowerBound + row)
    let (start, end) = (Int(ranges[place]), Int(ranges[place + 1]))
    return start < end ? start..<end : 0..<0
  }

  /// Where position `position` of this sequence begins in an operand.
  @inline(__always)
  func row(_ position: Int, of time: Int, stride: Int) -> Int { (sequence * time + position) * stride }

  /// The row of `[B, H, Tq]` that belongs to row `row` of the block.
  @inline(__always)
  func probabilityRow(_ row: Int, queryTime: Int) -> Int {
    (sequence * heads + head) * queryTime + queries.lowerBound + row
  }
}
