import Foundation

/// The regularised incomplete beta function I_x(a, b).
func regularisedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
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
