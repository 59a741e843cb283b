/// A table of a report for other people's papers and pages: in Markdown, in LaTeX.
package struct ExportedTable: Sendable {
  /// What it shows, in one line.
  package let caption: String
  /// Headings.
  package let columns: [String]
  /// Which columns have numbers and are aligned right.
  package let isNumber: [Bool]
  /// Cells, row by row.
  package let rows: [[String]]

  package init(caption: String, columns: [String], isNumber: [Bool], rows: [[String]]) {
    self.caption = caption
    self.columns = columns
    self.isNumber = isNumber
    self.rows = rows
  }

  /// The table in GitHub's Markdown.
  package var markdown: Markdown {
    func line(_ cells: [Markdown]) -> Markdown { "| \(cells.joined(" | ")) |\n" }
    func row(_ cells: [String]) -> Markdown { line(cells.map { "\($0)" }) }
    let rule = line(isNumber.map { $0 ? "---:" : "---" })
    return "**\(caption)**\n\n\(row(columns))\(rule)\(rows.map(row))"
  }

  /// The table in LaTeX, for the package `booktabs`.
  package var latex: LaTeX {
    func line(_ cells: [String]) -> LaTeX {
      let escaped = cells.map { "\($0)" as LaTeX }
      return "    \(escaped.joined(" & ")) \\\\\n"
    }
    let alignment: [LaTeX] = isNumber.map { $0 ? "r" : "l" }
    return """
      \\begin{table}
        \\centering
        \\caption{\(caption)}
        \\begin{tabular}{\(alignment)}
          \\toprule
      \(line(columns))    \\midrule
      \(rows.map(line))    \\bottomrule
        \\end{tabular}
      \\end{table}

      """
  }
}
