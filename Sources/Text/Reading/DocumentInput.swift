import Settings

/// The documents of a file, one after the other, in memory that does not grow with the file.
struct DocumentInput {
  /// How the file is divided.
  let format: DataFormat
  /// How errors name the file.
  let place: String
  private let lines: LineInput
  private let reading: DataReading
  /// Whether a byte order mark before the first line is no text; in a text of no format it is, as in a mapped one.
  private let hidesMark: Bool

  /// Opens a file, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - reading: how it is divided.
  ///   - hidesMark: whether a byte order mark before a text is no part of it.
  ///   - maxBytes: as many bytes may be read, decompressed.
  /// - Throws: `TextError` when it cannot be opened.
  init(_ path: String, _ reading: DataReading, hidesMark: Bool = false, maxBytes: Int = .max) throws {
    let stored = path == InputFile.standardInput ? reading.standardInput : nil
    let input = try ByteInput(stored ?? path, maxBytes: maxBytes)
    lines = LineInput(input)
    place = InputFile.place(path)
    self.reading = reading
    format = reading.format(of: path, startingWith: try lines.peek())
    self.hidesMark = hidesMark || format != .text
  }

  /// Visits every document: of text every line with its line end, of other formats the text of each row.
  ///
  /// - Parameters:
  ///   - skip: is handed the error of each line or document that cannot be used and throws it, or returns to leave it out.
  ///   - body: is handed the document, UTF-8, valid during the call, and the number of its line.
  /// - Throws: `TextError` for a file that cannot be read; what `skip` and `body` throw.
  func forEach(
    skip: (TextError) throws -> Void, _ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void
  ) throws {
    switch format {
    case .auto, .text: try forEachLine(skip, body)
    case .jsonl:
      try forEachLine(skip) { line, number in
        if line.allSatisfy(isWhite) { return }
        let text = try JSONLine.text(in: reading.field, of: line)
        try text.withUnsafeBufferPointer {
          try Self.expectFilled($0, reading.field)
          try body($0, number)
        }
      }
    case .csv, .tsv: try forEachRow(skip, body)
    }
  }

  private func forEachLine(
    _ skip: (TextError) throws -> Void, _ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void
  ) throws {
    while let line = try lines.next() {
      try Self.attempt(line.number, in: place, skip) {
        if line.isTooLong { throw JSONLine.Fault.tooLong }
        let isMarked = line.number == 1 && hidesMark && line.bytes.starts(with: Self.byteOrderMark)
        let bytes = UnsafeBufferPointer(rebasing: line.bytes.dropFirst(isMarked ? 3 : 0))
        try Self.expectText(bytes)
        try body(bytes, line.number)
      }
    }
  }

  private func forEachRow(
    _ skip: (TextError) throws -> Void, _ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void
  ) throws {
    let table = TableInput(lines, format)
    guard let head = try table.next() else { return }
    var names = try Self.texts(head, place)
    if names.first?.hasPrefix("\u{FEFF}") == true { names[0].unicodeScalars.removeFirst() }
    do { try TableInput.check(columns: names) } catch let fault as JSONLine.Fault {
      throw TextError(place: "\(place):\(head.line)", reason: fault.reason, suggestion: fault.suggestion)
    }
    guard let column = names.firstIndex(of: reading.field) else {
      throw TextError(
        place: "\(place):\(head.line)", reason: "there is no column \"\(reading.field)\"",
        suggestion: JSONLine.otherField(than: reading.field, names))
    }
    while let row = try table.next() {
      try Self.attempt(row.line, in: place, skip) {
        if let fault = row.fault { throw fault }
        guard row.cells.count == names.count else {
          throw JSONLine.Fault(
            reason: "the row has \(row.cells.count) columns where the first line has \(names.count)",
            suggestion: format.columnAdvice)
        }
        try row.cells[column].withUnsafeBufferPointer { text in
          try Self.expectText(text)
          try Self.expectFilled(text, reading.field)
          try body(text, row.line)
        }
      }
    }
  }

  /// Reads one document; what is wrong with it is handed to `skip`.
  static func attempt(
    _ line: Int, in place: String, _ skip: (TextError) throws -> Void, _ body: () throws -> Void
  ) throws {
    do { try body() } catch let fault as JSONLine.Fault {
      try skip(TextError(place: "\(place):\(line)", reason: fault.reason, suggestion: fault.suggestion))
    }
  }

  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The cells of the first row of a table.
  private static func texts(_ row: TableInput.Row, _ place: String) throws -> [String] {
    if let fault = row.fault {
      throw TextError(place: "\(place):\(row.line)", reason: fault.reason, suggestion: fault.suggestion)
    }
    return row.cells.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Refuses bytes that are not UTF-8.
  static func expectText(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    guard let bad = firstInvalidByte(in: bytes) else { return }
    throw JSONLine.Fault(
      reason: "byte \(bad) of the line (0x\(hexadecimal([bytes[bad]], upper: true))) is not UTF-8",
      suggestion: "convert it, for instance with: iconv -f latin1 -t utf-8")
  }

  private static func expectFilled(_ bytes: UnsafeBufferPointer<UInt8>, _ field: String) throws {
    guard bytes.allSatisfy(isWhite) else { return }
    throw JSONLine.Fault(
      reason: "\"\(field)\" is empty", suggestion: "write a text there, or remove the line")
  }
}
