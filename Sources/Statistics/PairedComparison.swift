import Foundation

/// What a few paired measurements say about a difference.
///
/// A statement about two architectures has the seed as its unit: each pair is one seed's two models, on the
/// same data in the same order. A statement about given models may have items or windows as its unit, and
/// must then be labelled as one about these models.
public struct PairedComparison: Sendable {
  /// The differences, one a pair.
  public let differences: [Double]

  /// The comparison of `left` and `right`, pair by pair: `left − right`.
  public init(_ left: [Double], _ right: [Double]) {
    precondition(left.count == right.count, "pairs: \(left.count) left, \(right.count) right")
    differences = zip(left, right).map { $0 - $1 }
  }

  /// The comparison of differences that were taken already.
  public init(differences: [Double]) { self.differences = differences }

  /// The mean difference; NaN of none.
  public var mean: Double { differences.reduce(0, +) / Double(differences.count) }

  /// The interval that covers the true mean in `coverage` of all repetitions, for normal differences; nil for
  /// fewer than two pairs, and where all differences are equal up to rounding: an interval of width 0 would claim to
  /// know what was only seen a few times.
  ///
  /// Not a bootstrap: over five pairs its percentile interval covers 84 % instead of 95 %.
  public func interval(coverage: Double = 0.95) -> Interval? {
    guard differences.count > 1, !isConstant else { return nil }
    let half = StudentT(freedom: differences.count - 1).quantile(coverage: coverage) * standardError
    return Interval(low: mean - half, high: mean + half)
  }

  /// The probability of a mean as far from 0 if every difference had a random sign, by ``SignFlipTest``; nil for
  /// no differences, and where one is not finite.
  ///
  /// With n pairs it cannot be below 2/2ⁿ: five pairs never reach 0.05.
  public var signFlip: Double? { SignFlipTest(differences)?.probability }

  /// The middle difference, of an even number the mean of the two in the middle; NaN of none.
  public var median: Double {
    guard !differences.isEmpty else { return .nan }
    let (sorted, half) = (differences.sorted(), differences.count / 2)
    return differences.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }

  /// Whether the differences are one number, up to rounding.
  private var isConstant: Bool {
    guard let least = differences.min(), let largest = differences.max() else { return true }
    return largest - least <= 1e-12 * max(abs(least), abs(largest))
  }

  private var standardError: Double {
    let count = Double(differences.count)
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / (count - 1) / count).squareRoot()
  }
}

/// Probabilities of several tests, corrected so that one false alarm among all of them stays as improbable as
/// one test's: in the order given.
///
/// - Source: Holm, "A simple sequentially rejective multiple test procedure", 1979.
public func holm(_ probabilities: [Double]) -> [Double] {
  var corrected = probabilities
  var least = 0.0
  let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
  for (rank, index) in order.enumerated() {
    least = max(least, min(1, probabilities[index] * Double(probabilities.count - rank)))
    corrected[index] = least
  }
  return corrected
}
