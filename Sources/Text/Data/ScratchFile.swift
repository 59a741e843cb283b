import Foundation

/// A file without a name for what may be too large for memory: its pages are mapped, so that the system can
/// take them back. It is gone with the process, however that ends.
final class ScratchFile {
  /// What is smaller stays in memory, in bytes.
  static let worthwhile = 1 << 28

  private let descriptor: Int32
  private var count = 0

  /// An empty file in the folder for temporary files (`TMPDIR`).
  ///
  /// - Throws: `TextError` when there is no such folder to write to.
  init() throws {
    var path = Array((NSTemporaryDirectory() + "zoo-XXXXXX").utf8CString)
    let opened = mkstemp(&path)
    guard opened >= 0 else { throw Self.error("cannot be written to") }
    // Only what was opened is closed: before this there is no object to end.
    descriptor = opened
    // No program that is started from here has a use for it.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(path)
  }

  deinit { close(descriptor) }

  /// Writes bytes after those that are there.
  ///
  /// - Throws: `TextError` when the disk is full.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let some = write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if some < 0, errno == EINTR { continue }
      guard some > 0 else { throw Self.error("has no room for \(count + bytes.count) bytes") }
      done += some
    }
    count += bytes.count
  }

  /// All bytes; nothing may be appended any more.
  ///
  /// - Throws: `TextError` when the file cannot be mapped.
  func mapped() throws -> ByteStore {
    guard let store = ByteStore(mapping: descriptor, count: count) else {
      throw Self.error("has a file that cannot be mapped")
    }
    return store
  }

  private static func error(_ what: String) -> TextError {
    TextError(
      place: NSTemporaryDirectory(), reason: "\(what) (\(String(cString: strerror(errno))))",
      suggestion: "free some space there, or set TMPDIR to another folder")
  }
}
