import Kernels
import TestSupport

/// Repeatable operands for tests of kernels.
typealias Operands = RepeatableRandom

extension Array where Element == Float {
  /// The same numbers in double precision.
  var doubles: [Double] { map(Double.init) }
}

/// The largest difference, relative to the largest expected number (at least 1); infinite when the
/// counts differ or something is NaN.
func difference(_ actual: [Float], _ expected: [Double]) -> Double {
  guard actual.count == expected.count else { return .infinity }
  let size = expected.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
  var worst = 0.0
  for (a, e) in zip(actual, expected) where Double(a) != e {
    let error = abs(Double(a) - e) / size
    guard error.isFinite else { return .infinity }
    worst = max(worst, error)
  }
  return worst
}

/// Pools of the numbers of threads at which every result must have the same bits.
let poolsOfAllSizes = [1, 2, 4, 8].map(ThreadPool.init(threads:))

/// The results of `compute` on one thread, after checking that more threads give the same bits.
func sameOnAllPools(_ compute: (ThreadPool) -> [[Float]]) -> (results: [[Float]], areEqual: Bool) {
  let all = poolsOfAllSizes.map(compute)
  let bits = all.map { $0.map { $0.map(\.bitPattern) } }
  return (all[0], bits.allSatisfy { $0 == bits[0] })
}
