/// The key of one stream of random numbers.
public struct PhiloxKey: Sendable, Hashable {
  /// The first word.
  public let low: UInt32
  /// The second word.
  public let high: UInt32

  /// A key from its two words.
  public init(low: UInt32, high: UInt32) {
    self.low = low
    self.high = high
  }
}

/// The Philox counter of a draw: its index, and which attempt this is where values are redrawn.
@inlinable
package func philoxCounter(_ index: Int, _ attempt: UInt32 = 0) -> SIMD4<UInt32> {
  SIMD4(
    UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), attempt,
    attempt == 0 ? 0 : 1)
}

/// Four random words for a counter: a bijection of the counters for each key, so any part of a stream
/// is computed without its beginning, on any thread.
///
/// - Source: Philox4x32-10; Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.
@inlinable
package func philox(_ counter: SIMD4<UInt32>, key: PhiloxKey) -> SIMD4<UInt32> {
  var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
  var (low, high) = (key.low, key.high)
  for _ in 0..<10 {
    let first = UInt64(0xD251_1F53) &* UInt64(c0)
    let second = UInt64(0xCD9E_8D57) &* UInt64(c2)
    (c0, c1, c2, c3) = (
      UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ low, UInt32(truncatingIfNeeded: second),
      UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ high, UInt32(truncatingIfNeeded: first)
    )
    low = low &+ 0x9E37_79B9
    high = high &+ 0xBB67_AE85
  }
  return SIMD4(c0, c1, c2, c3)
}

/// Philox for eight neighbouring counters, whose last two words are 0: the words of counter
/// `8·group + i` are lane `i` of the four results.
@inline(__always)
func philox8(group: Int, key: PhiloxKey)
  -> (SIMD8<UInt32>, SIMD8<UInt32>, SIMD8<UInt32>, SIMD8<UInt32>)
{
  // A group's counters differ in the low three bits only.
  let counter = UInt64(group) &* 8
  // Words live in the low halves of 64-bit lanes, as the vector unit multiplies them. What gathers in
  // the high halves never reaches a product, and is cut off at the end.
  let mask = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
  var c0 = SIMD8<UInt64>(repeating: counter & 0xFFFF_FFFF) | SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
  var c1 = SIMD8<UInt64>(repeating: counter >> 32)
  var c2 = SIMD8<UInt64>(repeating: 0)
  var c3 = SIMD8<UInt64>(repeating: 0)
  var (low, high) = (key.low, key.high)
  for _ in 0..<10 {
    let product0 = (c0 & mask) &* SIMD8(repeating: 0xD251_1F53)
    let product2 = (c2 & mask) &* SIMD8(repeating: 0xCD9E_8D57)
    c0 = (product2 &>> 32) ^ c1 ^ SIMD8(repeating: UInt64(low))
    c1 = product2
    c2 = (product0 &>> 32) ^ c3 ^ SIMD8(repeating: UInt64(high))
    c3 = product0
    low = low &+ 0x9E37_79B9
    high = high &+ 0xBB67_AE85
  }
  return (
    SIMD8(truncatingIfNeeded: c0), SIMD8(truncatingIfNeeded: c1), SIMD8(truncatingIfNeeded: c2),
    SIMD8(truncatingIfNeeded: c3)
  )
}
