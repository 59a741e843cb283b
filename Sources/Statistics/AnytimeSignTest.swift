import Foundation

/// An anytime-valid sign test, which may be evaluated after every pair: it stops as soon as it decides, and is still
/// wrong as seldom as it says.
///
/// A bettor who does not believe that both signs are equally probable bets on the next one, at fair odds: a
/// quarter of the stake on all being positive, a quarter on all being negative, and half spread evenly over all
/// probabilities of a positive sign. If the signs are fair, the wealth ever reaches 20 times the stake with a
/// probability of at most 1/20, however often one looks. Six pairs of one sign reach it, as they do in the
/// sign-flip test with a fixed number of seeds.
///
/// - Source: Ville, "Étude critique de la notion de collectif", 1939; Robbins, "Statistical methods related to
///   the law of the iterated logarithm", 1970; Ramdas et al., "Game-theoretic statistics and safe
///   anytime-valid inference", 2023.
package struct AnytimeSignTest: Sendable {
  /// Positive differences so far.
  package private(set) var positive = 0
  /// Negative differences so far; a difference of 0 says nothing and is in neither.
  package private(set) var negative = 0
  /// The most that the wealth ever was, in stakes.
  private var most = 1.0
  /// What the signs pointed to when the wealth was largest: 1 for more positive ones, −1 for more negative ones, 0
  /// before the wealth ever rose above its stake.
  package private(set) var direction = 0

  /// A test that has seen nothing.
  package init() {}

  /// The test of differences in the order in which they were measured.
  package init(_ differences: some Sequence<Double>) {
    for difference in differences { add(difference) }
  }

  /// Takes one more difference.
  package mutating func add(_ difference: Double) {
    if difference > 0 { positive += 1 }
    if difference < 0 { negative += 1 }
    let wealth = wealth
    guard wealth > most else { return }
    most = wealth
    direction = (positive - negative).signum()
  }

  /// What a stake of 1 has become.
  package var wealth: Double {
    let count = positive + negative
    // 2ⁿ times the mean over all probabilities θ of θ^positive · (1 − θ)^negative, factor by factor.
    var spread = 1 / Double(count + 1)
    for factor in 0..<count {
      let other = factor - negative + 1
      spread *= other > 0 ? 2 * Double(other) / Double(factor + 1) : 2
    }
    let sure = positive == 0 || negative == 0 ? exp2(Double(count)) : 0
    // Nothing seen: both sure bets are at their stakes.
    return spread / 2 + sure / (count == 0 ? 2 : 4)
  }

  /// A p-value that holds whenever one looks.
  package var probability: Double { min(1, 1 / most) }

  /// The least p-value that so many further differences could lead to: all of one sign, whichever leads further.
  package func minProbability(after further: Int) -> Double {
    let ends = [1.0, -1].map { sign in
      var test = self
      for _ in 0..<max(0, further) { test.add(sign) }
      return test.probability
    }
    return min(ends[0], ends[1])
  }

  /// The fewest pairs with which so many tests can all decide at the 5 % level, if all pairs have one sign.
  package static func minPairs(tests: Int) -> Int {
    (1...).first { count in
      AnytimeSignTest((0..<count).map { _ in 1 }).probability * Double(tests) <= 0.05
    } ?? 1
  }

  /// An interval for the median difference that holds whenever one looks: all values from which the differences
  /// do not depart to one side.
  ///
  /// - Returns: nil where one end is still open.
  package static func interval(_ differences: [Double], coverage: Double = 0.95) -> Interval? {
    let ends = Set(differences).sorted()
    func accepts(_ value: Double) -> Bool {
      AnytimeSignTest(differences.map { $0 - value }).probability > 1 - coverage
    }
    guard let least = ends.first, let largest = ends.last, !accepts(least.nextDown), !accepts(largest.nextUp)
    else { return nil }
    // Between two neighbours the test is the same for every value; at one of them, which then says nothing, it may be
    // another.
    let accepted =
      zip(ends, ends.dropFirst()).filter { accepts(($0 + $1) / 2) }.flatMap { [$0, $1] }
      + ends.filter(accepts)
    guard let low = accepted.min(), let high = accepted.max() else { return nil }
    return Interval(low: low, high: high)
  }
}
