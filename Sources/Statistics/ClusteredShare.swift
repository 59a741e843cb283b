extension Interval {
  /// Wilson's 95 % score interval of a proportion of `count` answers, which need not be a whole number.
  ///
  /// - Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
  package static func wilson(share: Double, of count: Double) -> Interval {
    guard count > 0 else { return Interval(low: 0, high: 1) }
    let z = 1.959963984540054
    let scale = 1 + z * z / count
    let centre = (share + z * z / (2 * count)) / scale
    let half = z / scale * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
    return Interval(low: max(0, centre - half), high: min(1, centre + half))
  }
}

extension Measured {
  /// The fraction of right answers where those about one sentence hang together.
  ///
  /// Wilson's interval over the effective number of answers: their number over the design effect, which is what
  /// the variance between sentences exceeds that of independent answers by; never more than there are. Where
  /// all answers are alike, no variance is seen, and a sentence counts as one answer.
  ///
  /// - Parameter clusters: for each answer, the sentence that it is about.
  /// - Source: design effect: Kish, "Survey sampling", 1965; with Wilson's interval: Dean and Pagano,
  ///   "Evaluating confidence interval methods for binomial proportions in clustered surveys", 2015.
  package static func share(right: [Bool], clusters: [Int]) -> Measured {
    precondition(right.count == clusters.count, "\(right.count) answers about \(clusters.count) sentences")
    let count = Double(right.count)
    guard count > 0 else { return Measured(.nan) }
    let share = Double(right.count { $0 }) / count
    var deviations: [Int: Double] = [:]
    for (right, cluster) in zip(right, clusters) {
      deviations[cluster, default: 0] += (right ? 1 : 0) - share
    }
    let sentences = Double(deviations.count)
    // Sorted: a sum in the order of a dictionary would have other bits in every process.
    let squares = deviations.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
    let independent = share * (1 - share) / count
    let clustered = sentences / max(1, sentences - 1) * squares / (count * count)
    let effective = independent > 0 ? min(count, count * independent / clustered) : sentences
    return Measured(share, interval: .wilson(share: share, of: effective))
  }
}
