/// Random operands that are the same in every run: a failure names its seed and can be repeated.
///
/// - Source: SplitMix64; Steele, Lea and Flood, 2014.
public struct RepeatableRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator for `seed`.
  public init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  public mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Numbers evenly spread over −scale to scale.
  public mutating func floats(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in (Float(next() >> 40) / Float(1 << 23) - 1) * scale }
  }

  /// A whole number in a range.
  public mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// One of several; there must be at least one.
  public mutating func choose<Choice>(_ choices: [Choice]) -> Choice {
    choices[integer(0...choices.count - 1)]
  }

  /// True or false.
  public mutating func flag() -> Bool { integer(0...1) == 1 }
}
