/// Random numbers that are a pure function of a seed (SplitMix64).
///
/// - Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// The stream of `seed` for the use called `name`.
  init(seed: UInt64, name: String) {
    state = seed ^ hashed(name)
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return mixed(state)
  }

  /// A number in 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in 0 ..< `count`, of which there must be one.
  mutating func below(_ count: Int) -> Int { Int(unit() * Double(count)) }
}

/// The finaliser of SplitMix64: every bit of the input reaches every bit of the output.
private func mixed(_ value: UInt64) -> UInt64 {
  var bits = value
  bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
  bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
  return bits ^ (bits >> 31)
}

/// A hash of text that is the same in every process (FNV-1a, then mixed).
func hashed(_ text: String) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  return mixed(hash)
}
