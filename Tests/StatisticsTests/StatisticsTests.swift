import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct StatisticsTests {
  /// Known values of Student's t: table III of Fisher and Yates.
  @Test(arguments: [
    (1, 0.95, 12.706), (2, 0.95, 4.303), (4, 0.95, 2.776), (5, 0.95, 2.571), (9, 0.95, 2.262),
    (9, 0.99, 3.250),
    (30, 0.9, 1.697), (1000, 0.95, 1.962),
  ])
  func quantilesAreThoseOfTheTables(freedom: Int, coverage: Double, expected: Double) {
    let distribution = StudentT(freedom: freedom)
    let t = distribution.quantile(coverage: coverage)
    #expect(abs(t - expected) < 6e-4)
    #expect(abs(distribution.twoSided(t) - (1 - coverage)) < 1e-9)
    #expect(distribution.twoSided(0) == 1 && distribution.twoSided(.infinity) == 0)
  }

  @Test func aWorkedExample() throws {
    let comparison = PairedComparison([5, 7, 9], [4, 5, 6])
    #expect(comparison.mean == 2)
    // Differences 1, 2, 3: standard error 1/√3, t 4.3027.
    let interval = try #require(comparison.interval())
    #expect(abs(interval.low - (2 - 4.302_653 / 3.0.squareRoot())) < 1e-5)
    // Of eight signs only the two of one kind reach as far.
    #expect(comparison.signFlip == 0.25)
    #expect(PairedComparison([1], [0]).interval() == nil)
    #expect(PairedComparison(differences: [1, 1, 1, 1, 1]).signFlip == 0.0625)
    #expect(PairedComparison(differences: [1, 1, 1, 1, 1, 1]).signFlip == 0.03125)
  }

  /// Shares and costs have intervals in which they can lie.
  @Test func intervalsEndWhereTheMeasureEnds() {
    let wide = Interval(low: -0.3, high: 1.2)
    #expect(wide.within(0...1) == Interval(low: 0, high: 1) && wide.within(-1...1).high == 1)
    #expect(Measured(0.4, interval: wide).notNegative.interval == Interval(low: 0, high: 1.2))
    #expect(Measured(0.4).notNegative.interval == nil)
    // Equal differences have no interval, however many there are.
    #expect(PairedComparison(differences: [0.1, 0.1, 0.1]).interval() == nil)
    #expect(PairedComparison([1.3, 1.2, 1.1], [1, 0.9, 0.8]).interval() == nil)
    #expect(
      PairedComparison(differences: [4, 1, 2, 3]).median == 2.5
        && PairedComparison(differences: []).median.isNaN)
  }

  @Test func holmCorrectsStepByStep() {
    #expect(holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
    #expect(holm([0.5, 0.9]) == [1, 1])
    #expect(holm([]).isEmpty && holm([0.2]) == [0.2])
  }

  /// By simulation: intervals cover, and tests raise alarms, as often as stated, with few seeds and with
  /// effects that have heavy tails (Student's t with three degrees of freedom).
  @Test(arguments: [3, 5, 6, 10], [false, true])
  func coverageAndFalseAlarmsAreAsStated(seeds: Int, heavy: Bool) {
    var effects = EffectSource(seed: seeds * 2 + (heavy ? 1 : 0), heavy: heavy)
    let repetitions = 4000
    var (covered, alarms) = (0, 0)
    for _ in 0..<repetitions {
      let comparison = PairedComparison(differences: (0..<seeds).map { _ in effects.next() })
      if let interval = comparison.interval(), interval.low <= 0, interval.high >= 0 { covered += 1 }
      if let probability = comparison.signFlip, probability <= 0.05 { alarms += 1 }
    }
    let coverage = Double(covered) / Double(repetitions)
    // Heavy tails make the interval wider than it needs to be, never narrower.
    #expect(coverage > 0.94 && coverage < (heavy ? 0.985 : 0.96), "covers \(coverage)")
    let rate = Double(alarms) / Double(repetitions)
    // Below six pairs no result is improbable enough; the test is exact, so never above 5 % plus chance.
    #expect(seeds < 6 ? alarms == 0 : rate < 0.06 && rate > 0.015, "alarms \(rate)")
  }
}
