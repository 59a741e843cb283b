/// An exponential moving average, corrected for its start as Adam's are (Kingma and Ba 2015, section 3): after one value
/// it is that value, and the first values do not weigh more than later ones.
struct MovingAverage {
  private static let decay = 0.95
  private var sum = 0.0
  private var weight = 0.0

  /// The average; NaN before the first value.
  var value: Double { sum / weight }

  /// Counts one more value.
  mutating func add(_ value: Double) {
    sum = Self.decay * sum + (1 - Self.decay) * value
    weight = Self.decay * weight + (1 - Self.decay)
  }
}
