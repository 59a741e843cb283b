import Foundation

/// Takes a file's content in order, and has the disk write one piece while the next is filled.
///
/// Whole pieces go past the system's cache (`O_DIRECT`) where the file system allows it. What is written once and
/// not read soon would only push other things out of memory, be copied once more, and wait to be flushed. Code that
/// opened the file ends with `finish` or `abandon` before closing it.
package final class FileSink {
  private let descriptor: Int32
  private let path: String
  private let system: AtomicFile.SystemCalls
  private let queue = DispatchQueue(label: "file sink")
  private var filling = piece()
  private var filled = 0
  // Between `queue.async` and `wait` these belong to what the queue does.
  private var full = piece()
  private var writing: DispatchWorkItem?
  private var failure: (any Error)?

  /// Bytes that are written at a time: enough for a disk's own rate, little compared with any model.
  static let pieceSize = 8 << 20
  /// At least what any disk calls a block: memory and places in the file are multiples of it.
  private static let blockSize = 4096

  /// `O_DIRECT`, under the name that Swift sees.
  static let direct = __O_DIRECT

  private static func piece() -> UnsafeMutableRawBufferPointer {
    .allocate(byteCount: pieceSize, alignment: blockSize)
  }

  /// Writes to an open file, from where it is.
  init(_ descriptor: Int32, path: String, system: AtomicFile.SystemCalls) {
    self.descriptor = descriptor
    self.path = path
    self.system = system
  }

  deinit {
    filling.deallocate()
    full.deallocate()
  }

  /// Appends bytes; they may change when this returns.
  ///
  /// - Throws: `CheckpointError` when the system took no more.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = min(rest.count, Self.pieceSize - filled)
      UnsafeMutableRawBufferPointer(rebasing: filling[filled...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
      filled += count
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      if filled == Self.pieceSize { try handOver() }
    }
  }

  /// Appends bytes of Swift's own memory.
  ///
  /// - Throws: `CheckpointError` when the system took no more.
  package func write(_ bytes: some ContiguousBytes) throws { try bytes.withUnsafeBytes { try write($0) } }

  /// Hands the rest to the system. Nothing can be appended after it.
  ///
  /// - Throws: `CheckpointError` when the system did not take all.
  func finish() throws {
    try waitForPiece()
    let rest = UnsafeRawBufferPointer(rebasing: filling[..<filled])
    filled = 0
    isDirect = false
    try put(rest)
  }

  /// Finishes, and puts other bytes in the place of the first ones.
  ///
  /// - Throws: `CheckpointError` when the system did not take all.
  func finish(replacingStartBy bytes: [UInt8]) throws {
    try finish()
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw refused(errno) }
    try bytes.withUnsafeBytes { try put($0) }
  }

  /// Returns when nothing is being written any more: the file may be closed.
  func abandon() {
    writing?.wait()
    writing = nil
  }

  private func handOver() throws {
    try waitForPiece()
    swap(&filling, &full)
    filled = 0
    let item = DispatchWorkItem { [self] in
      do {
        isDirect = true
        try put(UnsafeRawBufferPointer(full))
      } catch { failure = error }
    }
    writing = item
    queue.async(execute: item)
  }

  private func waitForPiece() throws {
    abandon()
    if let failure { throw failure }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      let count = system.write(descriptor, start, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        // What is left of a piece need not be whole blocks.
        if !rest.isEmpty { isDirect = false }
        continue
      }
      let code = errno
      if code == EINVAL, isDirect {
        isDirect = false
      } else if code != EINTR {
        throw refused(code)
      }
    }
  }

  /// Whether writing goes past the system's cache; a file system that cannot stays as it is.
  private var isDirect = false {
    didSet { if isDirect != oldValue { _ = fcntl(descriptor, F_SETFL, isDirect ? FileSink.direct : 0) } }
  }

  private func refused(_ code: Int32) -> CheckpointError {
    AtomicFile.failure(path, code, "could not be written")
  }
}
