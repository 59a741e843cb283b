extension Interval {
  /// Clopper and Pearson's exact interval of a proportion: it covers the true proportion in at least `coverage` of
  /// all repetitions, however few there are, and is never of width 0.
  ///
  /// For few independent runs that either learned something or did not. Wilson's interval, which covers `coverage`
  /// on average, is for many items.
  ///
  /// - Parameters:
  ///   - correct: 0...`count`.
  ///   - count: the number of trials.
  ///   - coverage: above 0 and below 1.
  /// - Source: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
  ///   binomial", 1934.
  public static func clopperPearson(correct: Int, of count: Int, coverage: Double = 0.95) -> Interval {
    precondition(0 <= correct && correct <= max(0, count), "\(correct) of \(count)")
    let tail = (1 - coverage) / 2
    let (right, wrong) = (Double(correct), Double(count - correct))
    return Interval(
      low: correct == 0 ? 0 : betaQuantile(tail, right, wrong + 1),
      high: correct == count ? 1 : betaQuantile(1 - tail, right + 1, wrong))
  }
}

/// The x with I_x(a, b) = `probability`.
private func betaQuantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
  var (low, high) = (0.0, 1.0)
  while high - low > 1e-12 {
    let middle = (low + high) / 2
    if regularisedBeta(middle, a, b) < probability { low = middle } else { high = middle }
  }
  return (low + high) / 2
}
