import CLanes

/// Products of small matrices inside a tile, for attention: 64 queries with some hundred keys.
///
/// OpenBLAS reaches half of its peak on such sizes, since each call packs both of its operands again; here
/// one operand is packed once for all rows and the other is read where it lies. The packed operand lies in
/// **panels** of sixteen columns, `[n / 16, k, 16]`: six rows of results then fill twelve of AVX2's sixteen vector
/// registers, and twelve rows twelve of those of AVX-512.
///
/// - Source: the register tile: Goto and van de Geijn, "Anatomy of high-performance matrix multiplication",
///   2008.
enum PanelProduct {
  /// Columns of a panel.
  static let width = 16

  /// Floats of `columns` columns of `inner` rows in panels.
  static func size(inner: Int, columns: Int) -> Int { inner * padded(columns) }

  private static func padded(_ columns: Int) -> Int { (columns + width - 1) / width * width }

  /// Packs `x` `[inner, columns]`; columns that fill the last panel are zero.
  static func pack(
    inner: Int, columns: Int, _ x: UnsafePointer<Float>, stride xStride: Int,
    into panels: UnsafeMutablePointer<Float>
  ) {
    for column in stride(from: 0, to: columns, by: width) {
      let (panel, count) = (panels + column * inner, min(width, columns - column))
      for row in 0..<inner {
        let (from, to) = (x + row * xStride + column, panel + row * width)
        if count == width {
          store(load(from), to)
          store(load(from + 8), to + 8)
        } else {
          for index in 0..<width { to[index] = index < count ? from[index] : 0 }
        }
      }
    }
  }

  /// Packs the transpose of `x` `[columns, inner]`; columns that fill the last panel are zero.
  static func packTransposed(
    inner: Int, columns: Int, _ x: UnsafePointer<Float>, stride xStride: Int,
    into panels: UnsafeMutablePointer<Float>
  ) {
    for column in stride(from: 0, to: columns, by: width) {
      let (panel, count) = (panels + column * inner, min(width, columns - column))
      let (from, whole) = (x + column * xStride, count == width ? inner & ~7 : 0)
      let ahead = column + 2 * width <= columns ? width * xStride : 0
      for row in stride(from: 0, to: whole, by: 8) {
        if ahead > 0, row & 8 == 0 {
          for index in 0..<width { lanes_prefetch(from + ahead + index * xStride + row) }
        }
        transposeEight(from + row, stride: xStride, into: panel + row * width)
        transposeEight(from + 8 * xStride + row, stride: xStride, into: panel + row * width + 8)
      }
      for row in whole..<inner {
        for index in 0..<width {
          panel[row * width + index] = index < count ? from[index * xStride + row] : 0
        }
      }
    }
  }

  /// `c = factor·a·b`, added to `c` or in its place. Counts its FLOPs.
  ///
  /// - Parameters:
  ///   - a: `[m, k]`; element (i, j) is at `i·rowStep + j·columnStep`, so that transposed ones fit, too.
  ///   - panels: `b` `[k, n]`, packed.
  ///   - c: `[m, n]`; with `fillsPanels` the columns up to a whole panel are overwritten, too.
  static func multiply(
    _ pool: ThreadPool, m: Int, n: Int, k: Int, factor: Float = 1, _ a: UnsafePointer<Float>, rowStep: Int,
    columnStep: Int, panels: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, cStride: Int,
    accumulate: Bool, fillsPanels: Bool = false
  ) {
    pool.count(flops: UInt64(2 * m * n * k))
    for column in stride(from: 0, to: n, by: Panel.widest) {
      let columns = min(Panel.widest, n - column)
      Panel(
        inner: k, floats: panels + column * k, columns: fillsPanels ? padded(columns) : columns,
        rowStep: rowStep, columnStep: columnStep, factor: factor, accumulate: accumulate, cStride: cStride
      ).multiply(rows: m, a, groupStep: SixRows.rows * rowStep, c + column)
    }
  }
}

/// One panel, or two with one behind the other, and how their operands lie.
struct Panel {
  /// The most columns that are multiplied at once: those of two panels where there is AVX-512.
  static let widest = lanes_are_wide() ? 2 * PanelProduct.width : PanelProduct.width

  /// Rows of a panel.
  let inner: Int
  let floats: UnsafePointer<Float>
  /// Columns of results, more than sixteen of two panels.
  let columns: Int
  let rowStep: Int
  let columnStep: Int
  let factor: Float
  let accumulate: Bool
  let cStride: Int

