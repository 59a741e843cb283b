import Foundation

/// Student's t distribution: what a mean of few measurements is off by, in units of its own estimate.
///
/// - Source: Student, "The probable error of a mean", 1908; the incomplete beta function by Lentz's continued
///   fraction: Press et al., "Numerical recipes", 6.4.
public struct StudentT: Sendable {
  /// Degrees of freedom.
  public let freedom: Double

  /// The distribution with `freedom` degrees of freedom, at least 1.
  public init(freedom: Int) { self.init(freedom: Double(freedom)) }

  /// The distribution with an estimate of degrees of freedom, which need not be whole; at least 1.
  public init(freedom: Double) {
    precondition(freedom >= 1, "Student's t needs a degree of freedom, \(freedom) given")
    self.freedom = freedom
  }

  /// The probability of a value further from 0 than `t` on either side.
  public func twoSided(_ t: Double) -> Double {
    guard t.isFinite else { return t.isNaN ? .nan : 0 }
    return regularisedBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
  }

  /// The `t` that is exceeded on either side with probability 1 − `coverage`, 0 < `coverage` < 1.
  public func quantile(coverage: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while twoSided(high) > 1 - coverage { high *= 2 }
    for _ in 0..<200 where high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if twoSided(middle) > 1 - coverage { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// The regularised incomplete beta function I_x(a, b).
private func regularisedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // The fraction converges fast below this point, and the function is symmetric about it.
  if x > (a + 1) / (a + b + 2) { return 1 - regularisedBeta(1 - x, b, a) }
  let logarithm = lgamma(a + b) - lgamma(a) - lgamma(b)
  let front = exp(logarithm + a * log(x) + b * log(1 - x)) / a
  let tiny = 1e-300
  func large(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var d = 1 / large(1 - (a + b) * x / (a + 1))
  var (c, fraction) = (1.0, d)
  for step in 1...500 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    let sum = (a + m) * (a + b + m)
    let odd = -sum * x / ((a + 2 * m) * (a + 2 * m + 1))
    for term in [even, odd] {
      d = 1 / large(1 + term * d)
      c = large(1 + term / c)
      fraction *= c * d
    }
    if abs(c * d - 1) < 1e-15 { break }
  }
  return front * fraction
}
