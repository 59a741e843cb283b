import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct SignFlipTests {
  /// All patterns, one by one.
  private func counted(_ differences: [Double]) -> Double {
    let observed = abs(differences.reduce(0, +))
    let reached = (0..<(1 << differences.count)).count { pattern in
      let sum = differences.indices.reduce(0) { $0 + (pattern >> $1 & 1 == 0 ? 1 : -1) * differences[$1] }
      return abs(sum) >= observed - 1e-9
    }
    return Double(reached) / Double(1 << differences.count)
  }

  /// Meeting in the middle counts what counting one by one does, also where sums are tied and differences are 0.
  @Test(arguments: 1...14) func halvesCountAllPatterns(count: Int) throws {
    var effects = EffectSource(seed: 40 + count, heavy: count % 2 == 0)
    for shift in [0.0, 0.4, 2] {
      let real = (0..<count).map { _ in effects.next() + shift }
      let tied = real.map { ($0 * 3).rounded() / 10 }
      for differences in [real, tied] {
        let test = try #require(SignFlipTest(differences))
        #expect(test.probability == counted(differences) && test.draws == nil, "\(differences)")
      }
    }
  }

  /// Whole numbers, whose sums were counted by a program of another kind (by the number of patterns of each sum).
  @Test(arguments: [
    (21, 6, 12_440), (21, 8, 172_656), (24, 6, 87_008), (24, 8, 1_583_132), (30, 6, 562_660),
    (30, 8, 25_945_024),
    (40, 6, 43_846_080), (40, 8, 7_354_601_480),
  ])
  func manySeedsAreExact(count: Int, less: Int, patterns: Int) throws {
    let differences = (0..<count).map { Double($0 * 7 % 23 - less) }
    let test = try #require(SignFlipTest(differences))
    #expect(test.probability == Double(patterns) / exp2(Double(count)) && test.draws == nil)
    // What is tested has no unit.
    #expect(SignFlipTest(differences.map { $0 * 1e300 })?.probability == test.probability)
    #expect(SignFlipTest(differences.map { $0 * 1e-300 })?.probability == test.probability)
  }

  /// No p is 0, and 21 seeds of one sign decide as 20 do.
  @Test(arguments: [19, 20, 21, 22, 40]) func agreementDecidesHoweverManySeedsAgree(count: Int) throws {
    let same = (0..<count).map { 0.5 + 0.01 * Double($0) }
    #expect(PairedComparison(differences: same).signFlip == exp2(1 - Double(count)))
    let other = [-0.1] + same.dropFirst()
    #expect(try #require(PairedComparison(differences: other).signFlip) > exp2(1 - Double(count)))
  }

  /// Beyond 40, patterns are drawn: near the exact p, at least 1 over one more than their number, always the same.
  @Test func beyondTheExactLimitPatternsAreDrawn() throws {
    let differences = (0..<50).map { Double($0 * 7 % 23 - 8) }
    let test = try #require(SignFlipTest(differences))
    // Exactly 4476145077200 of 2⁵⁰; the standard error of 99,999 draws is 0.0002.
    #expect(test.draws == 99_999 && abs(test.probability - 0.003_975_6) < 0.000_8)
    #expect(SignFlipTest(differences)?.probability == test.probability)
    let same = [Double](repeating: 0.3, count: 60)
    #expect(SignFlipTest(same)?.probability == 1.0 / 100_000)
    // Differences of 0 are no patterns: 45 of 50 make it 5.
    let few = [Double](repeating: 0, count: 45) + [1, 1, 1, 1, 1]
    #expect(SignFlipTest(few)?.probability == 0.0625 && SignFlipTest(few)?.draws == nil)
  }

  @Test func whatIsNotFiniteIsNotTested() {
    #expect(SignFlipTest([]) == nil && SignFlipTest([1, .nan, 1, 1, 1, 1, 1]) == nil)
    #expect(PairedComparison(differences: [.infinity, 1, 1, 1, 1, 1, 1]).signFlip == nil)
    #expect(SignFlipTest([0, 0, 0])?.probability == 1)
    #expect(SignFlipTest([.greatestFiniteMagnitude, .greatestFiniteMagnitude])?.probability == 0.5)
  }
}