  /// `c = factor·a·panel` for `rows` rows, or added to `c`.
  ///
  /// - Parameters:
  ///   - a: the first row; the next rows of a group of six are `rowStep` floats apart.
  ///   - groupStep: from group to group.
  @inline(__always)
  func multiply(
    rows: Int, _ a: UnsafePointer<Float>, groupStep: Int, _ c: UnsafeMutablePointer<Float>
  ) {
    if lanes_are_wide(), columns > PanelProduct.width {
      multiplyTwo(rows: rows, a, groupStep: groupStep, c)
    } else {
      multiplyOne(rows: rows, a, groupStep: groupStep, c)
    }
  }

  @inline(__always)
  private func multiplyOne(
    rows: Int, _ a: UnsafePointer<Float>, groupStep: Int, _ c: UnsafeMutablePointer<Float>
  ) {
    var (a, row) = (a, 0)
    while row + SixRows.rows <= rows {
      multiply(SixRows.self, a, c + row * cStride)
      row += SixRows.rows
      a += groupStep
    }
    if row + FourRows.rows <= rows {
      multiply(FourRows.self, a, c + row * cStride)
      row += FourRows.rows
      a += FourRows.rows * rowStep
    }
    while row < rows {
      multiply(OneRow.self, a, c + row * cStride)
      row += 1
      a += rowStep
    }
  }

  /// Two panels: twelve rows at once, and what is left panel by panel.
  @inline(__always)
  private func multiplyTwo(
    rows: Int, _ a: UnsafePointer<Float>, groupStep: Int, _ c: UnsafeMutablePointer<Float>
  ) {
    let (width, both) = (PanelProduct.width, 2 * SixRows.rows)
    let whole = columns == Self.widest ? rows / both * both : 0
    for row in stride(from: 0, to: whole, by: both) {
      let (a, c) = (a + row / SixRows.rows * groupStep, c + row * cStride)
      prefetchResults(rows: both, columns: columns, c, stride: cStride)
      lanes_multiply_twelve(
        a, a + groupStep, rowStep, columnStep, floats, inner, factor, accumulate, c, cStride)
    }
    for (panel, columns) in [(0, width), (1, columns - width)] {
      Panel(
        inner: inner, floats: floats + panel * width * inner, columns: columns, rowStep: rowStep,
        columnStep: columnStep, factor: factor, accumulate: accumulate, cStride: cStride
      ).multiplyOne(
        rows: rows - whole, a + whole / SixRows.rows * groupStep, groupStep: groupStep,
        c + whole * cStride + panel * width)
    }
  }

  @inline(__always)
  private func multiply<Rows: RowSums>(
    _ rows: Rows.Type, _ a: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
  ) {
    prefetchResults(rows: Rows.rows, columns: columns, c, stride: cStride)
    var (sums, a, b) = (Rows(), a, floats)
    for _ in 0..<inner {
      sums.add(a, step: rowStep, load(b), load(b + 8))
      a += columnStep
      b += PanelProduct.width
    }
    sums.finish(self, c)
  }

  /// Sixteen results go where they belong.
  @inline(__always)
  fileprivate func finish(_ first: Lanes, _ second: Lanes, _ c: UnsafeMutablePointer<Float>) {
    guard columns == PanelProduct.width else { return finishPart(first, second, c) }
    if accumulate {
      store(load(c).addingProduct(first, Lanes(repeating: factor)), c)
      store(load(c + 8).addingProduct(second, Lanes(repeating: factor)), c + 8)
    } else {
      store(first * factor, c)
      store(second * factor, c + 8)
    }
  }

  @inline(never)
  private func finishPart(_ first: Lanes, _ second: Lanes, _ c: UnsafeMutablePointer<Float>) {
    for index in 0..<columns {
      let sum = index < 8 ? first[index] : second[index - 8]
      c[index] = accumulate ? c[index].addingProduct(sum, factor) : sum * factor
    }
  }
}

/// Results may come from far: they are prefetched before their sums begin.
@inline(__always)
func prefetchResults(rows: Int, columns: Int, _ c: UnsafeMutablePointer<Float>, stride: Int) {
  for row in 0..<rows {
    lanes_prefetch_to_write(c + row * stride)
    lanes_prefetch_to_write(c + row * stride + columns - 1)
  }
}

/// Sums of some rows of results over one panel, in registers.
private protocol RowSums {
  /// Sums of nothing.
  init()
  static var rows: Int { get }
  /// Adds one element of each row of `a`, `step` floats apart, times a row of the panel.
  mutating func add(_ a: UnsafePointer<Float>, step: Int, _ x: Lanes, _ y: Lanes)
  func finish(_ panel: Panel, _ c: UnsafeMutablePointer<Float>)
}

private typealias FourRows = Twice<Twice<OneRow>>
private typealias SixRows = Thrice<Twice<OneRow>>

