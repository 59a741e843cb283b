import Foundation

/// Conversion of the floating-point numbers of two bytes to those of four. Both are exact: every value of the narrow
/// type is one of the wide type; NaN stays NaN with its payload.
///
/// - Source: IEEE 754-2019, binary16; bfloat16: Wang and Kanwar, 2019.
enum FloatConversion {
  /// The value of a bfloat16 number: the upper half of a single-precision one.
  static func bfloat16(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// The value of an IEEE half-precision number: 1 bit of sign, 5 of exponent, 10 of significand.
  static func half(_ bits: UInt16) -> Float {
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

extension MappedSafetensors {
  /// The element types that `copyFloats` reads.
  static let floatTypes = ["F32", "F16", "BF16"]

  /// Checks that a tensor can be read by `copyFloats`.
  ///
  /// - Throws: `CheckpointError` that names the tensor and its type.
  package func expectFloats(_ name: String) throws {
    guard let type = elementType(of: name), !Self.floatTypes.contains(type) else { return }
    throw CheckpointError(
      file: url.path, tensor: name,
      reason:
        "has elements of type \(type); supported types of weights: \(Self.floatTypes.joined(separator: ", "))"
    )
  }

  /// Copies a tensor as single-precision numbers; narrower ones are converted, exactly.
  ///
  /// - Parameter target: memory for all elements.
  /// - Throws: `CheckpointError` when there is no such tensor, or its elements are of another type.
  package func copyFloats(_ name: String, to target: UnsafeMutableRawBufferPointer) throws {
    try readFloats(name) { bytes, offset in
      UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: bytes)
    }
  }

  /// Hands out a tensor as single-precision numbers, piece by piece; narrower ones are converted, exactly.
  ///
  /// - Parameter body: receives the bytes of some numbers, which are good only inside it and may begin at any address,
  ///   and where they are among the bytes of all.
  /// - Throws: `CheckpointError` when there is no such tensor, or its elements are of another type; what `body` throws.
  package func readFloats(
    _ name: String, _ body: (_ bytes: UnsafeRawBufferPointer, _ offset: Int) throws -> Void
  ) throws {
    try expectFloats(name)
    try withData(name) { bytes in
      switch elementType(of: name) {
      case "F16": try Self.convert(bytes, FloatConversion.half, body)
      case "BF16": try Self.convert(bytes, FloatConversion.bfloat16, body)
      default: try body(bytes, 0)
      }
    }
  }

  /// Numbers that are converted before they are handed out.
  private static let convertedAtOnce = 64 << 10

  private static func convert(
    _ bytes: UnsafeRawBufferPointer, _ value: (UInt16) -> Float,
    _ body: (_ bytes: UnsafeRawBufferPointer, _ offset: Int) throws -> Void
  ) throws {
    let count = bytes.count / 2
    for start in stride(from: 0, to: count, by: convertedAtOnce) {
      let piece = (start..<min(count, start + convertedAtOnce)).map { index in
        value(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)))
      }
      try piece.withUnsafeBytes { try body($0, start * MemoryLayout<Float>.stride) }
    }
  }
}
