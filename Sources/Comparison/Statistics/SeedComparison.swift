/// Puts the measures of several seeds together: every arm against the first.
///
/// The first measure is the question, and its tests are a family of their own; those of all other measures
/// are another. Without that, looking at more measures would make the question undecidable.
enum SeedComparison {
  /// A measure before it is compared.
  struct Measure {
    let name: String
    let unit: String
    let moreIsBetter: Bool
    /// `[arms][seeds]`.
    let values: [[Double]]
  }

  /// - Parameter measures: the primary one first; `[arms][seeds]` of one shape.
  static func make(_ measures: [Measure], seeds: Int) -> ReportData.Seeds {
    let pairs = measures.map { measure in
      measure.values.dropFirst().map { PairedComparison($0, measure.values[0]) }
    }
    func family(_ pairs: some Sequence<[PairedComparison]>) -> [Double] {
      holm(pairs.flatMap { $0.map { $0.signFlip ?? 1 } })
    }
    let corrected = family(pairs.prefix(1)) + family(pairs.dropFirst())
    var next = corrected.makeIterator()
    return ReportData.Seeds(
      count: seeds,
      measures: zip(measures, pairs).map { measure, pairs in
        ReportData.Seeds.Measure(
          name: measure.name, unit: measure.unit, moreIsBetter: measure.moreIsBetter, values: measure.values,
          differences: pairs.enumerated().map { index, pair in
            ReportData.Seeds.Difference(
              arm: index + 1, mean: ReportData.Measured(pair.mean, interval: pair.interval()),
              signFlip: pair.signFlip, corrected: next.next())
          })
      })
  }
}

extension ReportData.Seeds.Measure {
  /// What may be said of an arm beside the first.
  func verdict(_ difference: ReportData.Seeds.Difference, name: String, first: String) -> String {
    guard let corrected = difference.corrected, corrected <= 0.05 else {
      return "not decidable between \(name) and \(first)"
    }
    return (difference.mean.value > 0) == moreIsBetter
      ? "\(name) is better than \(first)"
      : "\(first) is better than \(name)"
  }
}
