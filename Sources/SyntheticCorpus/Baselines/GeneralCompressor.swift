import CZlib

/// The size of a text by a general compressor: zlib at its highest level.
package enum GeneralCompressor {
  /// How much of the known text is put before the new one: zlib looks back 32 KB.
  static let window = 32_768

  /// How many more bits `text` takes when it is compressed behind the end of `known`.
  package static func bits(
    _ text: UnsafeBufferPointer<UInt8>, after known: UnsafeBufferPointer<UInt8>
  ) -> Double {
    let tail = Array(known.suffix(window))
    return 8 * Double(compressedBytes(tail + Array(text)) - compressedBytes(tail))
  }

  private static func compressedBytes(_ bytes: [UInt8]) -> Int {
    var size = compressBound(uLong(bytes.count))
    var target = [UInt8](repeating: 0, count: Int(size))
    let status = compress2(&target, &size, bytes, uLong(bytes.count), 9)
    precondition(status == Z_OK, "zlib compresses into a buffer of its own bound")
    return Int(size)
  }
}
