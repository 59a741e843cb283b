import Foundation
import Settings
import Zoo

/// A small JSON file that says what a run or a comparison is.
public enum RecordFile {
  /// Reads a record.
  ///
  /// - Parameters:
  ///   - missing: thrown when there is no such file.
  ///   - damaged: thrown when it holds something else.
  /// - Throws: `TrainerError`; for what is no file, or may not be read, one that says so.
  public static func read<Record: Decodable>(
    _ url: URL, missing: @autoclosure () -> TrainerError, damaged: @autoclosure () -> TrainerError
  ) throws -> Record {
    // A link that leads nowhere is no record either.
    guard FileManager.default.fileExists(atPath: url.path) else { throw missing() }
    do {
      return try JSONDecoder().decode(Record.self, from: try InputFile.regular(url.path))
    } catch let error as InputFileError {
      throw TrainerError(place: error.place, reason: error.reason, mend: error.suggestion)
    } catch {
      throw damaged()
    }
  }

  /// Writes a record; the previous one stands until the new one is whole.
  ///
  /// - Throws: `TrainerError` that names the file.
  public static func write(_ record: some Encodable, to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let text = try encoder.encode(record)
      try AtomicFile.write(to: url) { try $0.write(text) }
    } catch {
      throw TrainerError(
        place: url.path, reason: "cannot be written (\(error))", mend: "make room or permit writing there")
    }
  }
}
