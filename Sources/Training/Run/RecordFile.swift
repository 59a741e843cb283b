import Checkpoints
import Foundation
import Settings
import Zoo

/// A record that keeps some settings as JSON texts, which no reader has to know to compare them. In its file they are
/// the objects themselves.
package protocol RecordWithTexts: VersionedRecord {
  /// The paths of those texts, such as `descriptor`, or `arms.*.recipe` for every element of a list.
  static var jsonTexts: [String] { get }
}

/// A small JSON file that says what a run or a comparison is.
package enum RecordFile {
  /// Reads a record.
  ///
  /// - Parameters:
  ///   - missing: thrown when there is no such file.
  ///   - damaged: thrown when it holds something else.
  /// - Throws: `TrainerError`; for what is no file, may not be read, or has a format of a later program, one that says
  ///   so.
  package static func read<Record: Decodable>(
    _ url: URL, missing: @autoclosure () -> TrainerError, damaged: @autoclosure () -> TrainerError
  ) throws -> Record {
    // A link that leads nowhere is no record either.
    guard FileManager.default.fileExists(atPath: url.path) else { throw missing() }
    do {
      return try decode(try InputFile.regular(url.path), of: url)
    } catch let error as InputFileError {
      throw TrainerError(place: error.place, reason: error.reason, suggestion: error.suggestion)
    } catch let error as TrainerError {
      throw error
    } catch {
      throw damaged()
    }
  }

  /// A record from its file's bytes, whether its settings are objects or, as in files from before they were, texts.
  private static func decode<Record: Decodable>(_ data: Data, of url: URL) throws -> Record {
    var data = data
    // First: a later format may have other texts.
    if Record.self is any VersionedRecord.Type { try FormatVersion.check(data, of: url) }
    if let kind = Record.self as? any RecordWithTexts.Type {
      let file = try Node.parse(String(decoding: data, as: UTF8.self), file: "record")
      data = Data(file.writingTexts(at: kind.jsonTexts).json().utf8)
    }
    return try JSONDecoder().decode(Record.self, from: data)
  }

  /// A record as the tree that its file holds.
  ///
  /// - Throws: an encoding error, never in practice.
  package static func node<Record: RecordWithTexts>(_ record: Record) throws -> Node {
    try Node.parse(String(decoding: try encoded(record), as: UTF8.self), file: "record")
      .readingTexts(at: Record.jsonTexts)
  }

  private static func encoded(_ record: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let versioned = record as? any VersionedRecord else { return try encoder.encode(record) }
    return try encoder.encode(FormatVersion.stamped(versioned))
  }

  /// Writes a record; the previous one is kept until the new one is complete.
  ///
  /// - Throws: `TrainerError` that names the file.
  package static func write(_ record: some Encodable, to url: URL) throws {
    do {
      let text =
        if let record = record as? any RecordWithTexts {
          Data(try node(record).json(indented: true).utf8)
        } else {
          try encoded(record)
        }
      try AtomicFile.write(to: url) { try $0.write(text) }
    } catch {
      throw TrainerError(
        place: url.path, reason: "cannot be written (\(error))",
        suggestion: "free some space, or make the folder writable")
    }
  }
}
