/// How the operands of a blocked product are packed, and how packed ones are multiplied.
protocol PackedFormat: Sendable {
  /// Columns of a panel of the right operand.
  static var panelWidth: Int { get }
  /// Rows of the right operand in a block: a panel of so many stays in the first cache.
  static var blockRows: Int { get }
  /// Packed, a block has its number of rows rounded up to a multiple of this.
  static var rowsRoundedTo: Int { get }
  /// Rows of the left operand that are multiplied at once.
  static var group: Int { get }
  /// Groups of rows of the left operand that are taken at a time: they stay in the second cache.
  static var tileGroups: Int { get }
  /// The calling thread's memory for a load of the right operand, `BlockedProduct.loadSize` floats.
  static var panelScratch: ThreadScratch { get }

  /// Packs a block of the right operand into panels, whose rows take sixteen floats each.
  static func pack(
    _ operands: ProductOperands, block: Range<Int>, columns: Range<Int>, into: UnsafeMutablePointer<Float>)

  /// Multiplies rows of the left operand by panels of a block. Results are added to what is there but for the first
  /// block, which does as the operands ask.
  static func multiply(
    _ operands: ProductOperands, rows: Range<Int>, _ load: PackedLoad<Self>, block: Range<Int>,
    panels: Range<Int>)
}

/// A part of the right operand, in panels block by block: `[inner / blockRows, panels, blockRows, 16]`.
struct PackedLoad<Format: PackedFormat>: @unchecked Sendable {
  let inner: Range<Int>
  let columns: Range<Int>
  let panels: Int
  let floats: UnsafeMutablePointer<Float>

  /// The rows of the block that begins with `row`.
  func block(_ row: Int) -> Range<Int> { row..<min(inner.upperBound, row + Format.blockRows) }

  func panel(_ index: Int, of block: Range<Int>) -> UnsafeMutablePointer<Float> {
    let step = Format.rowsRoundedTo
    return floats + 16
      * ((block.lowerBound - inner.lowerBound) * panels + index * ((block.count + step - 1) / step * step))
  }

  func columns(of panels: Range<Int>) -> Range<Int> {
    let (left, width) = (columns.lowerBound, Format.panelWidth)
    return left + width * panels.lowerBound..<min(columns.upperBound, left + width * panels.upperBound)
  }
}

/// The product of two matrices of any size by panels, on all threads: `c = op(a)·op(b)`, or added to `c`.
///
/// The right operand is packed into panels once for all threads, in loads of a few MiB. Then every thread takes some
/// rows at a time, as many of the left operand as its second cache keeps, and multiplies them by all panels of the
/// load. Every result is a sum over blocks of the inner dimension, each added from its beginning to its
/// end: its bits depend neither on the other rows and columns nor on where a product is cut into tiles.
///
/// - Source: the blocks: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008.
struct BlockedProduct<Format: PackedFormat>: Sendable {
  let operands: ProductOperands

  /// Floats of the right operand that are packed at a time.
  static var loadSize: Int { 1 << 20 }

  /// - Parameter finish: called for blocks of rows and columns whose sums are complete, while they are in the cache.
  func run(on pool: ThreadPool, finish: @Sendable (_ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
    let (m, n, k) = (operands.m, operands.n, operands.k)
    guard m > 0, n > 0 else { return }
    pool.count(flops: UInt64(2 * m * n * k))
    let isShared = 2 * m * n * k >= ProductCut.minFlops
    func share(_ tiles: Int, _ body: @Sendable (Int) -> Void) {
      if isShared { pool.run(tiles: tiles) { tile, _ in body(tile) } } else { (0..<tiles).forEach(body) }
    }
    let tiles = Tiles(rows: m)
    let blockFloats = 16 * Format.blockRows
    let most = Self.loadSize / blockFloats * Format.panelWidth
    for left in stride(from: 0, to: n, by: most) {
      let columns = left..<min(n, left + most)
      let count = (columns.count + Format.panelWidth - 1) / Format.panelWidth
      let depth = Self.loadSize / (blockFloats * count) * Format.blockRows
      for top in stride(from: 0, to: max(1, k), by: depth) {
        let load = PackedLoad<Format>(
          inner: top..<min(k, top + depth), columns: columns, panels: count,
          floats: Format.panelScratch.floats)
        let parts = min(count, 2 * ProductCut.machineTiles)
        share(parts) { pack(load, count * $0 / parts..<count * ($0 + 1) / parts) }
        let strips = min(count, (ProductCut.machineTiles + tiles.count - 1) / tiles.count)
        share(tiles.count * strips) { index in
          let (rows, strip) = (tiles.rows(index / strips), index % strips)
          let panels = count * strip / strips..<count * (strip + 1) / strips
          // At least one block: a product over nothing is zero.
          for row in stride(
            from: load.inner.lowerBound, to: max(load.inner.lowerBound + 1, load.inner.upperBound),
            by: Format.blockRows)
          {
            Format.multiply(operands, rows: rows, load, block: load.block(row), panels: panels)
          }
          if load.inner.upperBound == k { finish(rows, load.columns(of: panels)) }
        }
      }
    }
  }

  /// Rows of the left operand, whole groups of them as far as possible, in an even number of tiles.
  private struct Tiles {
    let count: Int
    private let all: Int
    private let groups: Int

    init(rows: Int) {
      let most = 2 * Format.tileGroups
      all = rows
      groups = (rows + Format.group - 1) / Format.group
      count = min(groups, max(2 * ((groups + most - 1) / most), ProductCut.machineTiles))
    }

    func rows(_ tile: Int) -> Range<Int> {
      Format.group * (groups * tile / count)..<min(all, Format.group * (groups * (tile + 1) / count))
    }
  }

  private func pack(_ load: PackedLoad<Format>, _ panels: Range<Int>) {
    for row in stride(from: load.inner.lowerBound, to: load.inner.upperBound, by: Format.blockRows) {
      let block = load.block(row)
      Format.pack(
        operands, block: block, columns: load.columns(of: panels),
        into: load.panel(panels.lowerBound, of: block))
    }
  }
}
