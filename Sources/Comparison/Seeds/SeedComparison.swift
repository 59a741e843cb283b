import Experiments
import Statistics

/// Compares the measures of several seeds: every arm with its reference.
///
/// Where the number of seeds was fixed, the tests of a family are sign flips of all its comparisons together; where
/// seeds are added until the question is decided, they are anytime-valid tests, corrected by
/// Holm's method. The first measure is the question, and its tests are a family of their own; those of all other measures
/// are another. Without that, looking at more measures would make the question undecidable.
enum SeedComparison {
  /// A measure before it is compared.
  struct Measure {
    let name: String
    let unit: String
    let moreIsBetter: Bool
    /// `[arms][seeds]`; an arm that has no such measure has no values.
    let values: [[Double]]
    /// Arms that were not trained for what is asked: they have values, but are compared with none.
    var uncompared: Set<Int> = []
    /// Why not, in words.
    var reason: String?
    /// What each arm was asked, where that is not one thing: arms are held only against those that were asked the
    /// same.
    var tasks: [String]?
    /// What the values are means of, where that is known: `[arms][seeds][items]`, the same items for all.
    var items: [[[Double]]]?
    /// By what an item counts, `[items]`; nil: all count the same.
    var weights: [Double]?
    /// The value from which on a run has learned what is asked; nil where that is learned gradually.
    var learntFrom: Double?

    /// Whether an arm is compared with others.
    func isCompared(_ arm: Int) -> Bool { !values[arm].isEmpty && !uncompared.contains(arm) }

    /// Whether an arm is compared with another.
    func isCompared(_ arm: Int, to other: Int) -> Bool {
      isCompared(arm) && isCompared(other) && (tasks.map { $0[arm] == $0[other] } ?? true)
    }

    /// The part of a difference's interval in which it can lie: two shares differ by 1 at most.
    func possible(_ interval: Interval?) -> Interval? {
      unit.hasPrefix("share") ? interval?.within(-1...1) : interval
    }

    /// What the items say of an arm against another; nil where nothing is known of them.
    func crossed(_ arm: Int, _ other: Int) -> CrossedComparison? {
      guard let items else { return nil }
      return CrossedComparison(
        zip(items[arm], items[other]).map { zip($0, $1).map { $0 - $1 } }, weights: weights)
    }
  }

  /// - Parameters:
  ///   - measures: the primary one first; `[arms][seeds]` of one shape.
  ///   - against: for each arm the one that its plan names to be compared with; nil: the first that has the measure.
  ///   - maxSeeds: how many seeds there are at most, where they are added until the question is decided.
  static func make(
    _ measures: [Measure], seeds: Int, against: [Int?]? = nil, design: Design? = nil, maxSeeds: Int? = nil
  ) -> ReportData.Seeds {
    let arms = measures.first?.values.count ?? 0
    let named = against ?? [Int?](repeating: nil, count: arms)
    let isSequential = design?.addsSeeds ?? false
    let pairs = measures.map { measure in
      let against = Opponents.choose(named, has: measure.isCompared)
      return measure.values.indices.compactMap { arm -> Pair? in
        guard let other = against[arm], measure.isCompared(arm, to: other) else { return nil }
        return Pair(
          arm: arm, against: other,
          differences: PairedComparison(measure.values[arm], measure.values[other]))
      }
    }
    func family(_ pairs: some Sequence<[Pair]>) -> Family {
      Family(pairs.flatMap { $0.map(\.differences) }, isSequential: isSequential)
    }
    let (question, rest) = (family(pairs.prefix(1)), family(pairs.dropFirst()))
    var results = (question.results + rest.results).makeIterator()
    return ReportData.Seeds(
      count: seeds, question: design?.question, missing: nil,
      isDeclared: design?.isDeclared ?? false, isPath: design?.isPath,
      isSequential: isSequential, maxCount: isSequential ? maxSeeds : nil,
      correction: isSequential ? .holm : .jointSignFlips, draws: question.draws,
      otherDraws: rest.draws,
      measures: zip(measures, pairs).map { measure, pairs in
        ReportData.Seeds.Measure(
          name: measure.name, unit: measure.unit, moreIsBetter: measure.moreIsBetter, values: measure.values,
          differences: pairs.map { difference($0, of: measure, results.next(), isSequential: isSequential) },
          reason: measure.reason, learntFrom: measure.learntFrom)
      })
  }

  /// An arm and its reference.
  private struct Pair {
    let arm: Int
    let against: Int
    let differences: PairedComparison
  }

  private static func difference(
    _ pair: Pair, of measure: Measure, _ result: Family.Result?, isSequential: Bool
  ) -> ReportData.Seeds.Difference {
    let differences = pair.differences
    let median = differences.median
    // Two numbers that point different ways are both shown.
    let disagree = differences.mean * median < 0
    let learnt = measure.learntFrom.map { least in
      ReportData.Seeds.Learnt.difference(
        .init(measure.values[pair.arm], from: least), .init(measure.values[pair.against], from: least))
    }
    let crossed = learnt == nil ? measure.crossed(pair.arm, pair.against) : nil
    return ReportData.Seeds.Difference(
      arm: pair.arm, against: pair.against,
      mean: Measured(
        differences.mean, interval: learnt == nil ? measure.possible(differences.interval()) : nil),
      median: isSequential || disagree
        ? Measured(median, interval: AnytimeSignTest.interval(differences.differences)) : nil,
      direction: result?.direction, isEqual: differences.differences.allSatisfy { $0 == 0 }, learnt: learnt,
      overItems: measure.possible(crossed?.interval()), variance: crossed?.variance,
      probability: result?.probability, corrected: result?.corrected)
  }

  /// The fewest seeds with which a family of so many tests can decide at the 5 % level, if all seeds agree in
  /// all of them: the least p of joint sign flips is 2/2ⁿ, however many tests there are.
  ///
  /// - Parameter isSequential: whether the tests are anytime-valid, and are corrected by Holm's
  ///   method.
  static func minSeeds(tests: Int, isSequential: Bool = false) -> Int {
    guard !isSequential else { return AnytimeSignTest.minPairs(tests: tests) }
    return JointSignFlips.minSeeds
  }

  /// The level at which a corrected p decides.
  static let level = JointSignFlips.level
}
