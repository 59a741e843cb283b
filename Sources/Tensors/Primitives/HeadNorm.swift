import Kernels

/// RMS norm of every query and key head of a packed projection.
package struct HeadNormKernel: KernelCall {
  package let rows: Int
  package let stride: Int
  package let queryHeads: Int
  package let keyHeads: Int
  package let headWidth: Int
  package let queryWeight: Buffer
  package let keyWeight: Buffer
  package let epsilon: Float
  package let x: Buffer
  package let y: Buffer
  package let inverse: Buffer
  package var operands: [Buffer?] { [x, y] }
}

/// The gradients of `HeadNormKernel`.
package struct HeadNormBackwardKernel: KernelCall {
  package let forward: HeadNormKernel
  package let dy: Buffer
  package let dx: Buffer
  package let queryWeightGradient: Buffer
  package let keyWeightGradient: Buffer
  package let accumulateParameters: Bool
  package var operands: [Buffer?] { [forward.x, dy, dx] }
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
            keyWeightGradient: key.buffer, accumulateParameters: query.accumulate))
        try sweep.accumulate(dx, into: packed.node)
      }
      return y
    }
  }
}
