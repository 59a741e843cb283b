import CLanes

/// Both operands of a product rounded to bfloat16, in tiles; sums in single precision.
///
/// Rounding happens as operands are packed, so nothing is kept twice. A panel is 32 columns and a group 32 rows: four
/// tiles of results, which stay in registers for a whole block of the inner dimension.
///
/// - Source: the number format: Kalamkar et al., "A Study of BFLOAT16 for Deep Learning Training", 2019
///   (https://arxiv.org/abs/1905.12322); the instructions: Intel, "Architecture Instruction Set Extensions
///   Programming Reference", AMX.
enum BFloat16Tiles: PackedFormat {
  static let panelWidth = 2 * side
  static let blockRows = 512
  static let rowsRoundedTo = depth
  static let group = 2 * side
  static let tileGroups = 4
  static let panelScratch = ThreadScratch(count: BlockedProduct<Self>.loadSize)

  /// Rows of a tile, and units in a row.
  private static let side = 16
  /// Numbers of the inner dimension in a step: those of a row.
  private static let depth = 32
  /// Units of a step, two tiles.
  private static let step = 2 * side * side
  private static let rowScratch = ThreadScratch(count: tileGroups * blockRows / depth * step)
  private static let edgeScratch = ThreadScratch(count: group * panelWidth)
  /// Whether Linux lends the tile registers of AMX.
  private static let hasTileRegisters = tiles_request()

  static func pack(
    _ operands: ProductOperands, block: Range<Int>, columns: Range<Int>,
    into panels: UnsafeMutablePointer<Float>
  ) {
    let (outerStep, innerStep) = operands.transposeB ? (operands.bStride, 1) : (1, operands.bStride)
    pack(
      operands.b + columns.lowerBound * outerStep + block.lowerBound * innerStep, outer: columns.count,
      outerStep: outerStep, inner: block.count, innerStep: innerStep, rowsAreUnits: true, into: panels)
  }

  static func multiply(
    _ operands: ProductOperands, rows: Range<Int>, _ load: PackedLoad<Self>, block: Range<Int>,
    panels: Range<Int>
  ) {
    let left = rowScratch.floats
    pack(
      operands.a + rows.lowerBound * operands.rowStep + block.lowerBound * operands.columnStep,
      outer: rows.count, outerStep: operands.rowStep, inner: block.count, innerStep: operands.columnStep,
      rowsAreUnits: false, into: left)
    let steps = (block.count + depth - 1) / depth
    let accumulate = operands.accumulate || block.lowerBound > 0
    if hasTileRegisters { tiles_begin() }
    for index in panels {
      let (columns, panel) = (load.columns(of: index..<index + 1), load.panel(index, of: block))
      for first in stride(from: 0, to: rows.count, by: group) {
        multiply(
          left + first / group * steps * step, panel, steps: steps,
          operands.c + (rows.lowerBound + first) * operands.cStride + columns.lowerBound,
          rows: min(group, rows.count - first), columns: columns.count, stride: operands.cStride,
          accumulate: accumulate)
      }
    }
    if hasTileRegisters { tiles_end() }
  }

  /// At most 32 rows and columns of results; fewer by way of a whole block.
  private static func multiply(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, steps: Int, _ c: UnsafeMutablePointer<Float>,
    rows: Int, columns: Int, stride: Int, accumulate: Bool
  ) {
    guard rows < group || columns < panelWidth else {
      prefetchResults(rows: group, columns: panelWidth, c, stride: stride)
      return multiplyWhole(left, right, steps: steps, c, stride: stride, accumulate: accumulate)
    }
    // Added in the same order as in a whole block: a row has the same bits whatever is beside it.
    let edge = edgeScratch.floats
    if accumulate {
      edge.update(repeating: 0, count: group * panelWidth)
      for row in 0..<rows { (edge + row * panelWidth).update(from: c + row * stride, count: columns) }
    }
    multiplyWhole(left, right, steps: steps, edge, stride: panelWidth, accumulate: accumulate)
    for row in 0..<rows { (c + row * stride).update(from: edge + row * panelWidth, count: columns) }
  }

  @inline(__always)
  private static func multiplyWhole(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, steps: Int, _ c: UnsafeMutablePointer<Float>,
    stride: Int, accumulate: Bool
  ) {
    let (a, b) = (units(left), units(right))
    if hasTileRegisters {
      tiles_multiply(a, b, steps, c, stride, accumulate)
    } else {
      tiles_multiply_lanes(a, b, steps, c, stride, accumulate)
    }
  }

  private static func units(_ x: UnsafePointer<Float>) -> UnsafePointer<UInt32> {
    UnsafeRawPointer(x).assumingMemoryBound(to: UInt32.self)
  }

  /// Rounds and packs an operand, `[outer / 32, inner / 32, 2 tiles]`; what fills the last tiles is zero.
  ///
  /// - Parameter rowsAreUnits: whether a tile's rows are units and its columns the outer dimension, as in a right
  ///   operand; else the other way round.
  private static func pack(
    _ x: UnsafePointer<Float>, outer: Int, outerStep: Int, inner: Int, innerStep: Int, rowsAreUnits: Bool,
    into packed: UnsafeMutablePointer<Float>
  ) {
    var tile = UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self)
    for first in stride(from: 0, to: outer, by: 2 * side) {
      for start in stride(from: 0, to: inner, by: depth) {
        for place in [first, first + side] {
          let (outer, inner) = (max(0, min(side, outer - place)), min(depth, inner - start))
          let from = x + place * outerStep + start * innerStep
          if outer == side, inner == depth {
            pack(from, outerStep: outerStep, innerStep: innerStep, rowsAreUnits: rowsAreUnits, into: tile)
          } else {
            withUnsafeTemporaryAllocation(of: Float.self, capacity: side * depth) { whole in
              whole.initialize(repeating: 0)
              for row in 0..<outer {
                for column in 0..<inner {
                  whole[row * depth + column] = from[row * outerStep + column * innerStep]
                }
              }
              guard let whole = whole.baseAddress else { return }
              pack(whole, outerStep: depth, innerStep: 1, rowsAreUnits: rowsAreUnits, into: tile)
            }
          }
          tile += side * side
        }
      }
    }
  }

  /// A whole tile.
  @inline(__always)
  private static func pack(
    _ x: UnsafePointer<Float>, outerStep: Int, innerStep: Int, rowsAreUnits: Bool,
    into tile: UnsafeMutablePointer<UInt32>
  ) {
    if innerStep == 1 { tiles_pack_rows(x, outerStep, tile) } else { tiles_pack_pairs(x, innerStep, tile) }
    if (innerStep == 1) == rowsAreUnits { tiles_transpose(tile) }
  }
}
