import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct JointSignFlipsTests {
  private func t(_ differences: [Double]) -> Double {
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return abs(mean) / (squares / (count - 1) / count).squareRoot()
  }

  /// Westfall and Young's step-down over all patterns, as it is written down: by t itself.
  private func byTheBook(_ differences: [[Double]]) -> [Double] {
    let seeds = differences[0].count
    var left = differences.indices.sorted { t(differences[$0]) > t(differences[$1]) }
    var (corrected, least) = ([Double](repeating: 0, count: differences.count), 0.0)
    while let next = left.first {
      let reached = (0..<(1 << seeds)).count { pattern in
        let largest =
          left.map { comparison in
            t(
              differences[comparison].enumerated().map {
                pattern >> $0.offset & 1 == 0 ? $0.element : -$0.element
              })
          }.max() ?? 0
        return largest >= t(differences[next]) - 1e-9
      }
      least = max(least, Double(reached) / Double(1 << seeds))
      corrected[next] = least
      left.removeFirst()
    }
    return corrected
  }

  @Test(arguments: [0, 1, 2, 3]) func itIsTheStepDownOfTheBook(seed: Int) {
    var effects = EffectSource(seed: 60 + seed, heavy: seed % 2 == 0)
    let shared = (0..<7).map { _ in effects.next() }
    let differences = (0..<4).map { comparison in
      shared.map { 0.5 * $0 + effects.next() + 0.7 * Double(comparison) }
    }
    let test = JointSignFlips(differences)
    for (value, expected) in zip(test.corrected, byTheBook(differences)) {
      #expect(abs((value ?? -1) - expected) < 1e-12)
    }
    #expect(test.probabilities == differences.map { SignFlipTest($0)?.probability } && test.draws == nil)
  }

  /// The same comparison many times is one comparison; Holm would multiply.
  @Test func copiesCostNothing() {
    let differences = [0.3, 0.5, -0.1, 0.4, 0.2, 0.6, 0.3]
    let test = JointSignFlips([[Double]](repeating: differences, count: 20))
    #expect(Set(test.corrected.map { $0 ?? -1 }) == [SignFlipTest(differences)?.probability ?? -2])
  }

  /// Six seeds that agree in all of ten comparisons decide them all: the least p has nothing to do with their number.
  @Test func theMinProbabilityDoesNotDependOnTheNumberOfTests() {
    let differences = (0..<10).map { comparison in (0..<6).map { 1 + Double($0 * (comparison + 1)) } }
    #expect(JointSignFlips(differences).corrected == [Double?](repeating: 0.03125, count: 10))
  }

  @Test func whatIsNotFiniteIsLeftOut() {
    let (clear, none) = ([1.0, 2, 3, 4, 5, 6], [Double](repeating: 0, count: 6))
    let test = JointSignFlips([clear, [1, .nan, 1, 1, 1, 1], none])
    #expect(test.corrected == [0.03125, nil, 1] && test.probabilities == [0.03125, nil, 1])
    #expect(JointSignFlips([]).corrected.isEmpty && JointSignFlips([[.nan]]).corrected == [nil])
  }

  /// Above 20 seeds patterns are drawn, of one comparison alone above 40; a corrected p is never below the one alone.
  @Test func manySeedsAreDrawn() throws {
    var effects = EffectSource(seed: 70, heavy: false)
    let differences = [2.0, 0.5, 0].map { shift in (0..<25).map { _ in effects.next() + shift } }
    let test = JointSignFlips(differences)
    #expect(test.draws == 99_999 && JointSignFlips([differences[0]]).draws == nil)
    for (corrected, alone) in zip(test.corrected, test.probabilities) {
      #expect(try #require(corrected) >= (try #require(alone)))
    }
    // Every draw but the observed pattern falls short of 25 seeds that agree by two deviations.
    #expect(test.corrected[0] == 1.0 / 100_000 && (test.corrected[2] ?? 0) > 0.05)
    #expect(JointSignFlips(differences).corrected == test.corrected)
  }

  /// By simulation: fifteen comparisons with one reference over nine seeds raise a false alarm as often as stated,
  /// whether all of them are of nothing or some are of something; Holm's method, whose least p is 15·2/2⁹, never
  /// finds anything.
  @Test(arguments: [false, true], [false, true]) func falseAlarmsAreAsStatedAndPowerIsGained(
    some: Bool, heavy: Bool
  ) {
    var effects = EffectSource(seed: 80 + (some ? 1 : 0) + (heavy ? 2 : 0), heavy: heavy)
    let (repetitions, seeds, tests, real) = (1500, 9, 15, some ? 5 : 0)
    var (alarms, found, byHolm) = (0, 0, 0)
    for _ in 0..<repetitions {
      let reference = (0..<seeds).map { _ in effects.next() }
      let differences = (0..<tests).map { test in
        reference.map { effects.next() - $0 + (test < real ? 4 : 0) }
      }
      let joint = JointSignFlips(differences)
      func decided(_ index: Int) -> Bool { (joint.corrected[index] ?? 1) <= 0.05 }
      if (real..<tests).contains(where: decided) { alarms += 1 }
      if some, decided(0) { found += 1 }
      if holm(joint.probabilities.map { $0 ?? 1 }).contains(where: { $0 <= 0.05 }) { byHolm += 1 }
    }
    let rate = Double(alarms) / Double(repetitions)
    // The standard error is 0.006.
    #expect(rate <= 0.065 && (some || rate > 0.03), "alarms \(rate)")
    #expect(byHolm == 0)
    if some { #expect(Double(found) / Double(repetitions) > (heavy ? 0.75 : 0.95), "power \(found)") }
  }
}
