/// Two accuracies on the same questions.
///
/// Only questions that one of the two answers right and the other wrong tell them apart. Where there are few of those,
/// a t interval over questions is far too short, and of width 0 where there is none: with 2 % such questions among 60
/// it covers the true difference in 70 % of all repetitions, and two models that err alike would be called equal for
/// certain.
public struct PairedShares: Sendable {
  /// Number of questions.
  public let count: Int
  /// Questions that only the left one answers right.
  public let onlyLeft: Int
  /// Questions that only the right one answers right.
  public let onlyRight: Int

  /// The answers of both, question by question.
  public init(_ left: [Bool], _ right: [Bool]) {
    precondition(left.count == right.count, "answers: \(left.count) left, \(right.count) right")
    count = left.count
    onlyLeft = zip(left, right).count { $0 && !$1 }
    onlyRight = zip(left, right).count { !$0 && $1 }
  }

  /// The same from counts.
  init(count: Int, onlyLeft: Int, onlyRight: Int) {
    (self.count, self.onlyLeft, self.onlyRight) = (count, onlyLeft, onlyRight)
  }

  /// The left accuracy minus the right one with its 95 % interval, which is never of width 0; NaN for no questions.
  ///
  /// The interval is Wald's with one question more of each of the two sorts that tell the two apart.
  ///
  /// - Source: Bonett and Price, "Adjusted Wald confidence interval for a difference of binomial proportions based on
  ///   paired data", 2012.
  public var difference: Measured {
    guard count > 0 else { return Measured(.nan) }
    let size = Double(count + 2)
    let (left, right) = (Double(onlyLeft + 1) / size, Double(onlyRight + 1) / size)
    let centre = left - right
    let half = 1.959963984540054 * ((left + right - centre * centre) / size).squareRoot()
    return Measured(
      Double(onlyLeft - onlyRight) / Double(count),
      interval: Interval(low: centre - half, high: centre + half).within(-1...1))
  }
}

extension Measured {
  /// The difference of two accuracies on the same questions, where questions about one text are dependent,
  /// with its 95 % interval, which is never of width 0; NaN for no questions.
  ///
  /// The t interval of the ratio of two sums over texts, with two texts more, as in ``PairedShares``: of one mean
  /// length each, all of one right on the left alone, all of the other on the right alone.
  ///
  /// - Parameters:
  ///   - sums: for each text, the left one's right answers less the right one's.
  ///   - counts: for each text, its questions; texts without any do not count.
  /// - Source: ratios: Cochran, "Sampling techniques", 1977, chapter 6; the two more: Bonett and Price, 2012.
  package static func difference(sums: [Double], counts: [Int]) -> Measured {
    precondition(sums.count == counts.count, "\(sums.count) sums of \(counts.count) texts")
    let asked = counts.indices.filter { counts[$0] > 0 }
    guard !asked.isEmpty else { return Measured(.nan) }
    let questions = Double(counts.reduce(0, +))
    let length = questions / Double(asked.count)
    let all = asked.map { sums[$0] } + [length, -length]
    let lengths = asked.map { Double(counts[$0]) } + [length, length]
    let ratio = all.reduce(0, +) / lengths.reduce(0, +)
    let parts = zip(all, lengths).map { ratio + ($0 - ratio * $1) / length }
    return Measured(
      asked.reduce(0) { $0 + sums[$1] } / questions,
      interval: PairedComparison(differences: parts).interval()?.within(-1...1))
  }
}
