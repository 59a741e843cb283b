/// The rows of a table, one after the other: commas with quotes as in RFC 4180, or tabs without.
struct TableInput {
  /// A row, with the number of the line that it begins in.
  struct Row {
    let cells: [[UInt8]]
    let line: Int
    /// Why the row cannot be used; nil where it can.
    let fault: JSONLine.Fault?
  }

  private let lines: LineInput
  private let separator: UInt8
  private let isQuoted: Bool

  /// The rows of lines.
  init(_ lines: LineInput, _ format: DataFormat) {
    self.lines = lines
    separator = format == .csv ? UInt8(ascii: ",") : UInt8(ascii: "\t")
    isQuoted = format == .csv
  }

  /// The next row that is not blank; nil at the end.
  ///
  /// - Throws: `TextError` when the file cannot be read.
  func next() throws -> Row? {
    while let line = try lines.next() {
      if line.isTooLong { return Row(cells: [], line: line.number, fault: .tooLong) }
      if line.bytes.allSatisfy(isWhite), line.number > 1 { continue }
      return try row(line)
    }
    return nil
  }

  /// Where in a cell the reader is: before it, in one without quotes, within quotes, behind a quote within them.
  private enum State { case start, plain, quoted, closed }

  private func row(_ first: LineInput.Line) throws -> Row {
    var (cells, cell, state) = ([[UInt8]](), [UInt8](), State.start)
    let quote = UInt8(ascii: "\"")
    func ended(_ fault: JSONLine.Fault?) -> Row { Row(cells: cells, line: first.number, fault: fault) }
    var (bytes, size) = (first.bytes, 0)
    while true {
      let end = Self.content(of: bytes)
      for (place, byte) in bytes.enumerated() {
        if state == .quoted {
          if byte == quote { state = .closed } else { cell.append(byte) }
          continue
        }
        guard place < end else { break }
        switch byte {
        case separator:
          cells.append(cell)
          (cell, state) = ([], .start)
        case quote where isQuoted && state == .start: state = .quoted
        case quote where state == .closed:
          cell.append(quote)
          state = .quoted
        case UInt8(ascii: "\r") where state == .closed: return ended(.carriageReturn)
        case _ where state == .closed:
          return ended(
            JSONLine.Fault(
              reason: "something follows the quote that ends a cell",
              suggestion: "write a quote within a cell twice"))
        default:
          cell.append(byte)
          state = .plain
        }
      }
      guard state == .quoted else {
        cells.append(cell)
        return ended(nil)
      }
      // The cell continues in the next line.
      size += bytes.count
      guard let next = try lines.next() else {
        return ended(
          JSONLine.Fault(reason: "a quote is never closed", suggestion: "end the cell with another quote"))
      }
      if next.isTooLong || size > LineInput.maxBytes { return ended(.tooLong) }
      bytes = next.bytes
    }
  }

  /// How many bytes a line has without its line end.
  private static func content(of line: UnsafeBufferPointer<UInt8>) -> Int {
    var end = line.count
    if end > 0, line[end - 1] == UInt8(ascii: "\n") { end -= 1 }
    if end > 0, line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return end
  }
}

extension TableInput {
  /// Checks the names of columns.
  ///
  /// - Throws: `Fault` for a name that is there twice, and where the first row has swallowed others because its line
  ///   ends with a carriage return alone.
  static func check(columns: [String]) throws {
    if columns.contains(where: { $0.unicodeScalars.contains("\r") }) { throw JSONLine.Fault.carriageReturn }
    var seen: Set<String> = []
    if let twice = columns.first(where: { !seen.insert($0).inserted }) {
      throw JSONLine.Fault.twice("column", twice)
    }
  }
}

extension JSONLine.Fault {
  /// A field or column whose name another one has, too.
  static func twice(_ what: String, _ name: String) -> JSONLine.Fault {
    JSONLine.Fault(
      reason: "the \(what) \"\(name)\" is there twice", suggestion: "rename one of them, or remove it")
  }

  /// A row that ends as no row does here.
  static let carriageReturn = JSONLine.Fault(
    reason: "a line ends with a carriage return alone, which ends no row here",
    suggestion: "write line feeds instead, for instance with: tr '\\r' '\\n' < FILE > NEW")

  /// A line or document that is too long.
  static let tooLong = JSONLine.Fault(
    reason: "it is longer than \(LineInput.maxBytes >> 20) MiB", suggestion: "divide it into several")
}
