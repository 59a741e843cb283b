import Statistics

/// Puts the measures of several seeds together: every arm against the one that it is to be held against.
///
/// The first measure is the question, and its tests are a family of their own; those of all other measures
/// are another. Without that, looking at more measures would make the question undecidable.
enum SeedComparison {
  /// A measure before it is compared.
  struct Measure {
    let name: String
    let unit: String
    let moreIsBetter: Bool
    /// `[arms][seeds]`; an arm that has no such measure has no values.
    let values: [[Double]]
    /// Arms that were not trained for what is asked: they have values, but are held against none.
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

    /// Whether an arm is held against others.
    func isCompared(_ arm: Int) -> Bool { !values[arm].isEmpty && !uncompared.contains(arm) }

    /// Whether an arm is held against another.
    func isCompared(_ arm: Int, to other: Int) -> Bool {
      isCompared(arm) && isCompared(other) && (tasks.map { $0[arm] == $0[other] } ?? true)
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
  ///   - against: for each arm the earlier one that it is held against; nil for all: the first.
  static func make(_ measures: [Measure], seeds: Int, against: [Int?]? = nil, design: Design? = nil)
    -> ReportData.Seeds
  {
    let arms = measures.first?.values.count ?? 0
    let against = against ?? (0..<arms).map { $0 == 0 ? nil : 0 }
    let isSequential = design?.addsSeeds ?? false
    typealias Pair = (arm: Int, against: Int, differences: PairedComparison)
    let pairs = measures.map { measure in
      measure.values.indices.compactMap { arm -> Pair? in
        guard let other = against[arm], measure.isCompared(arm, to: other) else { return nil }
        return (arm, other, PairedComparison(measure.values[arm], measure.values[other]))
      }
    }
    func probability(_ differences: PairedComparison) -> Double? {
      isSequential ? AnytimeSignTest(differences.differences).probability : differences.signFlip
    }
    func family(_ pairs: some Sequence<[Pair]>) -> [Double] {
      holm(pairs.flatMap { $0.map { probability($0.differences) ?? 1 } })
    }
    let corrected = family(pairs.prefix(1)) + family(pairs.dropFirst())
    var next = corrected.makeIterator()
    return ReportData.Seeds(
      count: seeds, question: design?.question, missing: nil, isPath: design?.isPath,
      isSequential: isSequential,
      measures: zip(measures, pairs).map { measure, pairs in
        ReportData.Seeds.Measure(
          name: measure.name, unit: measure.unit, moreIsBetter: measure.moreIsBetter, values: measure.values,
          differences: pairs.map { pair in
            let crossed = measure.crossed(pair.arm, pair.against)
            return ReportData.Seeds.Difference(
              arm: pair.arm, against: pair.against,
              mean: Measured(pair.differences.mean, interval: pair.differences.interval()),
              median: isSequential ? Self.median(pair.differences.differences) : nil,
              overItems: crossed?.interval(), variance: crossed?.variance,
              probability: probability(pair.differences), corrected: next.next())
          }, reason: measure.reason)
      })
  }

  private static func median(_ differences: [Double]) -> Measured? {
    guard !differences.isEmpty else { return nil }
    let (sorted, half) = (differences.sorted(), differences.count / 2)
    return Measured(
      differences.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2,
      interval: AnytimeSignTest.interval(differences))
  }

  /// The fewest seeds with which a family of so many tests can decide at the 5 % level, if all seeds agree in
  /// all of them: of sign-flip tests, 2/2ⁿ times the number of tests must be at most 0.05.
  ///
  /// - Parameter isSequential: whether the tests may be looked at after every seed.
  static func fewestSeeds(tests: Int, isSequential: Bool = false) -> Int {
    guard !isSequential else { return AnytimeSignTest.fewestPairs(tests: tests) }
    return (1...).first { Double(tests) * 2 / Double(1 << $0) <= 0.05 } ?? 1
  }
}

extension ReportData.Seeds.Difference {
  /// Whether the corrected test decides at the 5 % level.
  var isDecided: Bool { (corrected ?? 1) <= 0.05 }
  /// Whether the two are equal with every seed.
  var isEqualThroughout: Bool {
    mean.value == 0 && mean.interval.map { $0.low == 0 && $0.high == 0 } ?? false
  }
  /// Whether the interval, which is of this comparison alone, leaves out 0.
  var leavesOutZero: Bool { mean.interval.map { $0.low > 0 || $0.high < 0 } ?? false }
}

extension [ReportData.Seeds.Difference] {
  /// The same, the farthest from 0 first.
  var largestFirst: Self { sorted { abs($0.mean.value) > abs($1.mean.value) } }
}

extension ReportData.Seeds {
  /// The fewest seeds with which all comparisons of the measure that decides can be decided.
  var fewest: Int {
    SeedComparison.fewestSeeds(
      tests: measures.first?.differences.count ?? 0, isSequential: addsSeeds)
  }

  /// Why so many seeds cannot decide all comparisons of the measure that decides; nil where they can.
  var tooFew: String? {
    guard let primary = measures.first, count < fewest else { return nil }
    let comparisons =
      primary.differences.count == 1
      ? "one comparison needs" : "\(primary.differences.count) comparisons need"
    return "\(comparisons) \(fewest) seeds to be decided at the 5 % level"
  }

  /// How p is made, in a few words.
  var test: String {
    addsSeeds ? "p by a sign test that may be looked at after every seed" : "p by flipping signs"
  }
}

extension ReportData.Seeds.Measure {
  /// Whether its values are shares of a whole.
  var isShare: Bool { unit.hasPrefix("share") }

  /// What may be said of an arm beside the one that it is held against.
  func verdict(_ difference: ReportData.Seeds.Difference, name: String, first: String) -> String {
    if difference.isEqualThroughout { return "no seed tells \(name) from \(first)" }
    guard difference.isDecided else {
      return "not decidable between \(name) and \(first)"
    }
    return (difference.mean.value > 0) == moreIsBetter
      ? "\(name) is better than \(first)"
      : "\(first) is better than \(name)"
  }

  /// The mean of an arm over the seeds, with its t interval; nil for an arm without this measure.
  func mean(_ arm: Int) -> Measured? {
    let values = PairedComparison(differences: self.values[arm])
    guard !values.differences.isEmpty else { return nil }
    var interval = values.interval()
    if isShare, let open = interval {
      // No share is below none or above all, whatever an interval of few seeds says.
      interval = Interval(low: max(0, open.low), high: min(1, open.high))
    }
    return Measured(values.mean, interval: interval)
  }
}
