import Foundation

/// One section of the page: an anchor, a heading, a sentence on how to read it, and what it shows.
struct ReportSection {
  /// Anchor.
  var id: String
  /// Word in the navigation.
  var short: String
  /// Heading.
  var title: String
  /// How to read it.
  var lead: Markup
  /// The content.
  var body: Markup

  var markup: Markup {
    """
    <section id='\(id)' aria-labelledby='\(id)-h'><h2 id='\(id)-h'>\(title)</h2>
    <p class='lead'>\(lead)</p>
    \(body)</section>

    """
  }
}

/// A table with a caption, a head and a first column of row headings; it scrolls alone when too wide.
struct ReportTable {
  /// Heading of a column; numbers stand right.
  struct Column: ExpressibleByStringLiteral {
    var title: Markup
    var isNumber = false
    /// Holds sentences, so it keeps some width.
    var isText = false

    init(_ title: Markup, isNumber: Bool = false, isText: Bool = false) {
      self.title = title
      self.isNumber = isNumber
      self.isText = isText
    }

    init(stringLiteral value: String) { title = "\(value)" }

    static func number(_ title: Markup) -> Column { Column(title, isNumber: true) }
    static func text(_ title: Markup) -> Column { Column(title, isText: true) }
  }

  var caption: String
  var columns: [Column]
  var rows: [[Markup]]
  /// Style of the first column's cells.
  var firstStyle = ""

  var markup: Markup {
    let head = columns.map { column -> Markup in
      "<th scope='col' class='\(column.isNumber ? "n" : column.isText ? "text" : "")'>\(column.title)</th>"
    }
    let body = rows.map { row -> Markup in
      let cells = row.enumerated().map { index, cell -> Markup in
        if index == 0 { return "<th scope='row' class='\(firstStyle)'>\(cell)</th>" }
        let isNumber = index < columns.count && columns[index].isNumber
        return "<td class='\(isNumber ? "n" : "")'>\(cell)</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <div class='table' role='region' tabindex='0' aria-label='\(caption)'><table>
      <caption>\(caption)</caption><thead><tr>\(head)</tr></thead>
      <tbody>\(body)</tbody></table></div>

      """
  }
}

extension ReportData {
  /// An arm, or nil for an index that names none.
  func arm(_ index: Int?) -> Arm? {
    guard let index, arms.indices.contains(index) else { return nil }
    return arms[index]
  }

  /// Mark and name of an arm.
  func label(_ index: Int) -> Markup {
    guard let arm = arm(index) else { return "arm \(index + 1)" }
    return "<span class='arm'>\(ChartMark.swatch(arm.colour))\(arm.name)</span>"
  }

  /// Plain name of an arm.
  func name(_ index: Int) -> String { arm(index)?.name ?? "arm \(index + 1)" }

  /// Colour of an arm.
  func colour(_ index: Int) -> Int { arm(index)?.colour ?? index }

  /// One column a model.
  var armColumns: [ReportTable.Column] { arms.indices.map { .init(label($0)) } }
}
