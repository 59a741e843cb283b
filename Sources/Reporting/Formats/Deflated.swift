import CZlib

/// Bytes compressed as a zlib stream.
///
/// - Source: zlib format RFC 1950, deflate RFC 1951.
package enum Deflated {
  /// The stream; nil where zlib finds no memory.
  package static func bytes(_ bytes: [UInt8]) -> [UInt8]? {
    var length = compressBound(uLong(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(length))
    guard compress(&result, &length, bytes, uLong(bytes.count)) == Z_OK else { return nil }
    return Array(result.prefix(Int(length)))
  }
}
