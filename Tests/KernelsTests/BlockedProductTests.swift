import Synchronization
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
      // Among them sizes beyond one block of each kind: 120 rows, 256 of the inner dimension.
      self.init(
        m: random.choose([1, 5, 6, 10, 121, 250, random.integer(1...130)]),
        n: random.choose([1, 16, 65, 200, 1_050, random.integer(1...300)]),
        k: random.choose([1, 3, 8, 128, 257, 520, random.integer(1...300)]), &random)
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

    /// `c` after some of the rows were computed, by panels on some threads or by OpenBLAS.
    func product(rows: Range<Int>, threads: Int?) -> [Float] {
      let pool = ThreadPool(threads: threads ?? 1)
      var c = before
      c.withUnsafeMutableBufferPointer { c in
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            guard let c = c.baseAddress, let a = a.baseAddress, let b = b.baseAddress else { return }
            let (from, to) = (a + rows.lowerBound * (transposeA ? 1 : aStride), c + rows.lowerBound * cStride)
            guard threads != nil else {
              return libraryProduct(
                pool, m: rows.count, n: n, k: k, from, aStride: aStride, transposeA: transposeA, b,
                bStride: bStride, transposeB: transposeB, to, cStride: cStride, accumulate: accumulate)
            }
            let ends = Atomic(0)
            BlockedProduct(
              m: rows.count, n: n, k: k, a: from, rowStep: transposeA ? 1 : aStride,
              columnStep: transposeA ? aStride : 1, b: b, bStride: bStride, transposeB: transposeB, c: to,
              cStride: cStride, accumulate: accumulate
            ).run(on: pool) { ends.wrappingAdd($0.count * $1.count, ordering: .relaxed) }
            #expect(ends.load(ordering: .relaxed) == rows.count * n, "every result is finished once")
          }
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
    for threads in [1, nil] {
      let c = problem.product(rows: 0..<problem.m, threads: threads)
      #expect(
        difference(c, problem.expected) < 1e-6 * Double(problem.k).squareRoot() + 1e-6,
        "\(problem.m)×\(problem.n)×\(problem.k), by panels \(threads != nil)")
    }
  }

  /// A row has the same bits alone and among others, and on any number of threads.
  @Test(arguments: 100..<140)
  func bitsDependNeitherOnTheCutNorOnThreads(seed: Int) {
    let problem = Problem(seed: seed)
    let whole = problem.product(rows: 0..<problem.m, threads: 1)
    for threads in [2, 3, 8] {
      #expect(problem.product(rows: 0..<problem.m, threads: threads) == whole)
    }
    for cut in [0, 1, problem.m / 2, problem.m - 1] where cut >= 0 {
      let upper = problem.product(rows: 0..<cut, threads: 1)
      let lower = problem.product(rows: cut..<problem.m, threads: 2)
      let edge = cut * problem.cStride
      #expect(
        Array(upper[..<edge]) == Array(whole[..<edge]) && Array(lower[edge...]) == Array(whole[edge...]))
    }
  }

  /// More of the right operand than is packed at a time, along each of its sides.
  @Test(arguments: [(7, 40, 30_000), (13, 5_000, 300), (130, 1_100, 1_100)])
  func loadsAreAdded(m: Int, n: Int, k: Int) {
    var random = Operands(seed: m)
    let problem = Problem(m: m, n: n, k: k, &random)
    let c = problem.product(rows: 0..<m, threads: 2)
    #expect(difference(c, problem.expected) < 1e-6 * Double(k).squareRoot() + 1e-6)
    #expect(problem.product(rows: 0..<m, threads: 1) == c)
  }
}
