import Foundation
import Settings
import Text

/// Where the standard input of a recipe's text is read from. A run stores it in its folder, because a text is read again
/// when the run is resumed.
public enum TextInput: Sendable {
  /// Nowhere: what is begun could not be resumed.
  case refused
  /// From this process's standard input, once.
  case live
  /// From the folder of a run that has stored it.
  case stored(in: URL)

  /// The name of the file in the folder of a run.
  static let fileName = "standard-input"

  /// The file to read; nil for this process's own standard input.
  ///
  /// - Throws: `TextError` where standard input cannot be read.
  func path() throws -> String? {
    switch self {
    case .live: return nil
    case .refused:
      throw TextError(
        place: InputFile.place(InputFile.standardInput),
        reason: "can be read only once, and the text of a run more often",
        suggestion: "write it to a file and name that file (a file called - is ./-)")
    case .stored(let folder):
      let path = folder.appending(path: Self.fileName).path
      guard FileManager.default.fileExists(atPath: path) else {
        throw TextError(
          place: path, reason: "the standard input that the run was begun with is not there",
          suggestion: "put the file back")
      }
      return path
    }
  }

  /// Writes this process's standard input to the folder of a run, as it is.
  ///
  /// - Returns: where the text of the run's recipe is then read from.
  /// - Throws: `TextError` when it cannot be read or written, and then nothing is left of it.
  public static func store(in folder: URL) throws -> TextInput {
    let path = folder.appending(path: fileName).path
    func failed(_ what: String) -> TextError {
      TextError(
        place: path, reason: "\(what) (\(String(cString: strerror(errno))))",
        suggestion: "free some space on its disk")
    }
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw failed("cannot be written") }
    defer { close(file) }
    do {
      var portion = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = read(STDIN_FILENO, &portion, portion.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw failed("standard input cannot be read") }
        if count == 0 { break }
        var done = 0
        while done < count {
          let some = portion.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + done }, count - done) }
          if some < 0, errno == EINTR { continue }
          guard some > 0 else { throw failed("cannot be written") }
          done += some
        }
      }
      guard fsync(file) == 0 else { throw failed("cannot be written") }
    } catch {
      unlink(path)
      throw error
    }
    return .stored(in: folder)
  }

  /// Removes what `store` has written.
  package func remove() {
    guard case .stored(let folder) = self else { return }
    unlink(folder.appending(path: Self.fileName).path)
  }
}
