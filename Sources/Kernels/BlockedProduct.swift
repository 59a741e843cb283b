/// Products of any size by panels, on the calling thread: `c = op(a)·op(b)`, or added to `c`.
///
/// The right operand is packed into panels block by block, and of the left one as many rows as a core's cache
/// keeps. Every result is a sum over blocks of 256 of the inner dimension, each added from its beginning to its
/// end: its bits depend neither on the other rows and columns nor on where a product is cut into tiles.
///
/// Beside OpenBLAS on one core of an AMD EPYC with AVX2 that multiplies and adds at 103 GFLOP/s, operands in the
/// cache (rows × columns × inner): 768×128×128 at 96 against 81, 2048×384×384 at 96 against 90, a gradient of
/// weights 512×128×768 at 87 against 85. A training step of `gpt-4x128` is 5 to 9 % shorter by it, of
/// `gpt-6x384` 1 to 2 %, from there on none.
///
/// - Source: the blocks: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", 2008.
enum BlockedProduct {
  /// Rows of the right operand in a block: a panel of so many stays in the first cache.
  private static let inner = 256
  /// Rows of the left operand in a block, whole groups of six: they stay in the second cache.
  private static let rows = 120
  /// Columns of the right operand in a block.
  private static let columns = 1024
  /// A block of the right operand that is no larger stays in the second cache itself; the left operand is then
  /// read where it lies.
  private static let smallBlock = 51_200
  /// Rows that are multiplied at once.
  private static let group = 6
  /// A block of the right operand in panels, and behind it one of the left in groups of rows.
  private static let scratch = ThreadScratch(count: inner * columns + rows / group * groupStep(inner))

  /// - Parameters:
  ///   - a: element (i, j) of `[m, k]` stands at `i·rowStep + j·columnStep`, of which one is 1.
  ///   - transposeB: whether `b` is stored as `[n, k]`.
  ///   - accumulate: whether `c` is added to.
  static func multiply(
    m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, rowStep: Int, columnStep: Int,
    _ b: UnsafePointer<Float>, bStride: Int, transposeB: Bool, _ c: UnsafeMutablePointer<Float>, cStride: Int,
    accumulate: Bool
  ) {
    let panels = scratch.floats
    let packed = panels + inner * columns
    for column in stride(from: 0, to: n, by: columns) {
      let width = min(columns, n - column)
      for start in stride(from: 0, to: max(1, k), by: inner) {
        let depth = min(inner, k - start)
        if transposeB {
          PanelProduct.packTransposed(
            inner: depth, columns: width, b + column * bStride + start, stride: bStride, into: panels)
        } else {
          PanelProduct.pack(
            inner: depth, columns: width, b + start * bStride + column, stride: bStride, into: panels)
        }
        let block = Block(
          inner: depth, columns: width, panels: panels, accumulate: accumulate || start > 0, cStride: cStride)
        let (a, c) = (a + start * columnStep, c + column)
        if columnStep == 1, depth * width <= smallBlock {
          block.multiply(rows: m, inPlace: a, rowStep: rowStep, c)
        } else {
          for row in stride(from: 0, to: m, by: rows) {
            let count = min(rows, m - row)
            pack(
              rows: count, inner: depth, a + row * rowStep, rowStep: rowStep, columnStep: columnStep,
              into: packed)
            block.multiply(rows: count, packed: packed, c + row * cStride)
          }
        }
      }
    }
  }

  /// A block of the right operand in panels.
  private struct Block {
    let inner: Int
    let columns: Int
    let panels: UnsafePointer<Float>
    let accumulate: Bool
    let cStride: Int

    /// The panel of sixteen columns from `column` on.
    @inline(__always)
    private func panel(_ column: Int, rowStep: Int, columnStep: Int) -> Panel {
      Panel(
        inner: inner, floats: panels + column * inner, columns: min(PanelProduct.width, columns - column),
        rowStep: rowStep, columnStep: columnStep, factor: 1, accumulate: accumulate, cStride: cStride)
    }

    /// Six rows at a time meet all panels.
    func multiply(
      rows: Int, inPlace a: UnsafePointer<Float>, rowStep: Int, _ c: UnsafeMutablePointer<Float>
    ) {
      for row in stride(from: 0, to: rows, by: group) {
        for column in stride(from: 0, to: columns, by: PanelProduct.width) {
          panel(column, rowStep: rowStep, columnStep: 1).multiply(
            rows: min(group, rows - row), a + row * rowStep, groupStep: 0, c + row * cStride + column)
        }
      }
    }

    /// A panel at a time meets all rows.
    func multiply(rows: Int, packed a: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>) {
      for column in stride(from: 0, to: columns, by: PanelProduct.width) {
        panel(column, rowStep: 1, columnStep: group).multiply(
          rows: rows, a, groupStep: groupStep(inner), c + column)
      }
    }
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
