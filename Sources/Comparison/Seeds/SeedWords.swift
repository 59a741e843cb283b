import Reporting
import Statistics

extension ReportData.Seeds.Difference {
  /// Whether the corrected test decides at the 5 % level.
  var isDecided: Bool { (corrected ?? 1) <= SeedComparison.level }
  /// Whether the two are equal with every seed.
  var isEqualThroughout: Bool {
    isEqual ?? (mean.value == 0 && mean.interval.map { $0.low == 0 && $0.high == 0 } ?? false)
  }
  /// Whether the interval, which is of this comparison alone, leaves out 0.
  var leavesOutZero: Bool { mean.interval.map { $0.low > 0 || $0.high < 0 } ?? false }
  /// Whether the deciding test points to a larger value of the arm.
  var isMore: Bool { direction.map { $0 > 0 } ?? (mean.value > 0) }
  /// Whether mean and median point different ways.
  var isSplit: Bool { median.map { $0.value * mean.value < 0 } ?? false }
}

extension [ReportData.Seeds.Difference] {
  /// The same, the farthest from 0 first.
  var largestFirst: Self { sorted { abs($0.mean.value) > abs($1.mean.value) } }
}

extension ReportData.Seeds {
  /// The fewest seeds with which all comparisons of the measure that decides can be decided.
  var fewest: Int {
    SeedComparison.minSeeds(
      tests: measures.first?.differences.count ?? 0, isSequential: addsSeeds)
  }

  /// Why so many seeds cannot decide all comparisons of the measure that decides; nil where they can.
  var tooFew: String? {
    guard let primary = measures.first, count < fewest else { return nil }
    let comparisons =
      primary.differences.count == 1
      ? "one comparison needs" : "\(Number.counted(primary.differences.count, "comparison")) need"
    return "\(comparisons) \(Number.counted(fewest, "seed")) to be decided at the 5 % level"
  }

  /// How p is made, in a few words.
  var test: String {
    guard !addsSeeds else { return "Holm-adjusted p of an anytime-valid sign test" }
    return isJoint
      ? "p of joint sign flips"
      : "Holm-adjusted p of sign flips"
        + ((draws ?? otherDraws) == nil ? "" : ", \(patterns)")
  }

  /// Over which patterns of signs p was counted.
  var patterns: String {
    func drawn(_ count: Int) -> String { "over \(Number.grouped(count)) random sign patterns" }
    switch (draws, otherDraws) {
    case (nil, nil): return "exact, over all sign patterns"
    case (nil, let rest?):
      return "exact, over all sign patterns, and for the other measures \(drawn(rest))"
    case (let question?, _): return drawn(question)
    }
  }

  /// Whether p-values are adjusted by joint sign flips in all comparisons.
  var isJoint: Bool { correction == .jointSignFlips }

  /// How p is corrected, as a part of a sentence.
  var correctedBy: String { isJoint ? "by joint sign flips" : "with Holm's correction" }

  /// Whether no more seeds were added because of what the first ones said.
  var stoppedEarly: Bool { addsSeeds && maxCount.map { count < $0 } ?? addsSeeds }
}

extension ReportData.Seeds.Measure {
  /// Whether its values are shares of a whole.
  var isShare: Bool { unit.hasPrefix("share") }

  /// What may be said of an arm beside its reference.
  func verdict(_ difference: ReportData.Seeds.Difference, name: String, first: String) -> String {
    if difference.isEqualThroughout { return "\(name) and \(first) are equal in every seed" }
    guard difference.isDecided else {
      return "not decided between \(name) and \(first)"
    }
    return difference.isMore == moreIsBetter
      ? "\(name) is better than \(first)"
      : "\(first) is better than \(name)"
  }

  /// The mean of an arm over the seeds, with its t interval; nil for an arm without this measure. No interval where
  /// what is asked emerges abruptly, and where all runs have one value.
  func mean(_ arm: Int) -> Measured? {
    let values = PairedComparison(differences: self.values[arm])
    guard !values.differences.isEmpty else { return nil }
    let interval = learntFrom == nil ? values.interval() : nil
    return Measured(values.mean, interval: isShare ? interval?.within(0...1) : interval)
  }
}
