import Settings

/// The columns of a table of labelled texts: its first row names them.
struct LabelledTable {
  /// The cells of a row.
  struct Row {
    let cells: [String]
    let place: String
  }

  private let columns: [String]
  private let format: DataFormat

  /// The columns that the first row names.
  ///
  /// - Parameters:
  ///   - rows: all that are not blank.
  ///   - format: of the file.
  ///   - field: the column of the text under another name; nil: none.
  /// - Throws: `TextError` when it names none of a task, with what to type where it is missing; when it names one
  ///   twice.
  init(_ rows: [Row], format: DataFormat, field: String? = nil) throws {
    self.format = format
    guard let head = rows.first else {
      preconditionFailure("a table has a first row")
    }
    func expectColumns(_ check: ([String]) throws -> Void) throws {
      do { try check(head.cells) } catch let fault as JSONLine.Fault {
        throw TextError(place: head.place, reason: fault.reason, suggestion: fault.suggestion)
      }
    }
    try expectColumns { names in
      guard names.contains(where: { $0.unicodeScalars.contains("\r") }) else { return }
      try TableInput.check(columns: names)
    }
    columns = try Self.columns(head.cells, field, place: head.place)
    // Checked here, so that a file without a line of names is told so and not that its lines are too short.
    do {
      _ = try LabelledColumns.form(of: columns, place: head.place, isTextNamed: field != nil)
    } catch let error as TextError {
      throw Self.withoutNames(rows, error) ?? error
    }
    try expectColumns(TableInput.check)
  }

  /// A line below the first.
  ///
  /// - Throws: `TextError` when it has more or fewer columns.
  func row(_ row: Row) throws -> LabelledRow {
    let values = row.cells
    guard values.count == columns.count else {
      throw TextError(
        place: row.place,
        reason: "the line has \(values.count) columns where the first has \(columns.count)",
        suggestion: format.columnAdvice)
    }
    return LabelledRow(
      fields: Dictionary(uniqueKeysWithValues: zip(columns, values.map(LabelledRow.Field.text))),
      place: row.place)
  }

  /// The names of columns, the text's own in place of `field`.
  ///
  /// - Throws: `TextError` where there is no column of that name.
  private static func columns(_ names: [String], _ field: String?, place: String) throws -> [String] {
    guard let field else { return names }
    guard names.contains(field) else {
      throw TextError(
        place: place, reason: "there is no column \"\(field)\"",
        suggestion: JSONLine.otherField(than: field, names))
    }
    return field == "text" ? names : names.map { $0 == field ? "text" : $0 == "text" ? "(text)" : $0 }
  }

  /// The rows of a TSV file, in which tabs part the cells and nothing is quoted.
  static func rows(_ lines: [TextLine]) -> [Row] {
    lines.map { line in
      Row(
        cells: line.text.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false).map {
          String($0)
        }, place: line.place)
    }
  }

  /// The rows of a CSV file that are not blank.
  ///
  /// - Parameter skip: as in ``LabelledTexts/read(_:field:skip:)``.
  static func csv(_ path: String, skip: (TextError) throws -> Void) throws -> [Row] {
    let input = try ByteInput(path, maxBytes: InputFile.maxBytes)
    let table = TableInput(LineInput(input), .csv)
    var rows: [Row] = []
    while let row = try table.next() {
      try DocumentInput.attempt(row.line, in: input.place, skip) {
        if let fault = row.fault { throw fault }
        var cells = row.cells
        if rows.isEmpty, cells[0].starts(with: DocumentInput.byteOrderMark) { cells[0].removeFirst(3) }
        for cell in cells { try cell.withUnsafeBufferPointer { try DocumentInput.expectText($0) } }
        rows.append(
          Row(cells: cells.map { String(decoding: $0, as: UTF8.self) }, place: "\(input.place):\(row.line)"))
      }
    }
    return rows
  }

  /// What to do about a file whose first line looks like the others: it has two or three columns, as all have,
  /// and one of them repeats its values as labels do. Nil where the file does not look so.
  private static func withoutNames(_ all: [Row], _ error: TextError) -> TextError? {
    let rows = all.prefix(1000).map(\.cells)
    let width = rows[0].count
    guard (2...3).contains(width), rows.count > 1, rows.allSatisfy({ $0.count == width }) else { return nil }
    let known = LabelledColumns.names.values.flatMap { $0 }
    // A first line with a name of ours, or nearly one, is a line of names.
    guard !rows[0].contains(where: { known.contains($0) || nearestName(to: $0, among: known) != nil }) else {
      return nil
    }
    let different = (0..<width).map { column in Set(rows.map { $0[column] }).count }
    // Of columns with as many values the last one, where labels usually are.
    guard let label = (0..<width).min(by: { (different[$0], -$0) < (different[$1], -$1) }) else { return nil }
    var names = width == 2 ? ["text"] : ["first", "second"]
    names.insert("label", at: label)
    let path = String(error.place[..<(error.place.lastIndex(of: ":") ?? error.place.endIndex)])
    return TextError(
      place: error.place,
      reason: "the first line names no columns of a task; column \(label + 1) looks like the label "
        + "(\(different[label]) different values in \(rows.count) lines)",
      suggestion:
        "put the names before it: printf '\(names.joined(separator: "\\t"))\\n' | cat - \(FilePath.argument(path)) > named.tsv"
    )
  }
}
