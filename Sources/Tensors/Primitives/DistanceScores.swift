import Kernels

/// Scores of content with the vectors of distances.
package struct DistanceScoresKernel: KernelCall {
  package let shape: DistanceShape
  package let content: Buffer
  package let positions: Buffer
  package let rows: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [content, positions, y] }
  package var matrixFlops: UInt64 { shape.flops }
}

/// The gradients of `DistanceScoresKernel`.
package struct DistanceScoresBackwardKernel: KernelCall {
  package let forward: DistanceScoresKernel
  package let dy: Buffer
  package let dContent: Buffer
  package let dPositions: Buffer
  package var operands: [Buffer?] { [forward.content, forward.positions, dy, dContent, dPositions] }
  package var matrixFlops: UInt64 { 2 * forward.shape.flops }
}

extension Pass {
  /// The scores of disentangled attention: queries with the vectors of distances as keys, and keys with these vectors
  /// as queries. They are a bias of `attention`.
  ///
  ///     y[b, h, i, j] = scale·(q[b, i, h]·key[m, h] + k[b, j, h]·query[m, h]),   m = rows[i − j + time − 1]
  ///
  /// Content and distances come from one projection and have its layout; values are not read.
  ///
  /// - Shapes: `content` `[batch, time, (heads + 2·keyValueHeads)·headWidth]`, `positions` `[vectors, the same]`, `rows`
  ///   `[2·time − 1]`: the vector of each distance, from 1 − time to time − 1; result `[batch, heads, query, key]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Complexity: 4·batch·heads·time·vectors·headWidth FLOPs; memory grows with the square of `time`.
  /// - Source: He et al., "DeBERTa", 2021.
  public func distanceScores(
    _ content: Tensor, positions: Tensor, rows: Indices, heads: Int, keyValueHeads: Int, headWidth: Int,
    scale: Double, name: String
  ) throws -> Tensor {
    try expect(
      keyValueHeads > 0 && heads.isMultiple(of: keyValueHeads), "heads", in: name,
      expected: "a multiple of the key heads", actual: "\(heads) and \(keyValueHeads)")
    let width = (heads + 2 * keyValueHeads) * headWidth
    try expect(
      content.shape.rank == 3 && content.shape.width == width, "packed projection", in: name,
      expected: "[batch, time, \(width)]", actual: "\(content.shape)")
    try expect(
      positions.shape.rank == 2 && positions.shape.width == width, "projection of distances", in: name,
      expected: "[vectors, \(width)]", actual: "\(positions.shape)")
    let (batch, time, vectors) = (
      content.shape.sizes[0], content.shape.sizes[1], positions.shape.sizes[0]
    )
    try expectShape(rows.shape, ["distances": 2 * time - 1], "rows of distances", in: name)
    if let wrong = rows.host.first(where: { $0 < 0 || $0 >= vectors }) {
      throw ShapeError(component: name, role: "row", expected: "0 to \(vectors - 1)", actual: "\(wrong)")
    }
    let shape = DistanceShape(
      batch: batch, time: time, heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth,
      vectors: vectors, scale: Float(scale))
    return try operation("distanceScores", "\(content.shape) × \(positions.shape)") {
      let y = try output(
        ["batch": batch, "heads": heads, "query": time, "key": time], from: [content, positions])
      let kernel = DistanceScoresKernel(
        shape: shape, content: content.buffer, positions: positions.buffer, rows: rows.buffer, y: y.buffer)
      perform(kernel)
      record("distanceScores", y) { dy, sweep in
        let dContent = try sweep.context.allocate(content.shape)
        let dPositions = try sweep.context.allocate(positions.shape)
        sweep.perform(
          DistanceScoresBackwardKernel(forward: kernel, dy: dy, dContent: dContent, dPositions: dPositions))
        try sweep.accumulate(dContent, into: content.node)
        try sweep.accumulate(dPositions, into: positions.node)
      }
      return y
    }
  }
}
