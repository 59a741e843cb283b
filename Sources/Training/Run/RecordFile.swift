import Foundation
import Zoo

/// A small JSON file that says what a run or a comparison is.
public enum RecordFile {
  /// Reads a record.
  ///
  /// - Parameters:
  ///   - missing: thrown when there is no such file.
  ///   - damaged: thrown when it holds something else.
  /// - Throws: `TrainerError`.
  public static func read<Record: Decodable>(
    _ url: URL, missing: @autoclosure () -> TrainerError, damaged: @autoclosure () -> TrainerError
  ) throws -> Record {
    guard let data = try? Data(contentsOf: url) else { throw missing() }
    do {
      return try JSONDecoder().decode(Record.self, from: data)
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
