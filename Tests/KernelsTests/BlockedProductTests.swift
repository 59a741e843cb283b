import References
import Synchronization
import Testing

@testable import Kernels

/// Products of any size, by panels of ours, by OpenBLAS and by tiles of bfloat16 numbers.
@Suite struct BlockedProductTests {
  enum Way: CaseIterable {
    case panels, library, tiles
  }

  /// A product with its operands, some floats between their rows.
  private struct Problem {
    let (m, n, k): (Int, Int, Int)
    let (transposeA, transposeB, accumulate): (Bool, Bool, Bool)
    let (aStride, bStride, cStride): (Int, Int, Int)
    let a: [Float]
    let b: [Float]
    let before: [Float]

    init(seed: Int) {
      var random = Operands(seed: seed)
      // Among them sizes beyond one block of each kind: 120 or 128 rows, 256 or 512 of the inner dimension.
      self.init(
        m: random.choose([1, 5, 6, 10, 32, 64, 121, 250, random.integer(1...130)]),
        n: random.choose([1, 16, 32, 65, 200, 1_050, random.integer(1...300)]),
        k: random.choose([1, 3, 8, 128, 257, 520, 1_030, random.integer(1...300)]), &random)
    }

    init(m: Int, n: Int, k: Int, _ random: inout Operands) {
      (self.m, self.n, self.k) = (m, n, k)
      (transposeA, transposeB, accumulate) = (random.flag(), random.flag(), random.flag())
      aStride = (transposeA ? m : k) + random.integer(0...2)
      bStride = (transposeB ? k : n) + random.integer(0...2)
      cStride = n + random.integer(0...2)
      a = random.floats((transposeA ? k : m) * aStride)
      b = random.floats((transposeB ? n : k) * bStride)
      before = random.floats(m * cStride)
    }

