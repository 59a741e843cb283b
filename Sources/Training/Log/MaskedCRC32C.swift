/// CRC-32C (Castagnoli) with the mask of the TFRecord format, which TensorBoard's event files use.
///
/// The mask keeps a checksum of data that itself holds checksums from being weak.
///
/// - Source: RFC 3720 appendix B.4; TensorFlow, `lib/hash/crc32c.h`.
enum MaskedCRC32C {
  /// The remainders of all single bytes under the reflected polynomial.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
  }

  /// The checksum without the mask.
  static func plain(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { value, byte in
      value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
    }
  }

  /// The checksum as event files hold it.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    let value = plain(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
