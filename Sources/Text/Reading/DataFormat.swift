import Foundation
import Settings

/// How a file of texts is divided into documents.
public enum DataFormat: String, CaseIterable, Codable, Sendable {
  /// What the file's name says; a file of any other name is text.
  case auto
  /// Text, without documents of its own.
  case text
  /// A JSON object per line; one of its fields is a document.
  case jsonl
  /// A table with commas, quoted as in RFC 4180; its first line names the columns.
  case csv
  /// A table with tabs, in which nothing is quoted; its first line names the columns.
  case tsv

  /// The ends of names, of text alone.
  static let textExtensions = ["txt", "text", "md"]
  private static let byExtension: [String: DataFormat] = [
    "jsonl": .jsonl, "ndjson": .jsonl, "json": .jsonl, "csv": .csv, "tsv": .tsv,
  ]
  /// The ends of the names of all files that are taken from a folder; a compressed one has another end behind it.
  static let extensions = textExtensions + ["jsonl", "ndjson", "csv", "tsv"]

  /// The format that a name tells; nil where it tells none.
  static func named(_ path: String) -> DataFormat? {
    let end = FilePath.name(withoutCompression(path)).split(separator: ".").last.map { $0.lowercased() }
    return end.flatMap { byExtension[$0] ?? (textExtensions.contains($0) ? .text : nil) }
  }

  /// A name without the end that says how the file is compressed.
  static func withoutCompression(_ path: String) -> String {
    Compression(named: path).map { String(path.dropLast($0.rawValue.count + 1)) } ?? path
  }

  /// What to do about a row of a table with too many or too few columns.
  var columnAdvice: String {
    self == .csv
      ? "put texts with commas in quotes"
      : "separate columns by one tab; texts that contain tabs or line ends need a CSV or JSONL file"
  }

  /// Whether files of the format have documents.
  var hasDocuments: Bool { self != .text && self != .auto }
}

/// How files of texts are read.
public struct DataReading: Sendable, Equatable {
  /// The format of all files.
  public var format: DataFormat
  /// The field or column that holds the text.
  public var field: String
  /// The field of each of several paths; empty: `field` is that of all.
  public var fields: [String] = []
  /// Whether lines and documents that cannot be used are left out and counted, instead of ending with an error.
  public var skipsBad: Bool
  /// The file that standard input is stored in; nil: it is read from the process's own.
  public var standardInput: String?
  /// The field where none is named.
  public static let defaultField = "text"

  /// How files are read; by default by their names.
  public init(
    format: DataFormat = .auto, field: String = defaultField, skipsBad: Bool = false,
    standardInput: String? = nil
  ) {
    self.standardInput = standardInput
    self.format = format
    self.field = field
    self.skipsBad = skipsBad
  }

  /// How one of several paths is read.
  ///
  /// - Parameter index: its place among them.
  func of(_ index: Int) -> DataReading {
    var own = self
    own.field = fields.isEmpty ? field : fields[index]
    own.fields = []
    return own
  }

  /// Refuses the name of a field for a text that has none.
  ///
  /// - Throws: `TextError`.
  func expectNoField(of place: String) throws {
    guard field != Self.defaultField else { return }
    throw TextError(
      place: place, reason: "is plain text, which has no field \"\(field)\"",
      suggestion: "leave --field out, or name a JSONL, CSV or TSV file (--format says which one it is)")
  }

  /// Whether a file is known to be plain text by its name.
  func isText(_ path: String) -> Bool {
    path != InputFile.standardInput
      && (format == .auto ? DataFormat.named(path) ?? .text : format) == .text
  }

  /// The format of a file that begins with some bytes. Standard input has no name: it is JSON lines where it begins with
  /// a brace.
  func format(of path: String, startingWith bytes: UnsafeRawBufferPointer) -> DataFormat {
    if format != .auto { return format }
    if path == InputFile.standardInput {
      let first = bytes.first { !isWhite($0) }
      return first == UInt8(ascii: "{") ? .jsonl : .text
    }
    return DataFormat.named(path) ?? .text
  }
}

/// Whether a byte is white space.
@inline(__always)
package func isWhite(_ byte: UInt8) -> Bool { byte == 32 || byte &- 9 < 5 }

/// Lines and documents that were left out.
public struct SkippedTexts: Sendable, Equatable {
  /// How many.
  public internal(set) var count = 0
  /// What is wrong with the first few of them, with their places.
  public internal(set) var first: [String] = []
  /// As many are named.
  private static let maxNamed = 3

  /// Counts one.
  mutating func add(_ error: TextError) {
    count += 1
    if first.count < Self.maxNamed { first.append("\(error.place): \(error.reason)") }
  }

  /// Counts those of another file.
  mutating func add(_ others: SkippedTexts) {
    count += others.count
    first += others.first.prefix(Self.maxNamed - first.count)
  }
}
