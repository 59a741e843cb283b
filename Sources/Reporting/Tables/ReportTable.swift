/// A table with a caption, a head and a first column of row headings; it scrolls alone when too wide.
package struct ReportTable {
  /// Heading of a column; numbers are aligned right.
  package struct Column: ExpressibleByStringLiteral {
    package var title: Markup
    package var isNumber = false
    /// Holds sentences, so it keeps some width.
    package var isText = false

    package init(_ title: Markup, isNumber: Bool = false, isText: Bool = false) {
      self.title = title
      self.isNumber = isNumber
      self.isText = isText
    }

    package init(stringLiteral value: String) { title = "\(value)" }

    package static func number(_ title: Markup) -> Column { Column(title, isNumber: true) }
    package static func text(_ title: Markup) -> Column { Column(title, isText: true) }
  }

  package var caption: String
  package var columns: [Column]
  package var rows: [[Markup]]
  /// Style of the first column's cells.
  package var firstStyle: String

  package init(caption: String, columns: [Column], rows: [[Markup]], firstStyle: String = "") {
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.firstStyle = firstStyle
  }

  package var markup: Markup {
    let head = columns.map { column -> Markup in
      // A heading without text is no heading to a screen reader.
      if column.title.text.isEmpty { return "<td></td>" }
      let style = column.isNumber ? "n" : column.isText ? "text" : ""
      return "<th scope='col' class='\(style)'>\(column.title)</th>"
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
      <div class='table' role='region' tabindex='0' aria-label='Table: \(caption)'><table>
      <caption>\(caption)</caption><thead><tr>\(head)</tr></thead>
      <tbody>\(body)</tbody></table></div>

      """
  }
}
