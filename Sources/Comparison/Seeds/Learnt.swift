import Statistics

extension ReportData.Seeds.Learnt {
  /// The runs among some values that learned what is asked.
  init(_ values: [Double], from least: Double) {
    let count = values.count { $0 >= least }
    self.init(
      count: count, seeds: values.count, interval: .clopperPearson(correct: count, of: values.count))
  }

  /// The fraction of runs that learned it.
  var share: Double { Double(count) / Double(max(1, seeds)) }

  /// The difference of two shares, with an interval that covers in at least 95 % of all repetitions however the
  /// models' runs hang together: each share's Clopper-Pearson interval at 97.5 %, and by Bonferroni both hold.
  static func difference(_ arm: Self, _ other: Self) -> Measured {
    let (left, right) = (arm.wide, other.wide)
    return Measured(
      arm.share - other.share, interval: Interval(low: left.low - right.high, high: left.high - right.low))
  }

  private var wide: Interval { .clopperPearson(correct: count, of: seeds, coverage: 0.975) }
}

extension ReportData.Seeds.Measure {
  /// How many of a model's runs learned what is asked; nil where that is learned gradually, and for an arm without this
  /// measure.
  func learnt(_ arm: Int) -> ReportData.Seeds.Learnt? {
    guard let learntFrom, !values[arm].isEmpty else { return nil }
    return .init(values[arm], from: learntFrom)
  }
}
