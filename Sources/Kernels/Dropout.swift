/// A random mask over the elements of a tensor, a pure function of the element's index.
///
/// An element is kept when a 16-bit number drawn for its index is at least `rate·65536`, and is then
/// scaled by the inverse of the exact fraction that is kept. No mask is ever stored. Sixty-four neighbouring
/// elements share eight Philox counters in the order that vector registers like: element `8·v + lane` of
/// a group takes word `v / 2` of counter `lane`, its low half for even `v`, its high half for odd.
///
/// - Source: Srivastava et al., "Dropout", 2014.
public struct Dropout: Sendable, Equatable {
  /// The fraction of the elements that is zeroed, 0 to below 1.
  public let rate: Float
  /// The key of the random numbers.
  public let key: PhiloxKey
  /// The factor on what is kept.
  public let scale: Float

  /// Draws below this number are dropped.
  let threshold: UInt32

  /// How many neighbouring elements are drawn together.
  static let group = 64

  /// A mask of rate `rate` with random numbers from `key`.
  public init(rate: Float, key: PhiloxKey) {
    self.rate = rate
    self.key = key
    // At most 65,535, so that something is always kept.
    threshold = UInt32(min(65535, max(0, (rate * 65536).rounded())))
    scale = 65536 / Float(65536 - threshold)
  }

  /// The factor on the element `index`: `scale` or 0. The specification of the fast masks.
  public func factor(at index: Int) -> Float {
    let (group, inside) = (index / Self.group, index % Self.group)
    let (vector, lane) = (inside / 8, inside % 8)
    let counter = UInt64(group * 8 + lane)
    let words = philox(
      SIMD4(UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), 0, 0), key: key)
    let draw = vector % 2 == 0 ? words[vector / 2] & 0xFFFF : words[vector / 2] >> 16
    return draw >= threshold ? scale : 0
  }

  /// The factors on the 64 elements of a group, in order, as eight vectors: `body(vector, factors)`.
  @inline(__always)
  func forEachVector(ofGroup group: Int, _ body: (_ vector: Int, _ factors: SIMD8<Float>) -> Void) {
    let words = philox8(group: group, key: key)
    body(0, factors(words.0 & 0xFFFF))
    body(1, factors(words.0 &>> 16))
    body(2, factors(words.1 & 0xFFFF))
    body(3, factors(words.1 &>> 16))
    body(4, factors(words.2 & 0xFFFF))
    body(5, factors(words.2 &>> 16))
    body(6, factors(words.3 & 0xFFFF))
    body(7, factors(words.3 &>> 16))
  }

  /// `y = x·factor` for the elements `first ..< first + count`, wherever that begins; `y` may be `x`.
  ///
  /// - Parameter adding: added to each result, such as the stream that a residual branch joins.
  @inline(__always)
  func apply(
    from first: Int, count: Int, _ x: UnsafePointer<Float>, adding: UnsafePointer<Float>? = nil,
    _ y: UnsafeMutablePointer<Float>
  ) {
    let end = first + count
    var index = first
    while index < end {
      let (group, offset) = (index / Self.group, index - first)
      if index % Self.group == 0, index + Self.group <= end {
        if let adding {
          forEachVector(ofGroup: group) { vector, factors in
            let place = offset + 8 * vector
            store(load(adding + place).addingProduct(load(x + place), factors), y + place)
          }
        } else {
          forEachVector(ofGroup: group) { vector, factors in
            let place = offset + 8 * vector
            store(load(x + place) * factors, y + place)
          }
        }
        index += Self.group
      } else {
        let next = min(end, (group + 1) * Self.group)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.group) { whole in
          guard let base = whole.baseAddress else { return }
          forEachVector(ofGroup: group) { store($1, base + 8 * $0) }
          for element in index..<next {
            let (place, factor) = (element - first, base[element % Self.group])
            y[place] = (adding?[place] ?? 0).addingProduct(x[place], factor)
          }
        }
        index = next
      }
    }
  }

  /// The scale where a draw reaches the threshold, else 0.
  @inline(__always)
  private func factors(_ draws: SIMD8<UInt32>) -> SIMD8<Float> {
    // All ones where the draw is below the threshold: the sign of the difference.
    let dropped = SIMD8<Int32>(truncatingIfNeeded: draws &- SIMD8(repeating: threshold)) &>> 31
    let kept = SIMD8<UInt32>(repeating: scale.bitPattern) & ~SIMD8<UInt32>(truncatingIfNeeded: dropped)
    return unsafeBitCast(kept, to: SIMD8<Float>.self)
  }
}
