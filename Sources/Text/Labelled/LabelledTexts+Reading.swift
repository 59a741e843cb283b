import Foundation
import Settings

extension LabelledTexts {
  /// Reads texts with labels from a file.
  ///
  /// In a TSV file the first line names the columns, tabs part them, and nothing is quoted. In a JSONL file
  /// every line is an object. Columns and fields have the same names, and others are left alone:
  ///
  /// | form | columns |
  /// |---|---|
  /// | classification | `text` (or `sentence`), `label` |
  /// | pairs | `first` (or `sentence1`, `premise`), `second` (or `sentence2`, `hypothesis`), `label` |
  /// | tagging | `words` (or `tokens`), `tags`: in TSV with spaces between, in JSONL lists of as many |
  ///
  /// A label is a text, a number, true or false. A file whose name ends in `.jsonl`, `.ndjson` or `.json`, or that
  /// begins with `{`, is JSONL; one that ends in `.csv` has commas, and quotes as in RFC 4180. Any of them may be
  /// compressed. Lines that are blank are left out; `-` is standard input.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - field: the name of the field or column that holds the text of a classification; nil: as above.
  /// - Throws: `TextError` that names the file and the line.
  public static func read(_ path: String, field: String? = nil) throws -> LabelledTexts {
    try read(path, field: field) { throw $0 }
  }

  /// The same, with what is to happen to a line that cannot be read.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard input.
  ///   - field: as above.
  ///   - skip: is handed each such line's error and throws it, or returns to leave the line out.
  /// - Throws: `TextError` for a file that cannot be read, whose columns are unknown, or of which no line is
  ///   left; what `skip` throws.
  package static func read(_ path: String, field: String? = nil, skip: (TextError) throws -> Void) throws
    -> LabelledTexts
  {
    let place = InputFile.place(path)
    let rows = try rows(path, field: field, skip: skip)
    func read<Result>(_ body: () throws -> Result) throws -> Result? {
      do { return try body() } catch let error as TextError {
        try skip(error)
        return nil
      }
    }
    guard let first = rows.first else {
      throw TextError(
        place: place, reason: "the file holds no texts",
        suggestion: "write one text per line below the column names")
    }
    let form = try LabelledColumns.form(
      of: Array(first.fields.keys), place: first.place, isTextNamed: field != nil)
    let texts = try rows.compactMap { row in try read { try row.labelled(form) } }
    guard !texts.isEmpty else {
      throw TextError(
        place: place, reason: "no line of the file can be used", suggestion: "see the lines that were skipped"
      )
    }
    let name = URL(fileURLWithPath: DataFormat.withoutCompression(place)).deletingPathExtension()
    return LabelledTexts(name: name.lastPathComponent, form: form, texts: texts)
  }

  /// The rows of a file below the names of its columns.
  private static func rows(_ path: String, field: String?, skip: (TextError) throws -> Void) throws
    -> [LabelledRow]
  {
    let format = DataFormat.named(path)
    func each<Line>(_ lines: some Sequence<Line>, _ body: (Line) throws -> LabelledRow) throws
      -> [LabelledRow]
    {
      try lines.compactMap { line in
        do { return try body(line) } catch let error as TextError {
          try skip(error)
          return nil
        }
      }
    }
    func below(_ rows: [LabelledTable.Row]) throws -> [LabelledRow] {
      guard !rows.isEmpty else { throw empty(path) }
      let table = try LabelledTable(rows, format: format ?? .tsv, field: field)
      return try each(rows.dropFirst()) { try table.row($0) }
    }
    if format == .csv { return try below(try LabelledTable.csv(path, skip: skip)) }
    let lines = try TextLines.read(path, skip: skip).filter { !$0.isBlank }
    guard let head = lines.first else { throw empty(path) }
    let isJSON = format == .jsonl || head.text.unicodeScalars.first { !$0.properties.isWhitespace } == "{"
    guard isJSON else { return try below(LabelledTable.rows(lines)) }
    return try each(lines) { try LabelledRow(json: $0, field: field) }
  }

  private static func empty(_ path: String) -> TextError {
    TextError(
      place: InputFile.place(path), reason: "the file is empty", suggestion: "name a TSV, CSV or JSONL file")
  }
}

/// The columns of labelled files.
enum LabelledColumns {
  /// Every name of a column: the first is ours, the others are those of well-known data sets.
  static let names = [
    "text": ["text", "sentence"], "first": ["first", "sentence1", "premise"],
    "second": ["second", "sentence2", "hypothesis"], "words": ["words", "tokens"], "label": ["label"],
    "tags": ["tags"],
  ]
  /// What each form needs.
  static func needed(_ form: LabelledTexts.Form) -> [String] {
    switch form {
    case .classification: ["text", "label"]
    case .pairs: ["first", "second", "label"]
    case .tagging: ["words", "tags"]
    }
  }

  /// The form of a file with these columns.
  ///
  /// - Parameters:
  ///   - columns: their names.
  ///   - place: the first line, for errors.
  ///   - isTextNamed: whether the column of the text was named, which only a classification has.
  static func form(of columns: [String], place: String, isTextNamed: Bool = false) throws
    -> LabelledTexts.Form
  {
    func has(_ column: String) -> Bool { names[column]?.contains { columns.contains($0) } ?? false }
    if isTextNamed {
      guard has("label") else {
        throw TextError(
          place: place,
          reason: "--field names the text of a classification, and there is no column \"label\"",
          suggestion: "name the column of the labels label, or leave --field out")
      }
      return .classification
    }
    // A pair may have further texts, and words the text that they are from: what needs more goes first.
    if let form = [LabelledTexts.Form.tagging, .pairs, .classification].first(where: {
      needed($0).allSatisfy(has)
    }) {
      return form
    }
    let known = names.values.flatMap { $0 }.sorted()
    let meant = columns.sorted().compactMap { column in
      known.contains(column) ? nil : nearestName(to: column, among: known).map { "\($0) for \(column)" }
    }
    let found =
      columns.sorted().prefix(12).map { "\"\($0.prefix(40))\($0.count > 40 ? "…" : "")\"" }.joined(
        separator: ", ")
      + (columns.count > 12 ? " and \(columns.count - 12) more" : "")
    throw TextError(
      place: place, reason: "there are no columns of a task among \(found)",
      suggestion: "a file has text and label, or first, second and label, or words and tags"
        + (meant.isEmpty ? "" : "; did you mean \(meant.joined(separator: ", "))?"))
  }
}
