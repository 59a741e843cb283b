import Kernels

/// Rotates pairs of channels by angles that grow with the position.
package struct RotaryKernel: KernelCall {
  package let rows: Int
  package let stride: Int
  package let time: Int
  package let heads: Int
  package let headWidth: Int
  package let rotatedWidth: Int
  package let table: Buffer
  package let starts: Buffer?
  package let inverse: Bool
  package let x: Buffer
  package let y: Buffer
  package var operands: [Buffer?] { [x, y] }
}

extension Pass {
  /// Rotary position embedding of the first `heads` heads of a packed projection.
  ///
  ///     (a, b) → (a·cos − b·sin, a·sin + b·cos) for channels i and i + rotatedWidth/2 of each head
  ///
  /// A pass that continues a cache begins at the positions that its sequences have reached.
  ///
  /// - Shapes: `packed` and the result `[batch, time, width]`; `table` `[positions, rotatedWidth]`, the
  ///   cosines of each position, then its sines.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Source: Su et al., "RoFormer", 2021; on part of the channels: GPT-NeoX, Black et al., 2022.
  public func rotary(_ packed: Tensor, table: Tensor, heads: Int, headWidth: Int, name: String) throws
    -> Tensor
  {
    let (rows, time, rotatedWidth) = (
      packed.shape.rows, packed.shape.sizes.dropLast().last ?? 1, table.shape.width
    )
    try expect(
      packed.shape.rank == 3 && heads * headWidth <= packed.shape.width, "packed projection", in: name,
      expected: "[batch, time, at least \(heads * headWidth)]", actual: "\(packed.shape)")
    let positions = time + (continued?.starts.host.max().map(Int.init) ?? 0)
    try expect(
      table.shape.rows >= positions && rotatedWidth <= headWidth && rotatedWidth.isMultiple(of: 2), "table",
      in: name, expected: "at least \(positions) positions and an even width of at most \(headWidth)",
      actual: "\(table.shape)")
    return try operation("rotary", "\(packed.shape)") {
      let y = try output(packed.shape, from: [packed])
      let (node, shape, starts) = (packed.node, packed.shape, continued?.starts.buffer)
      func kernel(_ x: Buffer, _ y: Buffer, inverse: Bool) -> RotaryKernel {
        RotaryKernel(
          rows: rows, stride: shape.width, time: time, heads: heads, headWidth: headWidth,
          rotatedWidth: rotatedWidth, table: table.buffer, starts: starts, inverse: inverse, x: x, y: y)
      }
      perform(kernel(packed.buffer, y.buffer, inverse: false))
      record("rotary", y) { gradient, sweep in
        // A rotation's transpose is the rotation back, so the gradient turns in place.
        let turned = try sweep.writable(gradient, shape)
        sweep.perform(kernel(turned, turned, inverse: true))
        try sweep.accumulate(turned, into: node)
      }
      return y
    }
  }
}
