import Foundation
import Settings
import Text

/// Where the standard input of a recipe's text is read from. A run stores it in its folder, because a text is read again
/// when the run is resumed; a comparison stores it in its own, for all its runs.
public enum TextInput: Sendable {
  /// Nowhere: what is begun could not be resumed.
  case refused
  /// From this process's standard input, once.
  case live
  /// From the folder of a run or a comparison that has stored it, or from that of a comparison around a run.
  case stored(in: URL)

  /// The name of the file in the folder of a run.
  static let fileName = "standard-input"

  /// The name of the record of a comparison, in the folder around those of its runs.
  package static let comparisonRecord = "experiment.json"

  /// Where a folder stores it.
  static func file(in folder: URL) -> URL { folder.appending(path: fileName) }

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
      let around = folder.deletingLastPathComponent()
      let isOfComparison = FileManager.default.fileExists(
        atPath: around.appending(path: Self.comparisonRecord).path)
      let files = ([folder] + (isOfComparison ? [around] : [])).map { Self.file(in: $0).path }
      guard let found = files.first(where: FileManager.default.fileExists(atPath:)) else {
        throw TextError(
          place: files[0], reason: "the standard input that the run was begun with is not there",
          suggestion: "put the file back")
      }
      return found
    }
  }

  /// Writes this process's standard input to the folder of a run or a comparison, as it is.
  ///
  /// - Returns: where the text of the run's recipe is then read from.
  /// - Throws: `TextError` when it cannot be read or written, and then nothing is left of it.
  @discardableResult
  public static func store(in folder: URL) throws -> TextInput {
    let path = file(in: folder).path
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
}
