import Settings

/// The columns of a TSV file of labelled texts: its first line names them, and tabs part them.
struct LabelledTable {
  private let columns: [String]

  /// The columns that the first line names.
  ///
  /// - Parameter lines: all that are not blank.
  /// - Throws: `TextError` when it names none of a task, with what to type where it is missing; when it names one
  ///   twice.
  init(_ lines: [TextLine]) throws {
    guard let head = lines.first else {
      preconditionFailure("a table has a first line")
    }
    columns = Self.cells(head)
    // Checked here, so that a file without a line of names is told so and not that its lines are too short.
    do { _ = try LabelledColumns.form(of: columns, place: head.place) } catch let error as TextError {
      throw Self.withoutNames(lines, error) ?? error
    }
    if let twice = Set(columns).first(where: { name in columns.count { $0 == name } > 1 }) {
      throw TextError(
        place: head.place, reason: "the column \"\(twice)\" is there twice",
        suggestion: "rename one of them")
    }
  }

  /// A line below the first.
  ///
  /// - Throws: `TextError` when it has more or fewer columns.
  func row(_ line: TextLine) throws -> LabelledRow {
    let values = Self.cells(line)
    guard values.count == columns.count else {
      throw TextError(
        place: line.place,
        reason: "the line has \(values.count) columns where the first has \(columns.count)",
        suggestion: "separate columns by one tab; texts that contain tabs or line ends need a JSONL file")
    }
    return LabelledRow(
      fields: Dictionary(uniqueKeysWithValues: zip(columns, values.map(LabelledRow.Field.text))),
      place: line.place)
  }

  private static func cells(_ line: TextLine) -> [String] {
    line.text.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
  }

  /// What to do about a file whose first line looks like the others: it has two or three columns, as all have,
  /// and one of them repeats its values as labels do. Nil where the file does not look so.
  private static func withoutNames(_ lines: [TextLine], _ error: TextError) -> TextError? {
    let rows = lines.prefix(1000).map(cells)
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
    let quoted = "'" + path.replacing("'", with: "'\\''") + "'"
    return TextError(
      place: error.place,
      reason: "the first line names no columns of a task; column \(label + 1) looks like the label "
        + "(\(different[label]) different values in \(rows.count) lines)",
      suggestion:
        "put the names before it: printf '\(names.joined(separator: "\\t"))\\n' | cat - \(quoted) > named.tsv"
    )
  }
}
