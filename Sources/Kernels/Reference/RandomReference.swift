extension Reference {
  /// The Philox counter of a draw.
  @inlinable
  static func counter(_ index: Int, _ attempt: UInt32 = 0) -> SIMD4<UInt32> {
    SIMD4(
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), attempt,
      attempt == 0 ? 0 : 1)
  }

  /// Normal values of mean 0 and deviation 1, redrawn beyond `limit`.
  @inlinable
  public static func normal<T: ReferenceNumber>(count: Int, key: PhiloxKey, limit: T?) -> [T] {
    func pair(_ first: UInt32, _ second: UInt32) -> (T, T) {
      let radius = (-2 * T.log((T(first >> 9) + T(0.5)) / T(1 << 23))).squareRoot()
      let angle = T(second >> 8) / T(1 << 23) * T.pi
      return (radius * T.cos(angle), radius * T.sin(angle))
    }
    return (0..<count).map { index in
      let words = philox(counter(index / 4), key: key)
      let two = index % 4 < 2 ? pair(words[0], words[1]) : pair(words[2], words[3])
      var value = index % 2 == 0 ? two.0 : two.1
      var attempt: UInt32 = 1
      while let limit, value.magnitude > limit {
        let again = philox(counter(index, attempt), key: key)
        value = pair(again[0], again[1]).0
        attempt += 1
      }
      return value
    }
  }

  /// Uniform values in `low ..< high`.
  @inlinable
  public static func uniform<T: ReferenceNumber>(count: Int, key: PhiloxKey, low: T, high: T) -> [T] {
    (0..<count).map { index in
      low + (high - low) * (T(philox(counter(index / 4), key: key)[index % 4] >> 8) / T(1 << 24))
    }
  }
}
