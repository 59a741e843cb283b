import Checkpoints
import Foundation
import Settings
import Zoo

/// A record whose file says the version of its format.
package protocol VersionedRecord: Codable {}

/// The version of the format of the JSON files that a run or a comparison keeps: the number `format` in the file.
///
/// Files written before there was a number have version 1. A change that an older program would misread raises
/// `current`. The number in `run.json` covers the whole folder of the run: `metrics.jsonl` and `profile.json` have no
/// place for one of their own. Checkpoints and tokenizers have numbers of their own.
package enum FormatVersion {
  /// The version that is written, and the highest that is read.
  package static let current = 2

  private struct Header: Encodable {
    let format: Int
  }

  /// A record with the number of its format in addition to its own keys.
  private struct Stamped: Encodable {
    let record: any VersionedRecord

    func encode(to encoder: any Encoder) throws {
      try record.encode(to: encoder)
      try Header(format: FormatVersion.current).encode(to: encoder)
    }
  }

  /// A record as its file holds it: its own keys and `format`.
  package static func stamped(_ record: some VersionedRecord) -> some Encodable { Stamped(record: record) }

  /// Refuses a file of a format that this program does not know.
  ///
  /// - Parameters:
  ///   - data: a JSON object.
  ///   - url: its file, for the error.
  /// - Throws: `TrainerError` that names the file and both versions; `DecodingError` where `format` is no integer.
  package static func check(_ data: Data, of url: URL) throws {
    do {
      try UnknownFormatError.check(data, readable: 1...current, missing: 1)
    } catch let error as UnknownFormatError {
      throw TrainerError(
        place: url.shownPath, reason: "\(error)",
        suggestion: "use the version of the program that wrote it, or a newer one")
    }
  }
}
