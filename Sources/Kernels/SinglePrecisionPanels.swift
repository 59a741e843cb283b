import CLanes

/// Both operands of a product in single precision: panels of sixteen columns, groups of six rows.
///
/// Beside OpenBLAS on one core of an AMD EPYC with AVX2 that multiplies and adds at 103 GFLOP/s, operands in the
/// cache (rows × columns × inner): 768×128×128 at 96 against 81, 2048×384×384 at 96 against 90, a gradient of
/// weights 512×128×768 at 87 against 85.
enum SinglePrecisionPanels: PackedFormat {
  static let panelWidth = PanelProduct.width
  static let blockRows = 256
  static let rowsRoundedTo = 1
  static let group = 6
  static let tileGroups = 20
  static let panelScratch = ThreadScratch(count: BlockedProduct<Self>.loadSize)
  /// A block of the right operand that is no larger stays in the second cache itself; the left operand is then
  /// read where it lies.
  private static let smallBlock = 51_200
  private static let rowScratch = ThreadScratch(count: tileGroups * groupStep(blockRows))

  static func pack(
    _ operands: ProductOperands, block: Range<Int>, columns: Range<Int>,
    into panels: UnsafeMutablePointer<Float>
  ) {
    let (b, stride) = (operands.b, operands.bStride)
    if operands.transposeB {
      PanelProduct.packTransposed(
        inner: block.count, columns: columns.count, b + columns.lowerBound * stride + block.lowerBound,
        stride: stride, into: panels)
    } else {
      PanelProduct.pack(
        inner: block.count, columns: columns.count, b + block.lowerBound * stride + columns.lowerBound,
        stride: stride, into: panels)
    }
  }

  static func multiply(
    _ operands: ProductOperands, rows: Range<Int>, _ load: PackedLoad<Self>, block: Range<Int>,
    panels: Range<Int>
  ) {
    let (rowStep, columnStep) = (operands.rowStep, operands.columnStep)
    let a = operands.a + rows.lowerBound * rowStep + block.lowerBound * columnStep
    if columnStep == 1, block.count * load.columns.count <= smallBlock {
      multiply(
        operands, rows: rows, load, block: block, panels: panels, a, rowStep: rowStep, columnStep: 1,
        groupStep: group * rowStep)
    } else {
      let packed = rowScratch.floats
      pack(
        rows: rows.count, inner: block.count, a, rowStep: rowStep, columnStep: columnStep, into: packed)
      multiply(
        operands, rows: rows, load, block: block, panels: panels, packed, rowStep: 1, columnStep: group,
        groupStep: groupStep(block.count))
    }
  }

  /// With steps that are known where this is inlined.
  @inline(__always)
  private static func multiply(
    _ operands: ProductOperands, rows: Range<Int>, _ load: PackedLoad<Self>, block: Range<Int>,
    panels: Range<Int>, _ a: UnsafePointer<Float>, rowStep: Int, columnStep: Int, groupStep: Int
  ) {
    let together = Panel.widest / panelWidth
    for index in stride(from: panels.lowerBound, to: panels.upperBound, by: together) {
      let columns = load.columns(of: index..<min(panels.upperBound, index + together))
      Panel(
        inner: block.count, floats: load.panel(index, of: block), columns: columns.count, rowStep: rowStep,
        columnStep: columnStep, factor: 1, accumulate: operands.accumulate || block.lowerBound > 0,
        cStride: operands.cStride
      ).multiply(
        rows: rows.count, a, groupStep: groupStep,
        operands.c + rows.lowerBound * operands.cStride + columns.lowerBound)
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
