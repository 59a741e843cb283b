import Foundation
import TestSupport
import Testing

@testable import Statistics

/// The interval of the difference of two shares of right answers to the same questions.
@Suite struct PairedSharesTests {
  /// How often an interval holds the true difference, counted over all numbers of questions that tell the two apart.
  private func coverage(
    _ count: Int, left: Double, right: Double, _ interval: (PairedShares) -> Interval?
  ) -> Double {
    func logarithm(_ value: Int) -> Double { lgamma(Double(value) + 1) }
    func power(_ base: Double, _ exponent: Int) -> Double {
      exponent == 0 ? 0 : base == 0 ? -.infinity : Double(exponent) * log(base)
    }
    var covered = 0.0
    for onlyLeft in 0...count {
      for onlyRight in 0...(count - onlyLeft) {
        let rest = count - onlyLeft - onlyRight
        let weight = exp(
          logarithm(count) - logarithm(onlyLeft) - logarithm(onlyRight) - logarithm(rest)
            + power(left, onlyLeft) + power(right, onlyRight) + power(1 - left - right, rest))
        guard weight > 1e-14 else { continue }
        let found = interval(PairedShares(count: count, onlyLeft: onlyLeft, onlyRight: onlyRight))
        if let found, found.low <= left - right, left - right <= found.high { covered += weight }
      }
    }
    return covered
  }

  private static let cases: [(left: Double, right: Double)] = [
    (0, 0), (0.01, 0), (0.01, 0.01), (0.02, 0), (0.05, 0.01), (0.1, 0.1), (0.3, 0.1), (0.5, 0),
  ]

  @Test(arguments: [20, 60, 200]) func itCovers(count: Int) {
    for (left, right) in Self.cases {
      let found = coverage(count, left: left, right: right) { $0.difference.interval }
      #expect(found > 0.93, "\(count), \(left) and \(right): \(found)")
    }
  }

  /// The same for texts of one question each.
  @Test(arguments: [20, 60]) func itCoversWhereTextsAreUnits(count: Int) {
    for (left, right) in Self.cases {
      let found = coverage(count, left: left, right: right) { shares in
        let rest = shares.count - shares.onlyLeft - shares.onlyRight
        let sums =
          [Double](repeating: 1, count: shares.onlyLeft) + [Double](repeating: -1, count: shares.onlyRight)
          + [Double](repeating: 0, count: rest)
        return Measured.difference(sums: sums, counts: sums.map { _ in 1 }).interval
      }
      #expect(found > 0.93, "\(count), \(left) and \(right): \(found)")
    }
  }

  /// Texts of two to twelve questions, one in forty of which only the left model gets right, and then all of its
  /// questions.
  @Test func itCoversWhereQuestionsOfATextHangTogether() {
    var numbers = RepeatableRandom(seed: 9)
    let lengths = (0..<80).map { _ in numbers.integer(2...12) }
    var (covered, coveredByWords) = (0, 0)
    for _ in 0..<1000 {
      let hit = lengths.map { _ in numbers.integer(1...40) == 1 }
      let sums = zip(lengths, hit).map { $1 ? Double($0) : 0 }
      let found = Measured.difference(sums: sums, counts: lengths).interval
      if let found, found.low <= 0.025, found.high >= 0.025 { covered += 1 }
      let questions = PairedShares(
        count: lengths.reduce(0, +), onlyLeft: Int(sums.reduce(0, +)), onlyRight: 0
      ).difference.interval
      if let questions, questions.low <= 0.025, questions.high >= 0.025 { coveredByWords += 1 }
    }
    #expect(covered > 930, "\(covered)")
    #expect(coveredByWords < 850, "\(coveredByWords)")
  }

  @Test func textsWithoutQuestionsDoNotCount() {
    let some = Measured.difference(sums: [1, 0, -1, 2], counts: [2, 3, 1, 4])
    #expect(abs(some.value - 0.2) < 1e-12)
    let more = Measured.difference(sums: [1, 0, 0, -1, 2], counts: [2, 0, 3, 1, 4])
    #expect(more.value == some.value && more.interval == some.interval)
    #expect(Measured.difference(sums: [], counts: []).value.isNaN)
    #expect(Measured.difference(sums: [0], counts: [1]).interval == Interval(low: -1, high: 1))
  }

  /// What it takes the place of: a t interval over questions.
  @Test func aTIntervalDoesNot() {
    let found = coverage(60, left: 0.02, right: 0) { shares in
      PairedComparison(
        differences: [Double](repeating: 1, count: shares.onlyLeft)
          + [Double](repeating: -1, count: shares.onlyRight)
          + [Double](repeating: 0, count: shares.count - shares.onlyLeft - shares.onlyRight)
      ).interval()
    }
    #expect(abs(found - 0.70) < 0.01, "\(found)")
  }

  @Test func valuesAreThoseOfTheAnswers() throws {
    let shares = PairedShares([true, true, false, false, true], [true, false, false, true, false])
    #expect(shares.onlyLeft == 2 && shares.onlyRight == 1)
    #expect(shares.difference.value == 0.2)
    // By hand: 3/7 and 2/7, so 1/7 ± 1.96·√((5/7 − 1/49)/7).
    let interval = try #require(shares.difference.interval)
    #expect(abs(interval.low - (1.0 / 7 - 1.959963984540054 * (34.0 / 343).squareRoot())) < 1e-12)
    #expect(abs(interval.high - (1.0 / 7 + 1.959963984540054 * (34.0 / 343).squareRoot())) < 1e-12)
    // Two that never differ are not known to be equal.
    let equal = try #require(PairedShares([true, true], [true, true]).difference.interval)
    #expect(equal.low < -0.5 && equal.high > 0.5)
    #expect(PairedShares([], []).difference.value.isNaN && PairedShares([], []).difference.interval == nil)
  }

  /// A fraction of no answers is not 0.
  @Test func aShareOfNothingIsNoNumber() {
    let none = Measured.share(correct: 0, of: 0)
    #expect(none.value.isNaN && none.interval == Interval(low: 0, high: 1))
  }
}
