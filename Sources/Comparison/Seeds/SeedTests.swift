import Statistics

extension SeedComparison {
  /// The tests of comparisons that are corrected together.
  struct Family {
    /// What one test says.
    struct Result {
      /// The p-value alone; nil where a difference is not finite.
      let probability: Double?
      /// The same, corrected over the family.
      let corrected: Double?
      /// The sign that the test points to; 0 for neither.
      let direction: Int
    }

    /// In the order given.
    let results: [Result]
    /// How many patterns of signs were drawn; nil: all were counted.
    let draws: Int?

    /// The tests of some comparisons of the same seeds.
    init(_ comparisons: [PairedComparison], isSequential: Bool) {
      guard isSequential else {
        let tests = JointSignFlips(comparisons.map(\.differences))
        draws = tests.draws
        results = comparisons.indices.map { index in
          Result(
            probability: tests.probabilities[index], corrected: tests.corrected[index],
            // The test is of the sum.
            direction: comparisons[index].mean.direction)
        }
        return
      }
      draws = nil
      let tests = comparisons.map {
        $0.differences.allSatisfy(\.isFinite) ? AnytimeSignTest($0.differences) : nil
      }
      let corrected = holm(tests.map { $0?.probability ?? 1 })
      results = zip(tests, corrected).map { test, corrected in
        Result(
          probability: test?.probability, corrected: test.map { _ in corrected },
          direction: test?.direction ?? 0)
      }
    }
  }

  /// Whether so many further seeds could decide one of the comparisons that are open: if all of them agreed, in every
  /// comparison.
  static func canBeDecided(_ comparisons: [PairedComparison], further: Int) -> Bool {
    let tests = comparisons.map { AnytimeSignTest($0.differences) }
    let now = holm(tests.map(\.probability))
    let best = holm(tests.map { $0.minProbability(after: further) })
    return zip(now, best).contains { $0 > level && $1 <= level }
  }
}

extension Double {
  /// −1, 0 or 1; 0 for NaN.
  fileprivate var direction: Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
