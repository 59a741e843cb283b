import CZlib
import CZstd

/// Turns compressed bytes into what they stand for, piece by piece.
protocol Decompressor: AnyObject {
  /// Whether what was read ends where compressed data may end.
  var isComplete: Bool { get }
  /// Decompresses as much as there is room for.
  ///
  /// - Returns: how many bytes were read and written.
  /// - Throws: `DecompressionFault` when the bytes are damaged.
  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws -> (
    read: Int, written: Int
  )
}

/// What a decompressor says of damaged bytes.
struct DecompressionFault: Error {
  let reason: String
}

/// The forms of compression that files are recognised by, by their first bytes: neither begins a text in UTF-8.
enum Compression: String, CaseIterable {
  case gzip = "gz"
  case zstandard = "zst"

  /// The compression of bytes that begin like this; nil where they are not compressed.
  init?(startingWith bytes: some Collection<UInt8>) {
    if bytes.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstandard
    } else {
      return nil
    }
  }

  /// The compression that the name of a file says; nil where it says none.
  init?(named path: String) {
    guard let found = Self.allCases.first(where: { path.lowercased().hasSuffix("." + $0.rawValue) }) else {
      return nil
    }
    self = found
  }

  /// A decompressor at the beginning of a file.
  func begin() throws -> any Decompressor {
    switch self {
    case .gzip: try GzipDecompressor()
    case .zstandard: try ZstandardDecompressor()
    }
  }
}

/// gzip (RFC 1952), with any number of members.
private final class GzipDecompressor: Decompressor {
  // zlib keeps the address of its stream.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private(set) var isComplete = false

  init() throws {
    stream.initialize(to: z_stream())
    // 16 asks for the header and the checksum of gzip.
    let code = inflateInit2_(
      stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw DecompressionFault(reason: "zlib cannot begin (\(code))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws -> (
    read: Int, written: Int
  ) {
    if isComplete, !input.isEmpty {
      // Behind a member there may be zeros, as on a tape; gzip passes over them.
      let zeros = input.prefix { $0 == 0 }.count
      guard zeros == 0 else { return (zeros, 0) }
      inflateReset(stream)
      isComplete = false
    }
    // zlib never writes to its input.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(output.count)
    let code = inflate(stream, Z_NO_FLUSH)
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
      throw DecompressionFault(
        reason: stream.pointee.msg.map { String(cString: $0) } ?? "zlib gives up (\(code))")
    }
    isComplete = code == Z_STREAM_END
    return (input.count - Int(stream.pointee.avail_in), output.count - Int(stream.pointee.avail_out))
  }
}

/// Zstandard (RFC 8878), with any number of frames.
private final class ZstandardDecompressor: Decompressor {
  private let stream: OpaquePointer
  private(set) var isComplete = false

  init() throws {
    guard let stream = ZSTD_createDStream() else {
      throw DecompressionFault(reason: "there is no memory for its window")
    }
    self.stream = stream
  }

  deinit { ZSTD_freeDStream(stream) }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws -> (
    read: Int, written: Int
  ) {
    var from = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let left = ZSTD_decompressStream(stream, &to, &from)
    guard ZSTD_isError(left) == 0 else {
      throw DecompressionFault(reason: String(cString: ZSTD_getErrorName(left)))
    }
    isComplete = left == 0
    return (from.pos, to.pos)
  }
}
