/// A floating-point type of two bytes. Each of its values is one of single precision.
///
/// - Source: IEEE 754-2019, binary16; bfloat16: Wang and Kanwar, 2019.
package enum NarrowFloat: Sendable {
  /// 1 bit of sign, 5 of exponent, 10 of significand.
  case half
  /// The upper half of a single-precision number.
  case bfloat16

  /// Converts numbers to single precision, exactly; NaN keeps its sign and payload.
  ///
  /// - Parameters:
  ///   - bytes: `2·count` bytes, at any address.
  ///   - count: how many numbers.
  ///   - y: `count` floats, elsewhere than `bytes`.
  package func widen(_ bytes: UnsafeRawPointer, count: Int, into y: UnsafeMutablePointer<Float>) {
    switch self {
    case .half: widened(bytes, count, y, halfBits)
    case .bfloat16: widened(bytes, count, y) { $0 &<< 16 }
    }
  }
}

/// The bits of single-precision numbers for those of half-precision ones.
///
/// With its fields moved to their places, a number is 2⁻¹¹² times its value, which a product restores: also of a subnormal
/// one, as the bias of the exponent is not subtracted but multiplied. What is not finite has the largest exponent of
/// both types.
private func halfBits(_ bits: SIMD16<UInt32>) -> SIMD16<UInt32> {
  let fields = (bits & 0x7fff) &<< 13
  let scaled = unsafeBitCast(fields, to: SIMD16<Float>.self) * 0x1p112
  let magnitude = unsafeBitCast(scaled, to: SIMD16<UInt32>.self)
  let notFinite = (bits & 0x7c00) .== 0x7c00
  return magnitude.replacing(with: magnitude | 0x7f80_0000, where: notFinite) | (bits & 0x8000) &<< 16
}

@inline(__always)
private func widened(
  _ bytes: UnsafeRawPointer, _ count: Int, _ y: UnsafeMutablePointer<Float>,
  _ bits: (SIMD16<UInt32>) -> SIMD16<UInt32>
) {
  let lanes = 16
  let whole = count / lanes * lanes
  func converted(_ numbers: SIMD16<UInt16>) -> SIMD16<Float> {
    unsafeBitCast(bits(SIMD16<UInt32>(truncatingIfNeeded: numbers)), to: SIMD16<Float>.self)
  }
  for place in stride(from: 0, to: whole, by: lanes) {
    let numbers = bytes.loadUnaligned(fromByteOffset: 2 * place, as: SIMD16<UInt16>.self)
    UnsafeMutableRawPointer(y + place).storeBytes(of: converted(numbers), as: SIMD16<Float>.self)
  }
  var rest = SIMD16<UInt16>()
  for place in whole..<count {
    rest[place - whole] = bytes.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)
  }
  let last = converted(rest)
  for place in whole..<count { y[place] = last[place - whole] }
}
