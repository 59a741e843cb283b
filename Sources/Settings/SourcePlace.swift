/// The place of a value: in a file, or in an edit on the command line.
public struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
  /// The file's path, or the edit such as `--set block.norm=rms`.
  public let file: String
  /// The line, counted from 1; 0 where lines mean nothing.
  public let line: Int
  /// The column in characters, counted from 1.
  public let column: Int

  /// A place in a file.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The place of an edit on a command line.
  static func edit(_ text: String) -> SourcePlace { SourcePlace(file: editStart + text, line: 0, column: 0) }

  /// Whether it is an edit on a command line rather than a place in a file.
  package var isEdit: Bool { line == 0 && file.hasPrefix(Self.editStart) }

  private static let editStart = "--set "

  public var description: String {
    let shown = FilePath.shown(file)
    return line == 0 ? shown : "\(shown):\(line):\(column)"
  }
}
