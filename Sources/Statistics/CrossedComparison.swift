/// What differences say that were measured on the same items with every seed: a table, `[seeds][items]`.
///
/// Such a mean would come out otherwise with other seeds, and otherwise with other items. The t interval over
/// seeds holds for these items; this one holds for other items of the same sort, too. It takes every cell for a
/// sum of a part of its seed, a part of its item and a rest, all drawn at random.
///
/// - Source: Clark, "The language-as-fixed-effect fallacy", 1973; mean squares: Cornfield and Tukey, "Average
///   values of mean squares in factorials", 1956; degrees of freedom: Satterthwaite, "An approximate
///   distribution of estimates of variance components", 1946.
public struct CrossedComparison: Sendable {
  /// The mean of all cells; items count by their weight.
  public let mean: Double
  /// The variance of ``mean`` by what it comes from; none is below 0.
  public let variance: Parts
  /// Degrees of freedom of the interval.
  public let freedom: Double
  /// The squared standard error of ``mean``.
  private let squaredError: Double

  /// Parts of a variance.
  public struct Parts: Codable, Sendable, Equatable {
    /// From which seeds were drawn: what more seeds would lessen.
    public var seeds: Double
    /// From the choice of items: more items would lower it.
    public var items: Double
    /// From what each seed makes of each item.
    public var rest: Double
  }

  /// The comparison of a table.
  ///
  /// - Parameters:
  ///   - differences: `[seeds][items]`.
  ///   - weights: `[items]`, above 0, such as the bytes of windows whose bits are the differences: the mean
  ///     is then per unit of weight. nil: all are 1.
  /// - Returns: nil for fewer than two seeds or two items, or a table with holes.
  public init?(_ differences: [[Double]], weights: [Double]? = nil) {
    let (seeds, items) = (differences.count, differences.first?.count ?? 0)
    guard seeds > 1, items > 1, differences.allSatisfy({ $0.count == items }) else { return nil }
    let weights = weights ?? [Double](repeating: 1, count: items)
    precondition(weights.count == items, "weights: expected [\(items)], actual [\(weights.count)]")
    let (s, n) = (Double(seeds), Double(items))
    let weight = weights.reduce(0, +) / n
    let mean = differences.joined().reduce(0, +) / (s * n * weight)
    // A ratio of sums: what a cell deviates by, per mean weight.
    let cells = differences.map { row in zip(row, weights).map { ($0 - mean * $1) / weight } }
    let bySeed = cells.map { $0.reduce(0, +) / n }
    let byItem = (0..<items).map { item in cells.reduce(0) { $0 + $1[item] } / s }
    func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
    var left = 0.0
    for seed in 0..<seeds {
      for item in 0..<items {
        let rest = cells[seed][item] - bySeed[seed] - byItem[item]
        left += rest * rest
      }
    }
    let ofSeeds = n * squares(bySeed) / (s - 1)
    let ofItems = s * squares(byItem) / (n - 1)
    let ofRest = left / ((s - 1) * (n - 1))
    // The rest is in both of the first two, so it counts once too often; never less than either alone.
    let both = ofSeeds + ofItems - ofRest
    let largest = max(ofSeeds, ofItems, both)
    self.mean = mean
    squaredError = largest / (s * n)
    variance = Parts(
      seeds: max(0, ofSeeds - ofRest) / (s * n), items: max(0, ofItems - ofRest) / (s * n),
      rest: ofRest / (s * n))
    let perFreedom =
      ofSeeds * ofSeeds / (s - 1) + ofItems * ofItems / (n - 1) + ofRest * ofRest / ((s - 1) * (n - 1))
    freedom = perFreedom > 0 ? max(1, largest * largest / perFreedom) : s - 1
  }

  /// The interval that covers the mean over all seeds and all items of the sort in `coverage` of all
  /// repetitions, for normal parts; nil where no part varies, up to rounding: an interval of width 0 would claim to
  /// know what was only seen a few times.
  public func interval(coverage: Double = 0.95) -> Interval? {
    guard squaredError.squareRoot() > 1e-12 * abs(mean) else { return nil }
    let half = StudentT(freedom: freedom).quantile(coverage: coverage) * squaredError.squareRoot()
    return Interval(low: mean - half, high: mean + half)
  }
}