private struct OneRow: RowSums {
  static var rows: Int { 1 }
  var first = Lanes(repeating: 0)
  var second = Lanes(repeating: 0)

  @inline(__always)
  mutating func add(_ a: UnsafePointer<Float>, step: Int, _ x: Lanes, _ y: Lanes) {
    let factor = Lanes(repeating: a[0])
    first.addProduct(factor, x)
    second.addProduct(factor, y)
  }

  @inline(__always)
  func finish(_ panel: Panel, _ c: UnsafeMutablePointer<Float>) { panel.finish(first, second, c) }
}

private struct Twice<Part: RowSums>: RowSums {
  static var rows: Int { 2 * Part.rows }
  var upper = Part()
  var lower = Part()

  @inline(__always)
  mutating func add(_ a: UnsafePointer<Float>, step: Int, _ x: Lanes, _ y: Lanes) {
    upper.add(a, step: step, x, y)
    lower.add(a + Part.rows * step, step: step, x, y)
  }

  @inline(__always)
  func finish(_ panel: Panel, _ c: UnsafeMutablePointer<Float>) {
    upper.finish(panel, c)
    lower.finish(panel, c + Part.rows * panel.cStride)
  }
}

private struct Thrice<Part: RowSums>: RowSums {
  static var rows: Int { 3 * Part.rows }
  var upper = Part()
  var middle = Part()
  var lower = Part()

  @inline(__always)
  mutating func add(_ a: UnsafePointer<Float>, step: Int, _ x: Lanes, _ y: Lanes) {
    upper.add(a, step: step, x, y)
    middle.add(a + Part.rows * step, step: step, x, y)
    lower.add(a + 2 * Part.rows * step, step: step, x, y)
  }

  @inline(__always)
  func finish(_ panel: Panel, _ c: UnsafeMutablePointer<Float>) {
    upper.finish(panel, c)
    middle.finish(panel, c + Part.rows * panel.cStride)
    lower.finish(panel, c + 2 * Part.rows * panel.cStride)
  }
}

/// Transposes eight rows of eight floats, `stride` apart; those of the result are `step` apart.
///
/// - Parameter rows: of the eight; the others stand for them where there are fewer.
@inline(__always)
func transposeEight(
  _ x: UnsafePointer<Float>, stride: Int, rows: Int = 8, into y: UnsafeMutablePointer<Float>,
  step: Int = PanelProduct.width
) {
  @inline(__always)
  func row(_ index: Int) -> Lanes { load(x + min(index, rows - 1) * stride) }
  let top = fourColumns(row(0), row(1), row(2), row(3))
  let bottom = fourColumns(row(4), row(5), row(6), row(7))
  store(Lanes(lowHalf: top.0.lowHalf, highHalf: bottom.0.lowHalf), y)
  store(Lanes(lowHalf: top.1.lowHalf, highHalf: bottom.1.lowHalf), y + step)
  store(Lanes(lowHalf: top.2.lowHalf, highHalf: bottom.2.lowHalf), y + 2 * step)
  store(Lanes(lowHalf: top.3.lowHalf, highHalf: bottom.3.lowHalf), y + 3 * step)
  store(Lanes(lowHalf: top.0.highHalf, highHalf: bottom.0.highHalf), y + 4 * step)
  store(Lanes(lowHalf: top.1.highHalf, highHalf: bottom.1.highHalf), y + 5 * step)
  store(Lanes(lowHalf: top.2.highHalf, highHalf: bottom.2.highHalf), y + 6 * step)
  store(Lanes(lowHalf: top.3.highHalf, highHalf: bottom.3.highHalf), y + 7 * step)
}

/// Of four rows of eight floats: column i in the lower half of result i, column i + 4 in its upper half.
@inline(__always)
private func fourColumns(_ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes) -> (Lanes, Lanes, Lanes, Lanes) {
  let (first, second) = (interleaved(a, b), interleaved(c, d))
  return (
    pairs(first.0, second.0, from: 0), pairs(first.0, second.0, from: 2), pairs(first.1, second.1, from: 0),
    pairs(first.1, second.1, from: 2)
  )
}

/// Lanes of both in turn, within each half: the first two of a half, and the last two.
@inline(__always)
private func interleaved(_ a: Lanes, _ b: Lanes) -> (Lanes, Lanes) {
  (
    Lanes(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5]),
    Lanes(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7])
  )
}

/// Two neighbouring lanes of each, within each half.
@inline(__always)
private func pairs(_ a: Lanes, _ b: Lanes, from lane: Int) -> Lanes {
  Lanes(
    a[lane], a[lane + 1], b[lane], b[lane + 1], a[lane + 4], a[lane + 5], b[lane + 4], b[lane + 5])
}
