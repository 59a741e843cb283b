import Foundation
import TestSupport
import Testing

@testable import Statistics

/// Measures that are learned abruptly: a run is near chance or at the ceiling.
@Suite struct AbruptLearningTests {
  /// Known intervals: Clopper and Pearson, 1934, and the closed forms of none and all.
  @Test(arguments: [
    (9, 9, 0.663_73, 1.0), (0, 9, 0, 0.336_27), (5, 10, 0.187_09, 0.812_91), (1, 6, 0.004_21, 0.641_23),
    (0, 0, 0, 1), (1, 1, 0.025, 1),
  ])
  func intervalsAreThoseOfTheTables(correct: Int, count: Int, low: Double, high: Double) {
    let interval = Interval.clopperPearson(correct: correct, of: count)
    #expect(abs(interval.low - low) < 1e-5 && abs(interval.high - high) < 1e-5, "\(interval)")
  }

  /// Exactly, over all outcomes: whatever the true share, the interval covers it in 95 % at least, and always has a
  /// width and ends between 0 and 1.
  @Test(arguments: [2, 6, 9, 20]) func itCoversWhateverTheShare(seeds: Int) {
    let intervals = (0...seeds).map { Interval.clopperPearson(correct: $0, of: seeds) }
    #expect(intervals.allSatisfy { $0.low >= 0 && $0.high <= 1 && $0.high - $0.low > 0.1 })
    for step in 1..<100 {
      let share = Double(step) / 100
      let covered = (0...seeds).reduce(0.0) { sum, correct in
        guard intervals[correct].low <= share, share <= intervals[correct].high else { return sum }
        let ways = exp(
          lgamma(Double(seeds) + 1) - lgamma(Double(correct) + 1) - lgamma(Double(seeds - correct) + 1))
        return sum + ways * pow(share, Double(correct)) * pow(1 - share, Double(seeds - correct))
      }
      #expect(covered >= 0.95 - 1e-9, "\(share) of \(seeds): \(covered)")
    }
  }

  /// One run of a measure that nine of ten seeds learn: all right, or chance with the noise of 500 items.
  private func run(_ random: inout RepeatableRandom, _ effects: inout EffectSource) -> Double {
    random.integer(1...10) <= 9 ? 1 : min(1, max(0, 0.5 + 0.022 * effects.next()))
  }

  /// By simulation: t intervals of such a measure cover far less than they say, and of runs that all agree there is
  /// none, while the interval of the share that learned it covers.
  @Test(arguments: [6, 9, 20]) func tIntervalsFailAndTheShareHolds(seeds: Int) {
    var (random, effects) = (RepeatableRandom(seed: seeds), EffectSource(seed: seeds, heavy: false))
    let (repetitions, mean) = (4000, 0.9 + 0.1 * 0.5)
    var (covered, coveredByT) = (0, 0)
    for _ in 0..<repetitions {
      let values = (0..<seeds).map { _ in run(&random, &effects) }
      let learnt = Interval.clopperPearson(correct: values.count { $0 >= 0.9 }, of: seeds)
      if learnt.low <= 0.9, learnt.high >= 0.9 { covered += 1 }
      let interval = PairedComparison(differences: values).interval()
      #expect((interval == nil) == (Set(values).count == 1))
      if let interval, interval.low <= mean, interval.high >= mean { coveredByT += 1 }
    }
    #expect(Double(covered) / Double(repetitions) >= 0.945, "covers \(covered)")
    // 47 %, 61 % and 88 %.
    #expect(Double(coveredByT) / Double(repetitions) < 0.91, "t covers \(coveredByT)")
  }

  /// By simulation: two models that learn it equally often are distinguished as seldom as stated, and the interval of
  /// the difference of their shares (each at 97.5 %) covers it.
  @Test(arguments: [6, 9, 20]) func testsOfSuchMeasuresHold(seeds: Int) {
    var (random, effects) = (RepeatableRandom(seed: 30 + seeds), EffectSource(seed: 30 + seeds, heavy: false))
    let repetitions = 2000
    var (alarms, covered) = (0, 0)
    for _ in 0..<repetitions {
      let runs = (0..<2).map { _ in (0..<seeds).map { _ in run(&random, &effects) } }
      if (PairedComparison(runs[0], runs[1]).signFlip ?? 1) <= 0.05 { alarms += 1 }
      let shares = runs.map { values in
        Interval.clopperPearson(correct: values.count { $0 >= 0.9 }, of: seeds, coverage: 0.975)
      }
      if shares[0].low - shares[1].high <= 0, shares[0].high - shares[1].low >= 0 { covered += 1 }
    }
    #expect(Double(alarms) / Double(repetitions) < 0.06, "alarms \(alarms)")
    #expect(Double(covered) / Double(repetitions) >= 0.95, "covers \(covered)")
  }
}
