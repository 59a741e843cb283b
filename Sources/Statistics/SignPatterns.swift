/// Random signs, from a fixed seed: sampled tests give the same answer every time.
///
/// - Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014 (SplitMix64).
struct SignPatterns {
  private var state: UInt64 = 0x5167_6E46_6C69_7073
  private var bits: UInt64 = 0
  private var left = 0

  /// 1 or −1.
  mutating func next() -> Double {
    if left == 0 {
      state &+= 0x9E37_79B9_7F4A_7C15
      bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      bits ^= bits >> 31
      left = 64
    }
    defer {
      bits >>= 1
      left -= 1
    }
    return bits & 1 == 0 ? 1 : -1
  }
}
