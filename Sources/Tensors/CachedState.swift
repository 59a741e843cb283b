import Kernels

/// What a layer remembers of each sequence besides keys and values: the state of a recurrence, the last inputs of a
/// convolution.
final class CachedState {
  /// `[sequences, …]`, zeros for an empty sequence.
  let values: Tensor

  init(_ values: Tensor) { self.values = values }

  private var size: Int { values.shape.count / values.shape.sizes[0] }

  /// Forgets one sequence.
  func clear(_ row: Int, in context: Context) {
    context.perform(ClearRangeKernel(buffer: values.buffer, range: row * size..<(row + 1) * size))
  }

  /// Copies the state of one sequence to another.
  func copy(from row: Int, to place: Int, in context: Context) {
    run(1, x: values.buffer, xOffset: row * size, y: values.buffer, yOffset: place * size, in: context)
  }

  /// Copies the states of neighbouring sequences into a tensor.
  func read(_ rows: Range<Int>, into tensor: Tensor, in context: Context) {
    run(
      rows.count, x: values.buffer, xOffset: rows.lowerBound * size, y: tensor.buffer, yOffset: 0, in: context
    )
  }

  /// Copies a tensor into the states of neighbouring sequences.
  func write(_ tensor: Tensor, to rows: Range<Int>, in context: Context) {
    run(
      rows.count, x: tensor.buffer, xOffset: 0, y: values.buffer, yOffset: rows.lowerBound * size, in: context
    )
  }

  private func run(_ runs: Int, x: Buffer, xOffset: Int, y: Buffer, yOffset: Int, in context: Context) {
    context.perform(
      CopyRunsKernel(
        runs: runs, length: size, x: x, xOffset: xOffset, xStride: size, y: y, yOffset: yOffset,
        yStride: size,
        accumulate: false))
  }
}

/// Zeros in a part of a buffer.
package struct ClearRangeKernel: KernelCall {
  package let buffer: Buffer
  package let range: Range<Int>
  package var operands: [Buffer?] { [] }
}

extension Pass {
  /// The state that a layer kept of the sequences that this pass continues; zeros for those that begin here. Nil in a
  /// pass without a cache, where every sequence begins with the pass.
  ///
  /// - Parameters:
  ///   - name: the layer's own path.
  ///   - shape: of one sequence's state.
  /// - Shapes: `[batch, …shape]`.
  /// - Throws: `ShapeError` when the layer kept another shape before; `MemoryError`.
  public func cachedState(_ name: String, shape: Shape) throws -> Tensor? {
    guard let continued else { return nil }
    let state = try continued.cache.state(name, shape: shape)
    let rows = continued.rows
    let batch = Shape([Shape.Axis(name: "batch", size: rows.count)] + shape.axes)
    let tensor = Tensor(shape: batch, buffer: try context.allocate(batch), node: nil)
    state.read(rows, into: tensor, in: context)
    return tensor
  }

  /// Keeps the state that a layer has after the tokens of this pass; nothing in a pass without a cache.
  ///
  /// - Parameters:
  ///   - state: the state after the tokens of this pass.
  ///   - name: the layer's own path.
  /// - Shapes: `state` `[batch, …]`.
  /// - Throws: `ShapeError` when the layer kept another shape before, or for another number of sequences; `MemoryError`.
  public func storeState(_ state: Tensor, name: String) throws {
    guard let continued else { return }
    let rows = continued.rows
    try expect(
      state.shape.rank > 1 && state.shape.sizes[0] == rows.count, "state", in: name,
      expected: "[\(rows.count), …]", actual: "\(state.shape)")
    try state.deferred?.force()
    try continued.cache.state(name, shape: Shape(Array(state.shape.axes.dropFirst())))
      .write(state, to: rows, in: context)
  }
}
