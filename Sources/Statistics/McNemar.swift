import Foundation

/// The probability that two models equally often right differ so much on texts that only one of them gets
/// right: exact and two-sided.
///
/// - Parameters:
///   - left: texts that only the one got right.
///   - right: texts that only the other got right.
/// - Source: McNemar, "Note on the sampling error of the difference between correlated proportions", 1947.
package func mcNemar(_ left: Int, _ right: Int) -> Double {
  let (count, few) = (left + right, min(left, right))
  guard left != right else { return 1 }
  // Of log-gammas, for the binomials of many texts are larger than any Double.
  func logarithm(_ k: Int) -> Double {
    lgamma(Double(count) + 1) - lgamma(Double(k) + 1) - lgamma(Double(count - k) + 1)
      - Double(count) * log(2.0)
  }
  return min(1, 2 * (0...few).reduce(0) { $0 + exp(logarithm($1)) })
}
