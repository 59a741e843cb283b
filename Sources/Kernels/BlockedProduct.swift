import CLanes

/// The product of two matrices of any size by panels, on all threads: `c = op(a)·op(b)`, or added to `c`.
///
/// The right operand is packed into panels once for all threads, in loads of a few MiB. Then every thread takes some
/// rows at a time, as many of the left operand as its second cache keeps, and multiplies them by all panels of the
/// load. Every result is a sum over blocks of 256 of the inner dimension, each added from its beginning to its
/// end: its bits depend neither on the other rows and columns nor on where a product is cut into tiles.
///
/// Beside OpenBLAS on one core of an AMD EPYC with AVX2 that multiplies and adds at 103 GFLOP/s, operands in the
/// cache (rows × columns × inner): 768×128×128 at 96 against 81, 2048×384×384 at 96 against 90, a gradient of
/// weights 512×128×768 at 87 against 85.
///
/// - Source: the blocks: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008.
struct BlockedProduct: @unchecked Sendable {
  let m: Int
  let n: Int
  let k: Int
  /// Element (i, j) of `[m, k]` stands at `i·rowStep + j·columnStep`, of which one is 1.
  let a: UnsafePointer<Float>
  let rowStep: Int
  let columnStep: Int
  /// `[k, n]`, or `[n, k]` when transposed.
  let b: UnsafePointer<Float>
  let bStride: Int
  let transposeB: Bool
  let c: UnsafeMutablePointer<Float>
  let cStride: Int
  /// Whether `c` is added to.
  let accumulate: Bool

  /// Rows of the right operand in a block: a panel of so many stays in the first cache.
  private static let blockRows = 256
  /// Rows that are multiplied at once.
  private static let group = 6
  /// Groups of rows of the left operand that are taken at a time: they stay in the second cache.
  private static let tileGroups = 20
  /// Floats of the right operand that are packed at a time.
  private static let loadSize = 1 << 20
  /// A block of the right operand that is no larger stays in the second cache itself; the left operand is then
  /// read where it lies.
  private static let smallBlock = 51_200

  private static let panelScratch = ThreadScratch(count: loadSize)
  private static let rowScratch = ThreadScratch(count: tileGroups * groupStep(blockRows))

