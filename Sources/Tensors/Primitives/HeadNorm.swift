import Kernels

/// RMS norm of every query and key head of a packed projection.
struct HeadNormKernel: Kernel {
  let rows: Int
  let stride: Int
  let queryHeads: Int
  let keyHeads: Int
  let headWidth: Int
  let queryWeight: Buffer
  let keyWeight: Buffer
  let epsilon: Float
  let x: Buffer
  let y: Buffer
  let inverse: Buffer
  var operands: [Buffer?] { [x, y] }
  func run(on pool: ThreadPool) {
    headNormForward(
      pool, rows: rows, stride: stride, queryHeads: queryHeads, keyHeads: keyHeads, headWidth: headWidth,
      queryWeight: queryWeight.floats, keyWeight: keyWeight.floats, epsilon: epsilon, x: x.floats,
      y: y.floats, inverse: inverse.floats)
  }
}

/// The gradients of `HeadNormKernel`.
struct HeadNormBackwardKernel: Kernel {
  let forward: HeadNormKernel
  let dy: Buffer
  let dx: Buffer
  let queryWeightGradient: Buffer
  let keyWeightGradient: Buffer
  let accumulateParameters: Bool
  let scratch: Buffer
  var operands: [Buffer?] { [forward.x, dy, dx] }
  func run(on pool: ThreadPool) {
    headNormBackward(
      pool, rows: forward.rows, stride: forward.stride, queryHeads: forward.queryHeads,
      keyHeads: forward.keyHeads, headWidth: forward.headWidth, queryWeight: forward.queryWeight.floats,
      keyWeight: forward.keyWeight.floats, x: forward.x.floats, inverse: forward.inverse.floats,
      dy: dy.floats, dx: dx.floats, queryWeightGradient: queryWeightGradient.floats,
      keyWeightGradient: keyWeightGradient.floats, accumulateParameters: accumulateParameters,
      scratch: scratch.floats)
  }
}

extension Pass {
  /// RMS norm of each query head and each key head of a packed projection (QK-norm); values pass.
  ///
  /// - Shapes: `packed` and the result `[batch, time, (heads + 2·keyValueHeads)·headWidth]`;
  ///   `queryWeight` and `keyWeight` `[headWidth]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Source: Henry et al., "Query-key normalization", 2020; with RMS norm: Dehghani et al., 2023.
  public func headNorm(
    _ packed: Tensor, heads: Int, keyValueHeads: Int, headWidth: Int, queryWeight: Tensor, keyWeight: Tensor,
    epsilon: Double, name: String
  ) throws -> Tensor {
    let (rows, width) = (packed.shape.rows, packed.shape.width)
    try expect(
      width == (heads + 2 * keyValueHeads) * headWidth, "packed projection", in: name,
      expected: "[batch, time, \((heads + 2 * keyValueHeads) * headWidth)]", actual: "\(packed.shape)")
    try expectShape(queryWeight.shape, ["head width": headWidth], "query weight", in: name)
    try expectShape(keyWeight.shape, ["head width": headWidth], "key weight", in: name)
    return try operation("headNorm", "\(packed.shape)") {
      let y = try output(packed.shape, from: [packed, queryWeight, keyWeight])
      let kernel = HeadNormKernel(
        rows: rows, stride: width, queryHeads: heads, keyHeads: keyValueHeads, headWidth: headWidth,
        queryWeight: queryWeight.buffer, keyWeight: keyWeight.buffer, epsilon: Float(epsilon),
        x: packed.buffer, y: y.buffer, inverse: try context.scratch(rows * (heads + keyValueHeads)))
      perform(kernel)
      record("headNorm", y) { gradient, sweep in
        let context = sweep.context
        let weightShape: Shape = ["head width": headWidth]
        let query = try sweep.gradient(of: queryWeight.node) ?? (try context.allocate(weightShape), false)
        let key = try sweep.gradient(of: keyWeight.node) ?? (try context.allocate(weightShape), false)
        let dx = try context.allocate(packed.shape)
        context.perform(
          HeadNormBackwardKernel(
            forward: kernel, dy: gradient, dx: dx, queryWeightGradient: query.buffer,
            keyWeightGradient: key.buffer, accumulateParameters: query.accumulate,
            scratch: try context.scratch(headNormBackwardScratch(rows: rows, headWidth: headWidth))))
        try sweep.accumulate(dx, into: packed.node)
      }
      return y
    }
  }
}
