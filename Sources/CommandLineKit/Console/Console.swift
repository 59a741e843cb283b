import Foundation
import Wording

/// A colour or weight of text on a terminal.
public enum Style: Int, Sendable {
  case bold = 1
  case dim = 2
  case underlined = 4
  case red = 31
  case green = 32
  case yellow = 33
  case blue = 34
  case magenta = 35
  case cyan = 36
}

/// Where a command prints: results on the standard output, progress and errors on the standard error.
public struct Console: Sendable {
  /// One of the two streams.
  public struct Stream: Sendable {
    /// Where its text goes.
    public let sink: any TextSink
    /// Whether a person looks at it.
    public let isTerminal: Bool
    /// Whether it shows colours.
    public let colours: Bool

    /// A stream; colours only ever show on a terminal.
    public init(sink: any TextSink, isTerminal: Bool, colours: Bool) {
      self.sink = sink
      self.isTerminal = isTerminal
      self.colours = colours && isTerminal
    }
  }

  /// Results.
  public let output: Stream
  /// Progress and errors.
  public let errors: Stream
  /// Columns of the terminal; 80 where there is none.
  public let width: Int

  /// A console over two streams.
  public init(output: Stream, errors: Stream, width: Int) {
    self.output = output
    self.errors = errors
    self.width = max(20, width)
  }

  /// Whether results are shown on a terminal.
  public var isTerminal: Bool { output.isTerminal }
  /// Whether results are shown in colours.
  public var colours: Bool { output.colours }
  /// The width of help: long lines are hard to read.
  public var helpWidth: Int { min(width, 100) }
  /// Why results could not be written; nil when they could.
  public var outputFailure: String? { output.sink.failure }

  /// The console of this process. `NO_COLOR` and `TERM=dumb` switch colours off, `COLUMNS` sets the width.
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Console {
    let wantsColours =
      !(environment["NO_COLOR"].map { !$0.isEmpty } ?? false) && environment["TERM"] != "dumb"
    func stream(_ handle: FileHandle) -> Stream {
      Stream(
        sink: FileSink(handle), isTerminal: isatty(handle.fileDescriptor) == 1, colours: wantsColours)
    }
    let columns = environment["COLUMNS"].flatMap { Int($0) } ?? terminalWidth()
    return Console(
      output: stream(.standardOutput), errors: stream(.standardError), width: columns ?? 80)
  }

  /// A console that keeps its text in memory, for tests.
  public static func captured(
    isTerminal: Bool = false, width: Int = 80, colours: Bool = false
  ) -> (console: Console, output: MemorySink, errors: MemorySink) {
    let (output, errors) = (MemorySink(), MemorySink())
    let console = Console(
      output: Stream(sink: output, isTerminal: isTerminal, colours: colours),
      errors: Stream(sink: errors, isTerminal: isTerminal, colours: colours), width: width)
    return (console, output, errors)
  }

  /// Prints one line of results. On a terminal control characters are shown and not obeyed; elsewhere the text is
  /// written as it is, for other programs.
  public func line(_ text: String = "") {
    output.sink.write((output.isTerminal ? text.visible : text) + "\n")
  }

  /// Prints a part of a line of results at once, shown as a whole line is.
  public func piece(_ text: String) {
    output.sink.write(output.isTerminal ? text.visible : text)
  }

  /// Prints several lines at once.
  public func block(_ lines: [String]) { if !lines.isEmpty { line(lines.joined(separator: "\n")) } }

  /// Prints an empty line and a heading.
  public func heading(_ text: String) { line("\n" + styled(text, .bold)) }

  /// Prints a remark on the standard error, so that it does not mix with results.
  public func note(_ text: String) { errors.sink.write(text.visible + "\n") }

  /// Prints an error: `zoo: error: …`.
  public func error(_ text: String, program: String = "zoo") {
    let mark = Self.paint("error:", [.bold, .red], if: errors.colours)
    errors.sink.write("\(program): \(mark) \(text.bounded(to: Self.longestMessage).visibleUncoloured)\n")
  }

  /// Characters of an error or a warning: a message may quote a file, and a file may be one long line.
  private static let longestMessage = 16_000

  /// Prints a warning: `zoo: warning: …`.
  public func warning(_ text: String, program: String = "zoo") {
    let mark = Self.paint("warning:", [.bold, .yellow], if: errors.colours)
    errors.sink.write("\(program): \(mark) \(text.bounded(to: Self.longestMessage).visibleUncoloured)\n")
  }

  /// Prints a value as JSON with sorted keys.
  ///
  /// - Throws: `EncodingError`.
  public func json(_ value: some Encodable) throws { line(try Self.jsonText(value)) }

  /// A value as JSON text: sorted keys, indented, numbers that JSON lacks as words.
  ///
  /// - Throws: `EncodingError`.
  public static func jsonText(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder.withWordsForNumbers(.prettyPrinted).encode(value), as: UTF8.self)
  }

  /// Text in a style, where results are shown in colours.
  public func styled(_ text: String, _ styles: Style...) -> String {
    Self.paint(text, styles, if: colours)
  }

  static func paint(_ text: String, _ styles: [Style], if colours: Bool) -> String {
    guard colours, !styles.isEmpty, !text.isEmpty else { return text }
    let codes = styles.map { String($0.rawValue) }.joined(separator: ";")
    return "\u{1B}[\(codes)m\(text)\u{1B}[0m"
  }

  private static func terminalWidth() -> Int? {
    var size = winsize()
    for descriptor in [STDOUT_FILENO, STDERR_FILENO]
    where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
      return Int(size.ws_col)
    }
    return nil
  }
}
