/// A confidence interval, 95 % unless the text next to it says otherwise.
public struct Interval: Codable, Sendable, Equatable {
  /// Lower end.
  public var low: Double
  /// Upper end.
  public var high: Double

  /// Creates an interval.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// Wilson's 95 % score interval of a proportion.
  /// - Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
  public static func wilson(correct: Int, of count: Int) -> Interval {
    wilson(share: Double(correct) / Double(max(1, count)), of: Double(count))
  }
}

/// A number with its interval, where one is known.
public struct Measured: Codable, Sendable, Equatable {
  /// The number.
  public var value: Double
  /// Its 95 % interval.
  public var interval: Interval?

  /// Creates a measured number.
  public init(_ value: Double, interval: Interval? = nil) {
    self.value = value
    self.interval = interval
  }

  /// A fraction of right answers with its Wilson interval; NaN of none.
  public static func share(correct: Int, of count: Int) -> Measured {
    Measured(
      count == 0 ? .nan : Double(correct) / Double(count),
      interval: .wilson(correct: correct, of: count))
  }
}

extension Interval {
  /// The part of the interval in which the true value can lie at all.
  package func within(_ possible: ClosedRange<Double>) -> Interval {
    func cut(_ value: Double) -> Double { min(max(value, possible.lowerBound), possible.upperBound) }
    return Interval(low: cut(low), high: cut(high))
  }
}

extension Measured {
  /// The same of something that cannot be below 0: its interval ends there.
  package var notNegative: Measured {
    Measured(value, interval: interval?.within(0...Double.infinity))
  }
}
