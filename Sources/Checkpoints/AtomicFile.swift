import Foundation

/// Writes a file so that its place holds either the previous content or all of the new one, also when
/// the process is killed, the disk is full or the power fails.
///
/// The content goes to a temporary file in the same folder (`.NAME.….partial`), which is flushed to the
/// disk and then takes the name; the folder is flushed last. On any error the temporary file is removed
/// and the previous file is kept. What a killed process left behind is removed by the next write.
package enum AtomicFile {
  /// The calls that can fail for lack of space, apart so that a test can let them fail.
  struct SystemCalls {
    var write: (Int32, UnsafeRawPointer, Int) -> Int = { Foundation.write($0, $1, $2) }
    var flush: (Int32) -> Int32 = { fsync($0) }
  }

  /// Replaces the file at `url` by what `body` writes.
  ///
  /// - Throws: `CheckpointError` that says how to correct it; whatever `body` throws. The previous file
  ///   is then kept.
  package static func write(to url: URL, _ body: (FileSink) throws -> Void) throws {
    try write(to: url, system: SystemCalls(), body)
  }

  static func write(to url: URL, system: SystemCalls, _ body: (FileSink) throws -> Void) throws {
    let folder = url.deletingLastPathComponent().path
    removeLeftovers(in: folder)
    let unique = "\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let temporary = "\(folder)/.\(url.lastPathComponent).\(unique)\(suffix)"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(url.path, errno, "could not be created") }
    var isOpen = true
    let sink = FileSink(descriptor, path: url.path, system: system)
    do {
      // The lock says that the file is being written; it ends with the process.
      flock(descriptor, LOCK_EX | LOCK_NB)
      try body(sink)
      try sink.finish()
      guard system.flush(descriptor) == 0 else { throw failure(url.path, errno, "could not be flushed") }
      isOpen = false
      guard close(descriptor) == 0 else { throw failure(url.path, errno, "could not be written") }
      guard rename(temporary, url.path) == 0 else { throw failure(url.path, errno, "could not be replaced") }
    } catch {
      sink.abandon()
      unlink(temporary)
      if isOpen { close(descriptor) }
      throw error
    }
    // The new name itself must survive a power failure; some file systems cannot flush a folder.
    let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      fsync(folderDescriptor)
      close(folderDescriptor)
    }
  }

  private static let suffix = ".partial"

  /// Whether a file of that name is the content of another that was not complete when its process ended.
  package static func isPartial(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(suffix) }

  /// Removes temporary files that no process is writing any more.
  package static func removeLeftovers(in folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where isPartial(name) {
      let path = folder + "/" + name
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }

  /// An error in words, with what to do about it.
  static func failure(_ path: String, _ code: Int32, _ what: String) -> CheckpointError {
    let suggestion =
      switch code {
      case ENOSPC, EDQUOT: "the disk is full; free some space or choose a folder on another disk"
      case EACCES, EPERM: "no permission; choose a folder that you may write to"
      case EROFS: "the disk is read-only; choose a folder on another disk"
      case ENOENT, ENOTDIR: "the folder does not exist; create it first"
      case EISDIR: "a folder has this name; choose another name"
      case EFBIG: "the file would be larger than the system allows; choose another disk or raise the limit"
      default: String(cString: strerror(code))
      }
    return CheckpointError(
      file: path, reason: "\(what): \(suggestion)", isForLackOfSpace: code == ENOSPC || code == EDQUOT)
  }
}
