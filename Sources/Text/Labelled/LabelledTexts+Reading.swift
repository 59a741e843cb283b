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
  /// A label is a text, a number, true or false. A file whose name ends in `.jsonl` or `.json`, or that
  /// begins with `{`, is JSONL.
  ///
  /// - Throws: `TextError` that names the file and the line.
  public static func read(_ path: String) throws -> LabelledTexts {
    let url = URL(fileURLWithPath: path)
    guard let data = try? Data(contentsOf: url), let content = String(validating: data, as: UTF8.self) else {
      throw TextError(
        place: path, reason: "the file cannot be read as UTF-8 text", mend: "name a TSV or JSONL file")
    }
    // Some programs begin a file with a mark of its byte order.
    let text = content.first == "\u{FEFF}" ? String(content.dropFirst()) : content
    let isJSON =
      ["jsonl", "json"].contains(url.pathExtension.lowercased())
      || text.first { !$0.isWhitespace } == "{"
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.enumerated()
      .map { LabelledLine(text: String($0.element), place: "\(path):\($0.offset + 1)") }
      .filter { $0.text.contains { !$0.isWhitespace } }
    guard let head = lines.first else {
      throw TextError(place: path, reason: "the file is empty", mend: "name a TSV or JSONL file")
    }
    let rows = isJSON ? try lines.map { try $0.object() } : try LabelledLine.table(lines)
    guard let first = rows.first else {
      throw TextError(
        place: path, reason: "the file holds columns but no texts", mend: "write a text a line below them")
    }
    let form = try LabelledColumns.form(of: Array(first.fields.keys), place: head.place)
    return LabelledTexts(
      name: url.deletingPathExtension().lastPathComponent, form: form,
      texts: try rows.map { try $0.labelled(form) })
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
  static func form(of columns: [String], place: String) throws -> LabelledTexts.Form {
    func has(_ column: String) -> Bool { names[column]?.contains { columns.contains($0) } ?? false }
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
    let found = columns.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
    throw TextError(
      place: place, reason: "there are no columns of a task among \(found)",
      mend: "a file has text and label, or first, second and label, or words and tags"
        + (meant.isEmpty ? "" : "; did you mean \(meant.joined(separator: ", "))?"))
  }
}

/// A line of a labelled file.
struct LabelledLine {
  let text: String
  let place: String

  /// The line as a JSON object.
  func object() throws -> LabelledRow {
    guard let fields = try? JSONDecoder().decode([String: LabelledRow.Field].self, from: Data(text.utf8))
    else {
      throw TextError(
        place: place, reason: "the line is no JSON object",
        mend: "write an object a line, such as "
          + "{\"text\": \"…\", \"label\": \"…\"}")
    }
    return LabelledRow(fields: fields, place: place)
  }

  /// Lines below a line of column names, with tabs between.
  static func table(_ lines: [LabelledLine]) throws -> [LabelledRow] {
    func cells(_ line: LabelledLine) -> [String] {
      line.text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    guard let head = lines.first else { return [] }
    let columns = cells(head)
    // Checked here, so that a file without a line of names is told so and not that its lines are too short.
    _ = try LabelledColumns.form(of: columns, place: head.place)
    if let twice = Set(columns).first(where: { name in columns.count { $0 == name } > 1 }) {
      throw TextError(
        place: head.place, reason: "the column \"\(twice)\" stands there twice", mend: "rename one of them")
    }
    return try lines.dropFirst().map { line in
      let values = cells(line)
      guard values.count == columns.count else {
        throw TextError(
          place: line.place,
          reason: "the line has \(values.count) columns where the first has \(columns.count)",
          mend: "part columns by one tab each; a text with a tab or a line end in it needs a JSONL file")
      }
      return LabelledRow(
        fields: Dictionary(uniqueKeysWithValues: zip(columns, values.map(LabelledRow.Field.text))),
        place: line.place)
    }
  }
}

/// The fields of a line by name.
struct LabelledRow {
  /// A value.
  enum Field: Decodable, Equatable {
    case text(String)
    case list([String])
    case other

    /// The text; nil for what is none.
    var asText: String? {
      if case .text(let text) = self { return text }
      return nil
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      func one(_ value: some CustomStringConvertible) -> Field { .text("\(value)") }
      if let value = try? container.decode(Bool.self) {
        self = one(value)
      } else if let value = try? container.decode(Int.self) {
        self = one(value)
      } else if let value = try? container.decode(Double.self) {
        self = one(value)
      } else if let value = try? container.decode(String.self) {
        self = one(value)
      } else if let values = try? container.decode([Field].self) {
        let texts = values.compactMap(\.asText)
        self = texts.count == values.count ? .list(texts) : .other
      } else {
        self = .other
      }
    }
  }

  let fields: [String: Field]
  let place: String

  /// The text and its labels.
  func labelled(_ form: LabelledTexts.Form) throws -> LabelledText {
    switch form {
    case .classification: LabelledText([try text("text")], labels: [try text("label")], place: place)
    case .pairs:
      LabelledText([try text("first"), try text("second")], labels: [try text("label")], place: place)
    case .tagging: try tagged()
    }
  }

  private func tagged() throws -> LabelledText {
    let (words, tags) = (try list("words"), try list("tags"))
    guard words.count == tags.count else {
      throw TextError(
        place: place, reason: "there are \(words.count) words and \(tags.count) tags",
        mend: "write a tag for every word")
    }
    return LabelledText(
      words.enumerated().map { $0.offset == 0 ? $0.element : " " + $0.element }, labels: tags, place: place)
  }

  /// A text that is not empty.
  private func text(_ column: String) throws -> String {
    guard case .text(let text) = try field(column), text.contains(where: { !$0.isWhitespace }) else {
      throw TextError(
        place: place, reason: "\"\(column)\" is empty or no text",
        mend: column == "label" ? "give every text a label" : "write a text there, or leave the line out")
    }
    return text
  }

  /// A list of texts, none empty: spaces part those of a table.
  private func list(_ column: String) throws -> [String] {
    let list: [String]
    switch try field(column) {
    case .text(let text): list = text.split(separator: " ").map(String.init)
    case .list(let texts): list = texts
    case .other: list = []
    }
    guard !list.isEmpty, list.allSatisfy({ $0.contains { !$0.isWhitespace } }) else {
      throw TextError(
        place: place, reason: "\"\(column)\" is empty or no list of texts",
        mend: "write at least one, and none that is empty")
    }
    return list
  }

  private func field(_ column: String) throws -> Field {
    let names = LabelledColumns.names[column] ?? []
    if let found = names.compactMap({ fields[$0] }).first { return found }
    let nearest = nearestName(to: column, among: Array(fields.keys)).map { "; did you mean it by \"\($0)\"?" }
    throw TextError(
      place: place, reason: "there is no field \"\(column)\"",
      mend: "the first line has it, and so must all" + (nearest ?? ""))
  }
}
