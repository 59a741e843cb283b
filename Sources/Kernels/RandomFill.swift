/// Normally distributed values, each a pure function of the key and its index.
///
/// Four neighbours share a Philox counter, whose words make two pairs by Box and Muller. A value beyond
/// the truncation is redrawn from counters of its own.
///
/// - Parameter truncatedAt: the largest distance from the mean, in deviations; nil for no limit.
/// - Source: Box and Muller, 1958.
package func fillNormal(
  _ pool: ThreadPool, count: Int, _ y: UnsafeMutablePointer<Float>, key: PhiloxKey, mean: Float,
  deviation: Float, truncatedAt: Float?
) {
  let target = Shared(y)
  forEachChunk(pool, count: count) { range in
    // Eight counters at a time make 32 values; chunks begin at multiples of that.
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 32) { block in
      guard let drawn = block.baseAddress else { return }
      for first in stride(from: range.lowerBound, to: range.upperBound, by: 32) {
        let words = philox8(group: first / 32, key: key)
        let (a, b) = normalPairs(words.0, words.1)
        let (c, d) = normalPairs(words.2, words.3)
        store(a, drawn)
        store(b, drawn + 8)
        store(c, drawn + 16)
        store(d, drawn + 24)
        let values = target.value + first
        for place in 0..<min(32, range.upperBound - first) {
          // A lane's four values are neighbours.
          let value = drawn[(place & 3) << 3 | place >> 2]
          values[place] =
            mean + deviation * redrawn(value, at: first + place, key: key, truncatedAt: truncatedAt)
        }
      }
    }
  }
}

/// The value, or the first of the draws of its own that lies within the limit.
@inline(__always)
private func redrawn(_ value: Float, at index: Int, key: PhiloxKey, truncatedAt limit: Float?) -> Float {
  guard let limit else { return value }
  var value = value
  var attempt: UInt32 = 1
  while abs(value) > limit {
    let again = philox(philoxCounter(index, attempt), key: key)
    value = normalPairs(SIMD8(repeating: again[0]), SIMD8(repeating: again[1])).0[0]
    attempt += 1
  }
  return value
}

/// Two independent normal numbers a lane from two words a lane: the radius from the first, the angle
/// from the second.
@inline(__always)
private func normalPairs(_ first: SIMD8<UInt32>, _ second: SIMD8<UInt32>) -> (Lanes, Lanes) {
  // In the open interval (0, 1), so that the logarithm is finite.
  let radius = squareRoot(logarithm((fraction(first) + 0x1p-24)) * -2)
  // The upper bit turns by half a circle, the next 23 within it, seen from its middle.
  let (sine, cosine) = sineAndCosine(halfTurns: fraction(second &<< 1) - 0.5)
  let sign = second & 0x8000_0000
  return (turning(radius * -sine, sign: sign), turning(radius * cosine, sign: sign))
}

/// Uniformly distributed values in `low ..< high`, each a pure function of the key and its index.
package func fillUniform(
  _ pool: ThreadPool, count: Int, _ y: UnsafeMutablePointer<Float>, key: PhiloxKey, low: Float, high: Float
) {
  let target = Shared(y)
  forEachChunk(pool, count: count) { range in
    for first in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
      let words = philox(philoxCounter(first / 4), key: key)
      for lane in 0..<min(4, range.upperBound - first) {
        target.value[first + lane] = low + (high - low) * (Float(words[lane] >> 8) * 0x1p-24)
      }
    }
  }
}
