/// The sizes of the scores of content with distances.
package struct DistanceShape: Sendable, Equatable {
  /// Sequences.
  package let batch: Int
  /// Positions of each sequence.
  package let time: Int
  /// Query heads.
  package let heads: Int
  /// Key heads; divides `heads`.
  package let keyValueHeads: Int
  /// Width of one head.
  package let headWidth: Int
  /// Vectors of distances.
  package let vectors: Int
  /// Factor on the scores.
  package let scale: Float

  /// Sizes and scale.
  package init(
    batch: Int, time: Int, heads: Int, keyValueHeads: Int, headWidth: Int, vectors: Int, scale: Float
  ) {
    self.batch = batch
    self.time = time
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.vectors = vectors
    self.scale = scale
  }

  /// Query heads that share a key head.
  var group: Int { heads / keyValueHeads }
  /// Floats of a packed row: queries, keys and values.
  package var stride: Int { (heads + 2 * keyValueHeads) * headWidth }
  /// Where a query head begins in a packed row.
  func query(_ head: Int) -> Int { head * headWidth }
  /// Where a key head begins in a packed row.
  func key(_ head: Int) -> Int { (heads + head) * headWidth }
  /// Where a value head begins in a packed row.
  func value(_ head: Int) -> Int { (heads + keyValueHeads + head) * headWidth }
  /// FLOPs of the forward pass; those of the backward pass are twice as many.
  package var flops: UInt64 { UInt64(4 * batch * heads * time * vectors * headWidth) }
  /// Floats of scratch for one worker: the scores of both kinds.
  private var scratch: Int { 2 * time * vectors }
  /// Floats of scratch for a pool.
  package func scratch(threads: Int) -> Int { threads * scratch }

  /// The scratch of a worker: `[time, vectors]` for queries, the same for keys.
  func parts(
    _ worker: Int, _ floats: UnsafeMutablePointer<Float>
  ) -> (queries: UnsafeMutablePointer<Float>, keys: UnsafeMutablePointer<Float>) {
    let start = floats + worker * scratch
    return (start, start + time * vectors)
  }
}

/// Scores of queries with the vectors of distances as keys, and of keys with these vectors as queries.
///
///     y[b, h, i, j] = scale·(q[b, i, h]·key[m, h] + k[b, j, h]·query[m, h]),   m = rows[i − j + time − 1]
///
/// All products of a head with all vectors are made at once; then each pair of positions takes its two.
///
/// - Parameters:
///   - content: `[batch, time, stride]`, queries, keys and values side by side.
///   - positions: `[vectors, stride]`, in the same layout; values are not read.
///   - rows: `[2·time − 1]`, the vector of each distance, from 1 − time on.
///   - y: `[batch, heads, time, time]`.
///   - scratch: `DistanceShape.scratch` floats.
/// - Source: He et al., "DeBERTa", 2021.
package func distanceScores(
  _ pool: ThreadPool, _ shape: DistanceShape, content: UnsafePointer<Float>, positions: UnsafePointer<Float>,
  rows: UnsafePointer<Int32>, y: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
) {
  let operands = Shared((content: content, positions: positions, rows: rows, y: y, scratch: scratch))
  let (time, vectors) = (shape.time, shape.vectors)
  pool.run(tiles: shape.batch * shape.heads) { tile, worker in
    let (content, positions, rows, y, scratch) = operands.value
    let (sequence, head) = (tile / shape.heads, tile % shape.heads)
    let (queries, keys) = shape.parts(worker, scratch)
    let first = content + sequence * time * shape.stride
    let (query, key) = (shape.query(head), shape.key(head / shape.group))
    for (own, other, scores) in [(query, key, queries), (key, query, keys)] {
      libraryProduct(
        pool, m: time, n: vectors, k: shape.headWidth, first + own, aStride: shape.stride, transposeA: false,
        positions + other, bStride: shape.stride, transposeB: true, scores, cStride: vectors,
        accumulate: false)
    }
    let result = y + tile * time * time
    for i in 0..<time {
      for j in 0..<time {
        let vector = Int(rows[i - j + time - 1])
        result[i * time + j] = shape.scale * (queries[i * vectors + vector] + keys[j * vectors + vector])
      }
    }
  }
}

/// The gradients of `distanceScores`, which replace what is there.
///
/// A tile is a key head with all its query heads in all sequences: what it writes, no other tile writes, and sums over
/// sequences have one order.
///
/// - Parameters:
///   - dy: the gradient of `y`.
///   - dContent: as `content`; 0 where values are.
///   - dPositions: as `positions`; 0 where values are.
///   - scratch: `DistanceShape.scratch` floats.
package func distanceScoresGradient(
  _ pool: ThreadPool, _ shape: DistanceShape, content: UnsafePointer<Float>, positions: UnsafePointer<Float>,
  rows: UnsafePointer<Int32>, dy: UnsafePointer<Float>, dContent: UnsafeMutablePointer<Float>,
  dPositions: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
) {
  let operands = Shared(
    (
      content: content, positions: positions, rows: rows, dy: dy, dContent: dContent, dPositions: dPositions,
      scratch: scratch
    ))
  let (time, vectors, stride, width) = (shape.time, shape.vectors, shape.stride, shape.headWidth)
  pool.run(tiles: shape.keyValueHeads) { shared, worker in
    let (content, positions, rows, dy, dContent, dPositions, scratch) = operands.value
    let (queries, keys) = shape.parts(worker, scratch)
    let (key, value) = (shape.key(shared), shape.value(shared))
    for row in 0..<shape.batch * time { clear(dContent + row * stride + value, width) }
    for row in 0..<vectors { clear(dPositions + row * stride + value, width) }
    for sequence in 0..<shape.batch {
      let first = sequence * time * stride
      for head in shared * shape.group..<(shared + 1) * shape.group {
        let query = shape.query(head)
        let isFirst = head == shared * shape.group
        sumByDistance(
          shape, dy + (sequence * shape.heads + head) * time * time, rows, queries: queries, keys: keys)
        // Content times vectors: `other` is what the vectors are to it.
        for (own, other, scores) in [(query, key, queries), (key, query, keys)] {
          libraryProduct(
            pool, m: time, n: width, k: vectors, scores, aStride: vectors, transposeA: false,
            positions + other, bStride: stride, transposeB: false, dContent + first + own, cStride: stride,
            accumulate: own == key && !isFirst)
          libraryProduct(
            pool, m: vectors, n: width, k: time, scores, aStride: vectors, transposeA: true,
            content + first + own, bStride: stride, transposeB: false, dPositions + other, cStride: stride,
            accumulate: sequence > 0 || other == key && !isFirst)
        }
      }
    }
  }
}

/// The gradients of the products of one head with all vectors: `queries[i, m]` and `keys[j, m]` sum the gradients of the
/// pairs whose distance has the vector m.
private func sumByDistance(
  _ shape: DistanceShape, _ dy: UnsafePointer<Float>, _ rows: UnsafePointer<Int32>,
  queries: UnsafeMutablePointer<Float>, keys: UnsafeMutablePointer<Float>
) {
  let (time, vectors) = (shape.time, shape.vectors)
  clear(queries, time * vectors)
  clear(keys, time * vectors)
  for i in 0..<time {
    for j in 0..<time {
      let vector = Int(rows[i - j + time - 1])
      let gradient = shape.scale * dy[i * time + j]
      queries[i * vectors + vector] += gradient
      keys[j * vectors + vector] += gradient
    }
  }
}
