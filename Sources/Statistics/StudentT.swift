import Foundation

/// Student's t distribution: what a mean of few measurements is off by, in units of its own estimate.
///
/// - Source: Student, "The probable error of a mean", 1908.
package struct StudentT: Sendable {
  /// Degrees of freedom.
  package let freedom: Double

  /// The distribution with `freedom` degrees of freedom, at least 1.
  package init(freedom: Int) { self.init(freedom: Double(freedom)) }

  /// The distribution with an estimate of degrees of freedom, which need not be whole; at least 1.
  package init(freedom: Double) {
    precondition(freedom >= 1, "Student's t needs a degree of freedom, \(freedom) given")
    self.freedom = freedom
  }

  /// The probability of a value further from 0 than `t` on either side.
  package func twoSided(_ t: Double) -> Double {
    guard t.isFinite else { return t.isNaN ? .nan : 0 }
    return regularisedBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
  }

  /// The `t` that is exceeded on either side with probability 1 − `coverage`, 0 < `coverage` < 1.
  package func quantile(coverage: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while twoSided(high) > 1 - coverage { high *= 2 }
    for _ in 0..<200 where high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if twoSided(middle) > 1 - coverage { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
