import CLanes
import Testing

@testable import Kernels

/// The small products of attention.
@Suite struct PanelProductTests {
  /// Every size and layout: rows beyond the groups of six and four, columns beyond whole panels, operands
  /// that are strided and transposed.
  @Test(arguments: 0..<120)
  func agreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let m = random.choose([1, 3, 6, 11, 64, random.integer(1...30)])
    let n = random.choose([1, 8, 16, 32, 33, random.integer(1...70)])
    let k = random.choose([1, 7, 8, 16, 29, 64])
    let (transposeA, transposeB) = (random.flag(), random.flag())
    let aStride = (transposeA ? m : k) + random.integer(0...3)
    let bStride = (transposeB ? k : n) + random.integer(0...3)
    let fills = random.flag()
    let whole = (n + 15) / 16 * 16
    let cStride = (fills ? whole : n) + random.integer(0...3)
    let a = random.floats((transposeA ? k : m) * aStride)
    let b = random.floats((transposeB ? n : k) * bStride)
    let before = random.floats(m * cStride)
    let accumulate = random.flag()

    let pool = ThreadPool(threads: 1)
    var panels = [Float](repeating: .nan, count: PanelProduct.size(inner: k, columns: n))
    if transposeB {
      PanelProduct.packTransposed(inner: k, columns: n, b, stride: bStride, into: &panels)
    } else {
      PanelProduct.pack(inner: k, columns: n, b, stride: bStride, into: &panels)
    }
    var c = before
    PanelProduct.multiply(
      pool, m: m, n: n, k: k, factor: 0.5, a, rowStep: transposeA ? 1 : aStride,
      columnStep: transposeA ? aStride : 1, panels: panels, &c, cStride: cStride, accumulate: accumulate,
      fillsPanels: fills)
    #expect(pool.matrixFlops == UInt64(2 * m * n * k))

    var expected = before.doubles
    for row in 0..<m {
      for column in 0..<(fills ? min(whole, cStride) : n) {
        var sum = 0.0
        for inner in 0..<k where column < n {
          let left = a[transposeA ? inner * aStride + row : row * aStride + inner]
          let right = b[transposeB ? column * bStride + inner : inner * bStride + column]
          sum += Double(left) * Double(right)
        }
        let place = row * cStride + column
        expected[place] = (accumulate ? expected[place] : 0) + 0.5 * sum
      }
    }
    #expect(
      difference(c, expected) < 1e-6 * Double(k).squareRoot() + 1e-6,
      "\(m)×\(n)×\(k), transposed \(transposeA) \(transposeB), accumulates \(accumulate), fills \(fills)")
  }

  /// Twelve rows of two panels at once, which only machines with AVX-512 take, have the bits of six of one.
  @Test(arguments: 0..<40)
  func wideLanesHaveTheBitsOfNarrowOnes(seed: Int) {
    var random = Operands(seed: seed)
    let k = random.choose([1, 7, 64, 300])
    let (rows, width, transposeA, accumulate) = (12, 2 * PanelProduct.width, random.flag(), random.flag())
    let a = random.floats(rows * k)
    let (rowStep, columnStep) = transposeA ? (1, rows) : (k, 1)
    let panels = random.floats(k * width)
    let before = random.floats(rows * width)
    var (narrow, wide) = (before, before)
    a.withUnsafeBufferPointer { a in
      narrow.withUnsafeMutableBufferPointer { c in
        guard let a = a.baseAddress, let c = c.baseAddress else { return }
        for (half, panel) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
          PanelProduct.multiply(
            ThreadPool(threads: 1), m: 6, n: PanelProduct.width, k: k, factor: 0.3, a + half * 6 * rowStep,
            rowStep: rowStep, columnStep: columnStep,
            panels: Array(panels[panel * PanelProduct.width * k..<(panel + 1) * PanelProduct.width * k]),
            c + half * 6 * width + panel * PanelProduct.width, cStride: width, accumulate: accumulate)
        }
      }
      guard let a = a.baseAddress else { return }
      lanes_multiply_twelve(
        a, a + 6 * rowStep, rowStep, columnStep, panels, k, 0.3, accumulate, &wide, width)
    }
    #expect(narrow == wide)
  }
}
