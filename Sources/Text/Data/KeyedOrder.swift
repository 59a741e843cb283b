/// Random numbers that depend on a seed, a name and an epoch alone.
///
/// - Source: SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct KeyedGenerator {
  private let key: UInt64
  private var counter: UInt64 = 0

  init(seed: UInt64, name: String, epoch: Int) {
    // FNV-1a over the name; then all three are mixed in turn.
    let named = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    key = scrambled(scrambled(scrambled(seed) ^ named) ^ UInt64(epoch))
  }

  /// A number below `bound`.
  mutating func next(below bound: Int) -> Int {
    counter &+= 1
    // The upper half of the product: its bias is below bound/2⁶⁴.
    return Int(scrambled(key &+ counter &* 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Puts elements into a random order (Fisher–Yates).
  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, next(below: last + 1))
    }
  }
}

/// The finishing step of SplitMix64: every input bit moves every output bit.
///
/// - Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
@inline(__always)
func scrambled(_ value: UInt64) -> UInt64 {
  var value = value &+ 0x9E37_79B9_7F4A_7C15
  value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
  value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
  return value ^ (value >> 31)
}
