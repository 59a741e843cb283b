import Testing

@testable import Kernels

/// Products of any size, by panels of ours and by OpenBLAS.
@Suite struct BlockedProductTests {
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
      // Among them sizes beyond one block of each kind: 120 rows, 1,024 columns, 256 of the inner dimension.
      m = random.choose([1, 5, 6, 10, 121, 250, random.integer(1...130)])
      n = random.choose([1, 16, 65, 200, 1_050, random.integer(1...300)])
      k = random.choose([1, 3, 8, 128, 257, 520, random.integer(1...300)])
      (transposeA, transposeB, accumulate) = (random.flag(), random.flag(), random.flag())
      aStride = (transposeA ? m : k) + random.integer(0...2)
      bStride = (transposeB ? k : n) + random.integer(0...2)
      cStride = n + random.integer(0...2)
      a = random.floats((transposeA ? k : m) * aStride)
      b = random.floats((transposeB ? n : k) * bStride)
      before = random.floats(m * cStride)
    }

    /// `c` after some of the rows were computed.
    func product(rows: Range<Int>, byPanels: Bool) -> [Float] {
      let pool = ThreadPool(threads: 1)
      var c = before
      c.withUnsafeMutableBufferPointer { c in
        a.withUnsafeBufferPointer { a in
          guard let c = c.baseAddress, let a = a.baseAddress else { return }
          matrixProduct(
            pool, m: rows.count, n: n, k: k, a + rows.lowerBound * (transposeA ? 1 : aStride),
            aStride: aStride, transposeA: transposeA, b, bStride: bStride, transposeB: transposeB,
            c + rows.lowerBound * cStride, cStride: cStride, accumulate: accumulate, byPanels: byPanels)
        }
      }
      #expect(pool.matrixFlops == UInt64(2 * rows.count * n * k))
      return c
    }

    var expected: [Double] {
      var expected = before.doubles
      for row in 0..<m {
        for column in 0..<n {
          var sum = 0.0
          for inner in 0..<k {
            let left = a[transposeA ? inner * aStride + row : row * aStride + inner]
            let right = b[transposeB ? column * bStride + inner : inner * bStride + column]
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
    for byPanels in [true, false] {
      let c = problem.product(rows: 0..<problem.m, byPanels: byPanels)
      #expect(
        difference(c, problem.expected) < 1e-6 * Double(problem.k).squareRoot() + 1e-6,
        "\(problem.m)×\(problem.n)×\(problem.k), by panels \(byPanels)")
    }
  }

  /// A row has the same bits alone and among others: where a product is cut does not show.
  @Test(arguments: 100..<140)
  func bitsDoNotDependOnTheCut(seed: Int) {
    let problem = Problem(seed: seed)
    let whole = problem.product(rows: 0..<problem.m, byPanels: true)
    for cut in [0, 1, problem.m / 2, problem.m - 1] where cut >= 0 {
      let upper = problem.product(rows: 0..<cut, byPanels: true)
      let lower = problem.product(rows: cut..<problem.m, byPanels: true)
      let edge = cut * problem.cStride
      #expect(
        Array(upper[..<edge]) == Array(whole[..<edge]) && Array(lower[edge...]) == Array(whole[edge...]))
    }
  }
}
