import Kernels

/// Repeatable operands for tests of kernels.
struct Operands {
  private var state: UInt64

  init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  private mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Evenly spread over −scale to scale.
  mutating func floats(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in (Float(next() >> 40) / Float(1 << 23) - 1) * scale }
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  mutating func choose<Choice>(_ choices: [Choice]) -> Choice { choices[integer(0...choices.count - 1)] }
  mutating func flag() -> Bool { integer(0...1) == 1 }
}

extension Array where Element == Float {
  /// The same numbers in double precision.
  var doubles: [Double] { map(Double.init) }
}

/// The largest difference, relative to the largest expected number (at least 1); infinite when the
/// counts differ or something is no number.
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
