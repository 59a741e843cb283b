import Foundation
import Wording

/// Rows in aligned columns: text to the left, numbers to the right.
public struct Table: Sendable {
  /// The alignment of a column.
  public enum Alignment: Sendable {
    /// To the right when every cell is a number, else to the left.
    case automatic
    case left
    case right
  }

  /// One column.
  public struct Column: Sendable {
    /// Its heading.
    public let title: String
    /// The alignment of its cells.
    public let alignment: Alignment
    /// The least width to which it may be cut when the table is wider than the terminal; nil: never cut.
    public let smallestWidth: Int?

    /// A column.
    public init(_ title: String, _ alignment: Alignment = .automatic, smallestWidth: Int? = nil) {
      self.title = title.visible.oneLine
      self.alignment = alignment
      self.smallestWidth = smallestWidth
    }
  }

  /// The columns.
  public let columns: [Column]
  /// The cells, row by row.
  public private(set) var rows: [[String]] = []

  /// An empty table.
  public init(_ columns: [Column]) { self.columns = columns }

  /// An empty table whose columns have these headings; columns of text may be cut to 12.
  public init(_ titles: String...) {
    columns = titles.map { Column($0, smallestWidth: 12) }
  }

  /// Adds a row; missing cells are empty. A cell is one line, whatever its text: line ends become spaces, and other
  /// control characters are shown.
  public mutating func add(_ cells: [String]) {
    precondition(cells.count <= columns.count, "a row has more cells than there are columns")
    let cells = cells.map(\.visible.oneLine)
    rows.append(cells + Array(repeating: "", count: columns.count - cells.count))
  }

  /// Adds a row.
  public mutating func add(_ cells: String...) { add(cells) }

  /// The table as lines, the headings first when there are any.
  ///
  /// - Parameters:
  ///   - width: cut columns until the lines fit; nil: as wide as it is.
  ///   - indent: spaces before each line.
  public func lines(width: Int? = nil, indent: Int = 0) -> [String] {
    let isRight = columns.indices.map { standsRight($0) }
    var widths = columns.indices.map { index in
      (rows.map { $0[index] } + [columns[index].title]).map { displayWidth($0) }.max() ?? 0
    }
    if let width { fit(&widths, into: width - indent) }
    func text(_ cells: [String]) -> String {
      let line = cells.indices.map { index in
        padded(truncated(cells[index], to: widths[index]), to: widths[index], right: isRight[index])
      }.joined(separator: "  ")
      let trimmed = String(line.reversed().drop { $0 == " " }.reversed())
      return trimmed.isEmpty ? "" : String(repeating: " ", count: indent) + trimmed
    }
    let heading = columns.contains { !$0.title.isEmpty } ? [text(columns.map(\.title))] : []
    return heading + rows.map(text)
  }

  private func standsRight(_ index: Int) -> Bool {
    switch columns[index].alignment {
    case .left: return false
    case .right: return true
    case .automatic:
      let cells = rows.map { $0[index] }.filter { !["", "-", "—"].contains($0) }
      return !cells.isEmpty && cells.allSatisfy(Self.isNumber)
    }
  }

  /// Whether a cell begins like a number and has at most a unit behind it.
  private static func isNumber(_ cell: String) -> Bool {
    let words = cell.split(separator: " ")
    guard let first = words.first, words.count <= 2 else { return false }
    let digits = first.drop { "+-±≤≥<>~".contains($0) }
    return digits.first?.isNumber == true && digits.allSatisfy { $0.isNumber || ".,%e-+×".contains($0) }
      && (words.count < 2 || words[1].first?.isNumber == false)
  }

  private func fit(_ widths: inout [Int], into width: Int) {
    func total() -> Int { widths.reduce(0, +) + 2 * max(0, widths.count - 1) }
    while total() > width {
      let shrinkable = columns.indices.filter { index in
        columns[index].smallestWidth.map { widths[index] > $0 } ?? false
      }
      guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
    }
  }
}

extension Console {
  /// Prints a table, cut to the terminal's width when there is a terminal.
  public func table(_ table: Table, indent: Int = 0) {
    var lines = table.lines(width: isTerminal ? width : nil, indent: indent)
    if !lines.isEmpty, table.columns.contains(where: { !$0.title.isEmpty }) {
      lines[0] = styled(lines[0], .bold)
    }
    block(lines)
  }
}
