import Kernels

extension Reference {
  /// The value of a number of two bytes.
  ///
  /// - Parameters:
  ///   - bits: its bits.
  ///   - type: its type.
  package static func widened(_ bits: UInt16, _ type: NarrowFloat) -> Float {
    guard type == .half else { return Float(bitPattern: UInt32(bits) << 16) }
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1f
    let significand = UInt32(bits & 0x3ff)
    switch exponent {
    case 0:
      // Subnormal: significand·2⁻²⁴, which single precision holds as a normal number. Zero keeps its sign.
      return Float(bitPattern: sign | (Float(significand) * 0x1p-24).bitPattern)
    case 31: return Float(bitPattern: sign | 0x7f80_0000 | significand << 13)
    default: return Float(bitPattern: sign | (exponent + 127 - 15) << 23 | significand << 13)
    }
  }
}