    /// `c` after some of the rows were computed; OpenBLAS uses one thread.
    func product(rows: Range<Int>, by way: Way = .panels, threads: Int = 1) -> [Float] {
      let pool = ThreadPool(threads: threads)
      var c = before
      c.withUnsafeMutableBufferPointer { c in
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            guard let c = c.baseAddress, let a = a.baseAddress, let b = b.baseAddress else { return }
            let (from, to) = (a + rows.lowerBound * (transposeA ? 1 : aStride), c + rows.lowerBound * cStride)
            let operands = ProductOperands(
              m: rows.count, n: n, k: k, a: from, rowStep: transposeA ? 1 : aStride,
              columnStep: transposeA ? aStride : 1, b: b, bStride: bStride, transposeB: transposeB, c: to,
              cStride: cStride, accumulate: accumulate)
            let ends = Atomic(0)
            let finish: @Sendable (Range<Int>, Range<Int>) -> Void = {
              ends.wrappingAdd($0.count * $1.count, ordering: .relaxed)
            }
            switch way {
            case .panels:
              BlockedProduct<SinglePrecisionPanels>(operands: operands).run(on: pool, finish: finish)
            case .tiles:
              BlockedProduct<BFloat16Tiles>(operands: operands).run(on: pool, finish: finish)
            case .library:
              libraryProduct(
                pool, m: rows.count, n: n, k: k, from, aStride: aStride, transposeA: transposeA, b,
                bStride: bStride, transposeB: transposeB, to, cStride: cStride, accumulate: accumulate)
              finish(0..<rows.count, 0..<n)
            }
            #expect(ends.load(ordering: .relaxed) == rows.count * n, "every result is finished once")
          }
        }
      }
      #expect(pool.matrixFlops == UInt64(2 * rows.count * n * k))
      return c
    }

    /// - Parameter round: what the operands are rounded by.
    func expected(_ round: (Float) -> Float) -> [Double] {
      var expected = before.doubles
      for row in 0..<m {
        for column in 0..<n {
          var sum = 0.0
          for inner in 0..<k {
            let left = round(a[transposeA ? inner * aStride + row : row * aStride + inner])
            let right = round(b[transposeB ? column * bStride + inner : inner * bStride + column])
            sum += Double(left) * Double(right)
          }
          let place = row * cStride + column
          expected[place] = (accumulate ? expected[place] : 0) + sum
        }
      }
      return expected
    }
  }

  @Test(arguments: 0..<80)
  func agreesWithTheTwin(seed: Int) {
    let problem = Problem(seed: seed)
    for way in Way.allCases {
      let c = problem.product(rows: 0..<problem.m, by: way)
      let expected = problem.expected { way == .tiles ? Reference.bfloat16($0) : $0 }
      #expect(
        difference(c, expected) < 1e-6 * Double(problem.k).squareRoot() + 1e-6,
        "\(problem.m)×\(problem.n)×\(problem.k), by \(way)")
    }
  }

  /// A row has the same bits alone and among others, and on any number of threads.
  @Test(arguments: 100..<140, [Way.panels, .tiles])
  func bitsDependNeitherOnTheCutNorOnThreads(seed: Int, way: Way) {
    let problem = Problem(seed: seed)
    let whole = problem.product(rows: 0..<problem.m, by: way)
    for threads in [2, 3, 8] {
      #expect(problem.product(rows: 0..<problem.m, by: way, threads: threads) == whole)
    }
    for cut in [0, 1, problem.m / 2, problem.m - 1] where cut >= 0 {
      let upper = problem.product(rows: 0..<cut, by: way)
      let lower = problem.product(rows: cut..<problem.m, by: way, threads: 2)
      let edge = cut * problem.cStride
      #expect(
        Array(upper[..<edge]) == Array(whole[..<edge]) && Array(lower[edge...]) == Array(whole[edge...]))
    }
  }

  /// More of the right operand than is packed at a time, along each of its sides.
  @Test(arguments: [(7, 40, 30_000), (13, 5_000, 300), (130, 1_100, 1_100)], [Way.panels, .tiles])
  func loadsAreAdded(size: (m: Int, n: Int, k: Int), way: Way) {
    var random = Operands(seed: size.m)
    let problem = Problem(m: size.m, n: size.n, k: size.k, &random)
    let c = problem.product(rows: 0..<size.m, by: way, threads: 2)
    let expected = problem.expected { way == .tiles ? Reference.bfloat16($0) : $0 }
    #expect(difference(c, expected) < 1e-6 * Double(size.k).squareRoot() + 1e-6)
    #expect(problem.product(rows: 0..<size.m, by: way) == c)
  }

  /// Times one, a number comes back as it was rounded: halfway cases, infinities, what overflows, and NaN.
  @Test func roundsToTheNearestBFloat16() {
    var random = Operands(seed: 7)
    let patterns: [UInt32] = [
      // Halfway, just above and just below; the last that does not overflow; NaN of both kinds.
      0x3f80_8000, 0x3f81_8000, 0x3f80_8001, 0x3f80_7fff, 0xbf81_8000, 0x7f7f_7fff, 0x7f7f_8000, 0x7fff_ffff,
      0x7f80_0001,
    ]
    var numbers = patterns.map(Float.init(bitPattern:)) + [0, -0.0, 1, -3, .infinity, -.infinity]
    numbers.append(.greatestFiniteMagnitude)
    numbers += (0..<2_000).map { _ in Float(bitPattern: UInt32(random.integer(0...0xffff_ffff))) }
    // The instructions take numbers below the normal ones for zero.
    numbers = numbers.filter { !$0.isSubnormal }
    var rounded = [Float](repeating: 0, count: numbers.count)
    matrixMultiply(
      ThreadPool(threads: 1), m: numbers.count, n: 1, k: 1, numbers, aStride: 1, transposeA: false, [1],
      bStride: 1, transposeB: false, &rounded, cStride: 1, accumulate: false, precision: .bf16)
    for (number, result) in zip(numbers, rounded) {
      let expected = Reference.bfloat16(number)
      #expect(expected == result || (expected.isNaN && result.isNaN), "\(number)")
    }
  }
}
