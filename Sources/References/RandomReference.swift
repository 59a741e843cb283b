import Kernels

extension Reference {
  /// Normal values of mean 0 and deviation 1, redrawn beyond `limit`.
  @inlinable
  public static func normal<T: ReferenceNumber>(count: Int, key: PhiloxKey, limit: T?) -> [T] {
    func pair(_ first: UInt32, _ second: UInt32) -> (T, T) {
      let radius = (-2 * T.log((T(first >> 9) + T(0.5)) / T(1 << 23))).squareRoot()
      let angle = T(second >> 8) / T(1 << 23) * T.pi
      return (radius * T.cos(angle), radius * T.sin(angle))
    }
    return (0..<count).map { index in
      let words = philox(philoxCounter(index / 4), key: key)
      let two = index % 4 < 2 ? pair(words[0], words[1]) : pair(words[2], words[3])
      var value = index % 2 == 0 ? two.0 : two.1
      var attempt: UInt32 = 1
      while let limit, value.magnitude > limit {
        let again = philox(philoxCounter(index, attempt), key: key)
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
      low + (high - low) * (T(philox(philoxCounter(index / 4), key: key)[index % 4] >> 8) / T(1 << 24))
    }
  }
}
