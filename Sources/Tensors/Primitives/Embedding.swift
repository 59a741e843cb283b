import Kernels

/// One table in a sum of look-ups.
public struct EmbeddingLookup {
  /// Which row of the table each position takes.
  public var ids: Indices
  /// The table, `[entries, width]`.
  public var table: Tensor
  /// A factor on the rows.
  public var scale: Double

  /// A look-up of `ids` in `table`.
  public init(ids: Indices, table: Tensor, scale: Double = 1) {
    self.ids = ids
    self.table = table
    self.scale = scale
  }
}

/// `y[row] = Σ scale·table[ids[row]]`.
package struct EmbeddingKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let lookups: [(ids: Buffer, table: Buffer, scale: Float)]
  package let y: Buffer
  // The tables are read in part only: what moves is one row a position.
  package var operands: [Buffer?] { lookups.map { _ in y } + [y] }
}

/// Adds each position's gradient to the row that it took.
package struct EmbeddingBackwardKernel: KernelCall {
  package let rows: Int
  package let width: Int
  package let ids: Buffer
  package let scale: Float
  package let dy: Buffer
  package let tableGradient: Buffer
  package var operands: [Buffer?] { [dy, dy, dy] }
}

extension Pass {
  /// The sum of one or more embeddings: tokens, positions, segments.
  ///
  ///     y[b, t] = Σ over tables of scale·table[ids[b, t]]
  ///
  /// - Shapes: every `ids` `[batch, time]`, every table `[entries, width]`, result `[batch, time, width]`.
  /// - Throws: `ShapeError` that names `name`, also when an id lies outside its table; `MemoryError`.
  public func embedding(_ lookups: [EmbeddingLookup], name: String) throws -> Tensor {
    guard let first = lookups.first else {
      throw ShapeError(component: name, role: "look-ups", expected: "at least one", actual: "none")
    }
    let (ids, width) = (first.ids.shape, first.table.shape.width)
    for lookup in lookups {
      try expectShape(lookup.ids.shape, ids, "ids", in: name)
      let entries = lookup.table.shape.rows
      try expectShape(lookup.table.shape, ["entries": entries, "width": width], "table", in: name)
      if let wrong = lookup.ids.host.first(where: { $0 < 0 || $0 >= entries }) {
        throw ShapeError(
          component: name, role: "id", expected: "0 to \(entries - 1)", actual: "\(wrong)")
      }
    }
    return try operation("embedding", "\(ids)") {
      let y = try output(Shape(ids.axes + [.init(name: "width", size: width)]), from: lookups.map(\.table))
      perform(
        EmbeddingKernel(
          rows: ids.count, width: width,
          lookups: lookups.map { ($0.ids.buffer, $0.table.buffer, Float($0.scale)) }, y: y.buffer))
      record("embedding", y) { gradient, sweep in
        for lookup in lookups {
          guard let slot = try sweep.gradient(of: lookup.table.node) else { continue }
          if !slot.accumulate {
            sweep.perform(
              FillKernel(buffer: slot.buffer, count: lookup.table.shape.count, value: 0))
          }
          sweep.perform(
            EmbeddingBackwardKernel(
              rows: ids.count, width: width, ids: lookup.ids.buffer, scale: Float(lookup.scale),
              dy: gradient, tableGradient: slot.buffer))
        }
      }
      return y
    }
  }
}
