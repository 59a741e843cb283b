/// How probable a sum as far from 0 is if every difference had a random sign, two-sided.
///
/// Exact over all 2ⁿ sign patterns for up to 40 differences other than 0, by meeting in the middle: the sums of
/// either half of the differences are sorted, and pairs of sums that reach far enough are counted. Beyond that,
/// patterns are sampled with a fixed seed, and the observed one counts as one of them, so p is never 0.
///
/// - Source: Fisher, "The design of experiments", 1935; the halves: Horowitz and Sahni, "Computing
///   partitions with applications to the knapsack problem", 1974; sampled: Phipson and Smyth, "Permutation p-values
///   should never be zero", 2010.
public struct SignFlipTest: Sendable {
  /// The p-value: at least 2/2ⁿ where exact, 1 over one more than the number of draws where sampled.
  public let probability: Double
  /// How many patterns were drawn; nil: all were counted.
  package let draws: Int?

  /// The largest number of differences other than 0 for which all patterns are counted.
  package static let maxExact = 40
  /// Patterns that are drawn beyond that.
  package static let drawnPatterns = 99_999
  /// Sums that differ by less than this fraction of the largest possible one count as equal: rounding decides nothing.
  static let tolerance = 1e-12

  /// The test of differences; nil for none, and where one is not finite: then there is nothing to count.
  public init?(_ differences: [Double]) {
    guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
    let largest = differences.reduce(0) { max($0, abs($1)) }
    // Divided by a power of two, which rounds nothing: sums of the largest numbers stay finite.
    let scale = largest > 0 ? largest.binade : 1
    let sizes = differences.filter { $0 != 0 }.map { abs($0) / scale }
    let observed = abs(differences.reduce(0) { $0 + $1 / scale })
    let least = observed - Self.tolerance * sizes.reduce(0, +)
    guard least > 0 else {
      (probability, draws) = (1, nil)
      return
    }
    if sizes.count <= Self.maxExact {
      let half = sizes.count / 2
      let reached = Self.pairs(Self.sums(sizes[..<half]), Self.sums(sizes[half...]), reaching: least)
      // Both signs of the sum.
      probability = min(1, 2 * Double(reached) / Double(1 << sizes.count))
      draws = nil
    } else {
      var signs = SignPatterns()
      var reached = 0
      for _ in 0..<Self.drawnPatterns where abs(sizes.reduce(0) { $0 + signs.next() * $1 }) >= least {
        reached += 1
      }
      probability = Double(reached + 1) / Double(Self.drawnPatterns + 1)
      draws = Self.drawnPatterns
    }
  }

  /// The sums of all 2ⁿ sign patterns, the least first: with each value two sorted lists are merged.
  private static func sums(_ values: ArraySlice<Double>) -> [Double] {
    var sums = [0.0]
    for value in values {
      var next: [Double] = []
      next.reserveCapacity(2 * sums.count)
      var (low, high) = (0, 0)
      while low < sums.count {
        // The sum with the value taken away is always the lesser one of an entry, so `high` never runs ahead.
        if high < low, sums[high] + value <= sums[low] - value {
          next.append(sums[high] + value)
          high += 1
        } else {
          next.append(sums[low] - value)
          low += 1
        }
      }
      while high < sums.count {
        next.append(sums[high] + value)
        high += 1
      }
      sums = next
    }
    return sums
  }

  /// How many pairs of two sorted lists have a sum of at least that.
  private static func pairs(_ left: [Double], _ right: [Double], reaching least: Double) -> Int {
    var (count, first) = (0, right.count)
    for sum in left {
      while first > 0, sum + right[first - 1] >= least { first -= 1 }
      count += right.count - first
    }
    return count
  }
}
