/// Several comparisons over the same seeds, tested together: p-values corrected so that one false alarm among all of
/// them stays as improbable as one test's.
///
/// A seed's sign is flipped in all comparisons at once, so what they share (a common reference, a lucky seed) stays
/// as it is. Every pattern of signs gives the largest |t| of the comparisons, and a comparison's corrected p is the
/// fraction of patterns whose largest |t| reaches its own. Stepping down: with the most extreme comparison judged, the
/// next one is measured by the largest |t| of those that are left.
///
/// Holm's method over separate tests multiplies the least p of all by the number of tests; here the least p is
/// 2/2ⁿ for n seeds, however many tests there are. All sign patterns are counted for up to 20 seeds, and sampled with
/// a fixed seed beyond; one comparison alone is ``SignFlipTest``, exact up to 40.
///
/// - Source: Westfall and Young, "Resampling-based multiple testing", 1993; Romano and Wolf, "Exact and approximate
///   stepdown methods for multiple hypothesis testing", 2005.
package struct JointSignFlips: Sendable {
  /// The p-value of every comparison alone; nil where a difference is not finite.
  package let probabilities: [Double?]
  /// The same, corrected over all of them; never below the p-value alone.
  package let corrected: [Double?]
  /// How many patterns were drawn for the corrected p-values; nil: all were counted.
  package let draws: Int?

  /// Seeds up to which all patterns of several comparisons are counted.
  package static let maxExact = 20

  /// The tests of some comparisons.
  ///
  /// - Parameter differences: `[comparisons][seeds]`.
  package init(_ differences: [[Double]]) {
    let seeds = differences.first?.count ?? 0
    precondition(
      differences.allSatisfy { $0.count == seeds }, "differences of \(differences.map(\.count)) seeds")
    let alone = differences.map { SignFlipTest($0) }
    probabilities = alone.map { $0?.probability }
    let tested = alone.indices.filter { alone[$0] != nil }
    guard tested.count > 1 else {
      corrected = probabilities
      draws = tested.first.flatMap { alone[$0]?.draws }
      return
    }
    let family = StepDown(tested.map { differences[$0] })
    draws = seeds > Self.maxExact ? SignFlipTest.drawnPatterns : nil
    var corrected = [Double?](repeating: nil, count: differences.count)
    var least = 0.0
    for (place, share) in zip(family.order, family.shares(draws: draws)) {
      let index = tested[place]
      least = max(least, share, alone[index]?.probability ?? 0)
      corrected[index] = least
    }
    self.corrected = corrected
  }
}

/// The patterns in which the comparisons that are left reach as far as one does.
private struct StepDown {
  /// The comparisons, the most extreme first.
  let order: [Int]
  /// What each reached, in that order.
  private let observed: [Double]
  /// What each seed adds, `[seeds][comparisons]` in that order: a comparison's sum is Σd / √(n·Σd²), which grows with
  /// its |t| and has the same denominator for every pattern.
  private let parts: [[Double]]

  init(_ differences: [[Double]]) {
    let scaled = differences.map { values -> [Double] in
      let largest = values.reduce(0) { max($0, abs($1)) }
      guard largest > 0 else { return values }
      let unit = values.map { $0 / largest }
      let length = (Double(unit.count) * unit.reduce(0) { $0 + $1 * $1 }).squareRoot()
      return unit.map { $0 / length }
    }
    let reached = scaled.map { abs($0.reduce(0, +)) }
    let order = reached.indices.sorted { (reached[$1], $0) < (reached[$0], $1) }
    self.order = order
    observed = order.map { reached[$0] }
    parts = (differences.first ?? []).indices.map { seed in order.map { scaled[$0][seed] } }
  }

  /// The fraction of patterns by place in the order: of all patterns, or of so many draws with the observed one.
  func shares(draws: Int?) -> [Double] {
    var reached = [Int](repeating: 0, count: order.count)
    var sums = [Double](repeating: 0, count: order.count)
    /// One pattern.
    func count(_ sign: (Int) -> Double) {
      for place in sums.indices { sums[place] = 0 }
      for (seed, parts) in parts.enumerated() {
        let sign = sign(seed)
        for place in sums.indices { sums[place] += sign * parts[place] }
      }
      var largest = 0.0
      for place in sums.indices.reversed() {
        largest = max(largest, abs(sums[place]))
        if largest >= observed[place] - SignFlipTest.tolerance { reached[place] += 1 }
      }
    }
    guard let draws else {
      // The first sign stays: turning all signs changes no |t|.
      let patterns = 1 << max(0, parts.count - 1)
      for pattern in 0..<patterns { count { (pattern << 1) >> $0 & 1 == 0 ? 1 : -1 } }
      return reached.map { Double($0) / Double(patterns) }
    }
    var signs = SignPatterns()
    for _ in 0..<draws { count { _ in signs.next() } }
    return reached.map { Double($0 + 1) / Double(draws + 1) }
  }
}
