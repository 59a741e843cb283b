import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct AnytimeSignTestTests {
  /// Signs are a martingale: the mean wealth after n fair signs is the stake, over all 2ⁿ sequences.
  @Test(arguments: [0, 1, 2, 5, 10]) func theBetIsFair(count: Int) {
    let wealth = (0..<(1 << count)).reduce(0.0) { sum, signs in
      sum + AnytimeSignTest((0..<count).map { signs >> $0 & 1 == 0 ? 1.0 : -1 }).wealth
    }
    #expect(abs(wealth / Double(1 << count) - 1) < 1e-9)
  }

  /// Six of one sign decide one question, as with a fixed number; five do not.
  @Test func sixOfOneSignDecide() {
    #expect(AnytimeSignTest(Array(repeating: -0.1, count: 5)).probability > 0.05)
    #expect(AnytimeSignTest(Array(repeating: -0.1, count: 6)).probability <= 0.05)
    #expect(AnytimeSignTest.minPairs(tests: 1) == 6)
    #expect(AnytimeSignTest.minPairs(tests: 2) == 7 && AnytimeSignTest.minPairs(tests: 3) == 8)
  }

  /// What was reached once stays, and a difference of nothing says nothing.
  @Test func evidenceIsKept() {
    var test = AnytimeSignTest(Array(repeating: 1, count: 6))
    let reached = test.probability
    for _ in 0..<3 { test.add(-1) }
    #expect(test.probability == reached)
    let (before, wealth) = (test.probability, test.wealth)
    test.add(0)
    #expect(test.probability == before && test.wealth == wealth)
  }

  /// By simulation: somebody who looks after every pair raises a false alarm at most as often as stated; with the
  /// test for a fixed number of pairs it would be far more often.
  @Test(arguments: [3, 5, 6, 10, 20], [false, true]) func falseAlarmsAreAsStated(most: Int, heavy: Bool) {
    var effects = EffectSource(seed: 300 + most * 2 + (heavy ? 1 : 0), heavy: heavy)
    let repetitions = 4000
    var (alarms, alarmsOfFixed) = (0, 0)
    for _ in 0..<repetitions {
      let differences = (0..<most).map { _ in effects.next() }
      if AnytimeSignTest(differences).probability <= 0.05 { alarms += 1 }
      guard most == 10 else { continue }
      if (1...most).contains(where: { count in
        (PairedComparison(differences: Array(differences.prefix(count))).signFlip ?? 1) <= 0.05
      }) {
        alarmsOfFixed += 1
      }
    }
    let rate = Double(alarms) / Double(repetitions)
    #expect(rate <= 0.05 + 0.01 && (most >= 6 || alarms == 0), "alarms \(rate)")
    if most == 10 { #expect(alarmsOfFixed > 2 * alarms, "\(alarmsOfFixed) against \(alarms)") }
  }

  /// By simulation: the interval for the median holds at the moment at which somebody stops because it decides.
  @Test func theIntervalHoldsWhenOneStops() {
    var effects = EffectSource(seed: 7, heavy: true)
    let repetitions = 2000
    let median = 0.8
    var (covered, stopped) = (0, 0)
    for _ in 0..<repetitions {
      var differences: [Double] = []
      repeat {
        differences.append(median + effects.next())
      } while differences.count < 14
        && AnytimeSignTest(differences).probability > 0.05
      guard let interval = AnytimeSignTest.interval(differences) else {
        covered += 1
        continue
      }
      stopped += 1
      if interval.low <= median, interval.high >= median { covered += 1 }
    }
    #expect(stopped > repetitions / 3)
    #expect(Double(covered) / Double(repetitions) > 0.945, "covers \(covered) of \(repetitions)")
  }

  /// The test points to where the signs point, whatever the mean says: eight of nine seeds are above 0, and the mean
  /// is not.
  @Test func theDirectionIsThatOfTheSigns() {
    let differences = [0.01, 0.02, 0.01, 0.03, 0.02, 0.01, 0.02, -0.9, 0.01, 0.02, 0.01]
    let test = AnytimeSignTest(differences)
    #expect(
      PairedComparison(differences: differences).mean < 0
        && PairedComparison(differences: differences).median > 0)
    #expect(test.direction == 1 && AnytimeSignTest(differences.map { -$0 }).direction == -1)
    #expect(AnytimeSignTest().direction == 0 && AnytimeSignTest([0, 0]).direction == 0)
    // What decided once keeps its direction, as it keeps its p.
    #expect(AnytimeSignTest([1, 1, 1, 1, 1, 1] + [Double](repeating: -1, count: 7)).direction == 1)
  }

  /// With twelve seeds at most, one that dissents makes a decision impossible, and with thirteen it does not.
  @Test func whatCanStillBeReachedIsKnown() {
    let one = AnytimeSignTest([1, 1, 1, -1])
    #expect(one.minProbability(after: 8) > 0.05 && one.minProbability(after: 9) <= 0.05)
    #expect(one.minProbability(after: 0) == one.probability)
    let full = AnytimeSignTest([1, 1, 1, -1] + [Double](repeating: 1, count: 9))
    #expect(one.minProbability(after: 9) == full.probability)
  }

  @Test func theIntervalEndsAtDifferences() {
    #expect(AnytimeSignTest.interval([1, 2, 3, 4, 5]) == nil)
    #expect(AnytimeSignTest.interval([3, 1, 2, 6, 5, 4]) == Interval(low: 1, high: 6))
    #expect(AnytimeSignTest.interval([2, 2, 2, 2, 2, 2]) == Interval(low: 2, high: 2))
    // One that is far off does not open an interval that fifteen others have closed.
    let most = [Double](repeating: 2, count: 9) + [-90] + [Double](repeating: 2, count: 6)
    #expect(AnytimeSignTest.interval(most) == Interval(low: 2, high: 2))
  }
}
