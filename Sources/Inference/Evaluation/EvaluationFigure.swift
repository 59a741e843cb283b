import Statistics

/// A number that an evaluation found.
public struct EvaluationFigure: Codable, Sendable, Equatable {
  /// What was measured, such as `bits per byte`.
  public var name: String
  /// The number; a proportion lies between 0 and 1.
  public var value: Double
  /// What it is counted in; `share` for a proportion of right answers, empty for a plain number.
  public var unit: String
  /// The lower end of its 95 % interval; nil where none is known.
  public var low: Double?
  /// The upper end.
  public var high: Double?
  /// Questions, tokens or texts that it was measured on.
  public var count: Int
  /// Whether more is better; nil where neither direction is, so that the figure cannot decide a comparison.
  public var moreIsBetter: Bool?

  /// A number.
  public init(
    _ name: String, _ value: Double, unit: String = "", low: Double? = nil, high: Double? = nil, count: Int,
    moreIsBetter: Bool? = nil
  ) {
    self.name = name
    self.value = value
    self.unit = unit
    self.low = low
    self.high = high
    self.count = count
    self.moreIsBetter = moreIsBetter
  }

  /// A proportion of right answers with its interval; more is better.
  public init(_ name: String, _ share: Measured, count: Int) {
    self.init(
      name, share.value, unit: Self.share, low: share.interval?.low, high: share.interval?.high, count: count,
      moreIsBetter: true)
  }

  /// The unit of proportions.
  public static let share = "share"

  /// The number with its interval.
  public var measured: Measured {
    Measured(value, interval: low.flatMap { low in high.map { Interval(low: low, high: $0) } })
  }
}