  /// - Parameter finish: called for blocks of rows and columns whose sums are complete, while they are in the cache.
  func run(on pool: ThreadPool, finish: @Sendable (_ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
    guard m > 0, n > 0 else { return }
    pool.count(flops: UInt64(2 * m * n * k))
    let isShared = 2 * m * n * k >= ProductCut.leastFlops
    func share(_ tiles: Int, _ body: @Sendable (Int) -> Void) {
      if isShared { pool.run(tiles: tiles) { tile, _ in body(tile) } } else { (0..<tiles).forEach(body) }
    }
    let tiles = Tiles(rows: m)
    let most = Self.loadSize / Self.blockRows
    for left in stride(from: 0, to: n, by: most) {
      let columns = left..<min(n, left + most)
      let count = (columns.count + PanelProduct.width - 1) / PanelProduct.width
      let depth = Self.loadSize / (Self.blockRows * PanelProduct.width * count) * Self.blockRows
      for top in stride(from: 0, to: max(1, k), by: depth) {
        let load = Load(
          inner: top..<min(k, top + depth), columns: columns, panels: count,
          floats: Self.panelScratch.floats)
        let parts = min(count, 2 * ProductCut.machineTiles)
        share(parts) { pack(load, count * $0 / parts..<count * ($0 + 1) / parts) }
        let strips = min(count, (ProductCut.machineTiles + tiles.count - 1) / tiles.count)
        share(tiles.count * strips) { index in
          let (rows, strip) = (tiles.rows(index / strips), index % strips)
          let panels = count * strip / strips..<count * (strip + 1) / strips
          multiply(load, rows: rows, panels: panels)
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
      all = rows
      groups = (rows + group - 1) / group
      count = min(
        groups, max(2 * ((groups + 2 * tileGroups - 1) / (2 * tileGroups)), ProductCut.machineTiles))
    }

    func rows(_ tile: Int) -> Range<Int> {
      group * (groups * tile / count)..<min(all, group * (groups * (tile + 1) / count))
    }
  }

  /// A part of the right operand, in panels block by block: `[inner / 256, panels, 256, 16]`.
  private struct Load: @unchecked Sendable {
    let inner: Range<Int>
    let columns: Range<Int>
    let panels: Int
    let floats: UnsafeMutablePointer<Float>

    /// The rows of the block that begins with `row`.
    func block(_ row: Int) -> Range<Int> { row..<min(inner.upperBound, row + blockRows) }

    func panel(_ index: Int, of block: Range<Int>) -> UnsafeMutablePointer<Float> {
      floats + PanelProduct.width * ((block.lowerBound - inner.lowerBound) * panels + index * block.count)
    }

    func columns(of panels: Range<Int>) -> Range<Int> {
      let (left, width) = (columns.lowerBound, PanelProduct.width)
      return left + width * panels.lowerBound..<min(columns.upperBound, left + width * panels.upperBound)
    }
  }

  private func pack(_ load: Load, _ panels: Range<Int>) {
    let columns = load.columns(of: panels)
    for row in stride(from: load.inner.lowerBound, to: load.inner.upperBound, by: Self.blockRows) {
      let block = load.block(row)
      let into = load.panel(panels.lowerBound, of: block)
      if transposeB {
        PanelProduct.packTransposed(
          inner: block.count, columns: columns.count, b + columns.lowerBound * bStride + row, stride: bStride,
          into: into)
      } else {
        PanelProduct.pack(
          inner: block.count, columns: columns.count, b + row * bStride + columns.lowerBound, stride: bStride,
          into: into)
      }
    }
  }

  private func multiply(_ load: Load, rows: Range<Int>, panels: Range<Int>) {
    // At least one block: a product over nothing is zero.
    for row in stride(
      from: load.inner.lowerBound, to: max(load.inner.lowerBound + 1, load.inner.upperBound),
      by: Self.blockRows)
    {
      let block = load.block(row)
      let a = a + rows.lowerBound * rowStep + row * columnStep
      if columnStep == 1, block.count * load.columns.count <= Self.smallBlock {
        multiply(load, block, rows, panels, inPlace: a)
      } else {
        let packed = Self.rowScratch.floats
        Self.pack(
          rows: rows.count, inner: block.count, a, rowStep: rowStep, columnStep: columnStep, into: packed)
        multiply(load, block, rows, panels, packed: packed)
      }
    }
  }

  private func multiply(
    _ load: Load, _ block: Range<Int>, _ rows: Range<Int>, _ panels: Range<Int>,
    inPlace a: UnsafePointer<Float>
  ) {
    for index in panels {
      panel(load, index, block, rowStep: rowStep, columnStep: 1).multiply(
        rows: rows.count, a, groupStep: Self.group * rowStep, results(load, index, rows))
    }
  }

  private func multiply(
    _ load: Load, _ block: Range<Int>, _ rows: Range<Int>, _ panels: Range<Int>,
    packed a: UnsafePointer<Float>
  ) {
    for index in panels {
      panel(load, index, block, rowStep: 1, columnStep: Self.group).multiply(
        rows: rows.count, a, groupStep: Self.groupStep(block.count), results(load, index, rows))
    }
  }

  @inline(__always)
  private func panel(_ load: Load, _ index: Int, _ block: Range<Int>, rowStep: Int, columnStep: Int) -> Panel
  {
    Panel(
      inner: block.count, floats: load.panel(index, of: block),
      columns: load.columns(of: index..<index + 1).count, rowStep: rowStep, columnStep: columnStep, factor: 1,
      accumulate: accumulate || block.lowerBound > 0, cStride: cStride)
  }

  @inline(__always)
  private func results(_ load: Load, _ index: Int, _ rows: Range<Int>) -> UnsafeMutablePointer<Float> {
    c + rows.lowerBound * cStride + load.columns.lowerBound + index * PanelProduct.width
  }

  /// Packs rows in groups of six, `[rows / 6, inner, 6]`; what fills the last group is not read.
  private static func pack(
    rows: Int, inner: Int, _ a: UnsafePointer<Float>, rowStep: Int, columnStep: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    let whole = columnStep == 1 ? inner & ~7 : 0
    for row in stride(from: 0, to: whole > 0 ? rows : 0, by: group) {
      let (from, to) = (a + row * rowStep, packed + row / group * groupStep(inner))
      for column in stride(from: 0, to: whole, by: 8) {
        transposeEight(
          from + column, stride: rowStep, rows: min(group, rows - row), into: to + column * group, step: group
        )
      }
    }
    // Columns one by one, for they lie in a row where the operand is transposed.
    let (last, step) = (rows / group * group, groupStep(inner))
    for column in whole..<inner {
      let (x, y) = (a + column * columnStep, packed + column * group)
      if rowStep == 1 {
        let next = x + 8 * columnStep
        if column + 8 < inner {
          for row in stride(from: 0, to: rows, by: 16) { lanes_prefetch(next + row) }
        }
        for row in stride(from: 0, to: last, by: group) { copySix(x + row, y + row / group * step) }
      }
      for row in (rowStep == 1 ? last : 0)..<rows {
        y[row / group * step + row % group] = x[row * rowStep]
      }
    }
  }

  /// From group to group of packed rows: some floats more than they have, since what lies a power of two apart
  /// crowds each other out of the cache.
  private static func groupStep(_ inner: Int) -> Int { group * inner + 16 }

  @inline(__always)
  private static func copySix(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    let (from, to) = (UnsafeRawPointer(x), UnsafeMutableRawPointer(y))
    to.storeBytes(of: from.loadUnaligned(as: SIMD4<Float>.self), as: SIMD4<Float>.self)
    to.storeBytes(
      of: from.loadUnaligned(fromByteOffset: 16, as: SIMD2<Float>.self), toByteOffset: 16,
      as: SIMD2<Float>.self)
  }
}
