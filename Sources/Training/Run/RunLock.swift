import Foundation
import Settings

/// The right to write into the folder of a run or of a comparison: one process at a time has it.
///
/// The lock is an `flock(2)` on the file `lock` in the folder, so that the system gives it back however its holder
/// ends. The file says who holds it, or held it last; it also marks a folder that this program made.
public final class RunLock: Sendable {
  /// Who holds a lock.
  package struct Holder: Codable, Sendable, Equatable {
    /// The process.
    package let pid: Int32
    /// The machine.
    package let host: String
    /// When it took the lock, in ISO 8601.
    package let since: String
  }

  /// The name of the file.
  package static let fileName = "lock"

  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Takes the lock of a folder that exists.
  ///
  /// - Throws: `TrainerError` that names the holder, or says why the file cannot be written.
  public static func acquire(in folder: URL) throws -> RunLock {
    let path = folder.appending(path: fileName).path
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else {
      throw TrainerError(
        place: folder.shownPath, reason: "cannot be locked (\(String(cString: strerror(errno))))",
        suggestion: "make the folder writable, or copy it to a writable place")
    }
    let lock = RunLock(descriptor)
    // A process that only asks whether the lock is held holds it for a moment.
    for attempt in 0... {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { break }
      // A file system without locks cannot tell; the others refuse.
      guard errno == EWOULDBLOCK || errno == EINTR else { break }
      guard attempt < 10 else { throw inUse(folder) }
      usleep(20_000)
    }
    lock.write(Holder(pid: getpid(), host: hostName, since: Date().ISO8601Format()))
    return lock
  }

  /// Whether some process holds the lock of a folder.
  package static func isHeld(in folder: URL) -> Bool {
    let descriptor = open(
      folder.appending(path: fileName).path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// Who holds the lock of a folder, or held it last; nil if it was never held.
  package static func holder(in folder: URL) -> Holder? {
    guard let data = try? InputFile.regular(folder.appending(path: fileName).path) else { return nil }
    return try? JSONDecoder().decode(Holder.self, from: data)
  }

  private static func inUse(_ folder: URL) -> TrainerError {
    let holder = holder(in: folder)
    return TrainerError(
      place: folder.shownPath,
      reason: "it is in use"
        + (holder.map { " by process \($0.pid) on \($0.host) since \($0.since)" } ?? " by another process"),
      suggestion: holder.map { "wait until it ends, or stop it with: kill -INT \($0.pid)" }
        ?? "wait until it ends")
  }

  /// Who holds it is a courtesy to the waiting process; a full disk must not stop a run here.
  private func write(_ holder: Holder) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let text = try? encoder.encode(holder), ftruncate(descriptor, 0) == 0 else { return }
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
