import Foundation
import Settings

/// The bytes of a file, a pipe or standard input, one after the other; decompressed where they begin as gzip or
/// Zstandard does.
final class ByteInput {
  /// How errors name it.
  let place: String
  private let path: String
  private let descriptor: Int32
  private var decompressor: (any Decompressor)?
  /// Bytes as they are in the file, and which of them are not used yet.
  private var raw = [UInt8](repeating: 0, count: 1 << 17)
  private var unread = 0..<0

  /// Bytes that may be read.
  private let maxBytes: Int
  /// Bytes that may still be read.
  private var allowed: Int

  /// Opens a file, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - maxBytes: as many bytes may be read, decompressed; for what is kept in memory whole.
  /// - Throws: `TextError` that tells a missing file from a folder.
  init(_ path: String, maxBytes: Int = .max) throws {
    self.maxBytes = maxBytes
    allowed = maxBytes
    self.path = path
    place = InputFile.place(path)
    let isStandardInput = path == InputFile.standardInput
    let opened = isStandardInput ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw TextError(InputFile.openingError(path, errno)) }
    descriptor = opened
    var status = stat()
    if fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw TextError(InputFile.openingError(path, EISDIR))
    }
    try fill()
    let compression = Compression(startingWith: raw[unread])
    if let foreign = ForeignFormat(startingWith: raw[unread], named: path),
      compression == nil || foreign == .tar
    {
      throw TextError(foreign.error(of: path))
    }
    if compression == nil, let named = Compression(named: path) {
      throw TextError(
        place: place, reason: "the name says \(named), and its bytes are not compressed in that form",
        suggestion: "copy the file again; if it is plain text, remove .\(named.rawValue) from its name")
    }
    do { decompressor = try compression?.begin() } catch { throw damaged(error) }
  }

  deinit { close(descriptor) }

  /// Whether its bytes are compressed.
  var isCompressed: Bool { decompressor != nil }

  /// Reads bytes.
  ///
  /// - Returns: how many; 0 at the end.
  /// - Throws: `TextError` when the file cannot be read or has more bytes than allowed, or its compressed bytes are
  ///   damaged or end early.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try readAny(into: target)
    allowed -= count
    guard allowed >= 0 else { throw TextError(InputFile.sizeError(path, maxBytes)) }
    return count
  }

  private func readAny(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      if unread.isEmpty { try fill() }
      guard let decompressor else {
        let count = min(unread.count, target.count)
        raw.withUnsafeBytes {
          target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[unread].prefix(count)))
        }
        unread = unread.lowerBound + count..<unread.upperBound
        return count
      }
      let isAtEnd = unread.isEmpty
      if isAtEnd, decompressor.isComplete { return 0 }
      let (used, written) = try raw.withUnsafeBytes { bytes in
        do {
          return try decompressor.step(UnsafeRawBufferPointer(rebasing: bytes[unread]), into: target)
        } catch { throw damaged(error) }
      }
      unread = unread.lowerBound + used..<unread.upperBound
      if written > 0 { return written }
      if isAtEnd { throw damaged(DecompressionFault(reason: "it ends early")) }
    }
  }

  private func fill() throws {
    var count = 0
    // What a file begins with is looked at, so a pipe must not bring it byte by byte.
    repeat {
      let some = raw.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      if some < 0, errno == EINTR { continue }
      guard some >= 0 else { throw TextError(InputFile.openingError(path, errno)) }
      if some == 0 { break }
      count += some
    } while count < ForeignFormat.neededBytes
    unread = 0..<count
  }

  private func damaged(_ error: any Error) -> TextError {
    guard let fault = error as? DecompressionFault else {
      return error as? TextError ?? TextError(place: place, reason: "\(error)", suggestion: "")
    }
    return TextError(
      place: place, reason: "its compressed bytes are damaged (\(fault.reason))",
      suggestion: "copy the file again, or decompress what is left of it")
  }
}

extension TextError {
  /// An error about a file that cannot be opened.
  init(_ error: InputFileError) {
    self.init(place: error.place, reason: error.reason, suggestion: error.suggestion)
  }
}
