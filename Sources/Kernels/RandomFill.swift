import Foundation

/// Normally distributed values, each a pure function of the key and its index.
///
/// Four neighbours share a Philox counter, whose words make two pairs by Box and Muller. A value beyond
/// the truncation is redrawn from counters of its own.
///
/// - Parameter truncatedAt: the largest distance from the mean, in deviations; nil for no limit.
/// - Source: Box and Muller, 1958.
public func fillNormal(
  _ pool: ThreadPool, count: Int, _ y: UnsafeMutablePointer<Float>, key: PhiloxKey, mean: Float,
  deviation: Float, truncatedAt: Float?
) {
  let target = Shared(y)
  forEachChunk(pool, count: count) { range in
    // Chunks begin at multiples of four.
    for first in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
      let words = philox(Reference.counter(first / 4), key: key)
      let (a, b) = normalPair(words[0], words[1])
      let (c, d) = normalPair(words[2], words[3])
      let four = SIMD4(a, b, c, d)
      for lane in 0..<min(4, range.upperBound - first) {
        var value = four[lane]
        if let limit = truncatedAt {
          var attempt: UInt32 = 1
          while abs(value) > limit {
            let again = philox(Reference.counter(first + lane, attempt), key: key)
            value = normalPair(again[0], again[1]).0
            attempt += 1
          }
        }
        target.value[first + lane] = mean + deviation * value
      }
    }
  }
}

/// Two independent normal numbers from two words.
@inline(__always)
private func normalPair(_ first: UInt32, _ second: UInt32) -> (Float, Float) {
  // In the open interval (0, 1), so that the logarithm is finite.
  let uniform = (Float(first >> 9) + 0.5) * 0x1p-23
  let radius = (-2 * log(uniform)).squareRoot()
  let angle = Float(second >> 8) * (0x1p-23 * Float.pi)
  return (radius * cos(angle), radius * sin(angle))
}

/// Uniformly distributed values in `low ..< high`, each a pure function of the key and its index.
public func fillUniform(
  _ pool: ThreadPool, count: Int, _ y: UnsafeMutablePointer<Float>, key: PhiloxKey, low: Float, high: Float
) {
  let target = Shared(y)
  forEachChunk(pool, count: count) { range in
    for first in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
      let words = philox(Reference.counter(first / 4), key: key)
      for lane in 0..<min(4, range.upperBound - first) {
        target.value[first + lane] = low + (high - low) * (Float(words[lane] >> 8) * 0x1p-24)
      }
    }
  }
}
