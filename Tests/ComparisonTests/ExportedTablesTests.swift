import Testing

@testable import Comparison

/// The tables of a report in other programs' formats.
@Suite struct ExportedTablesTests {
  /// A report whose title and command have a second line: it stays a remark.
  @Test func theFirstLinesOfATeXFileAreRemarks() {
    var data = ReportFixture.full(arms: 2)
    data.title = "x\n\\input{/etc/passwd}"
    data.footer.command = "./zoo compare a\r\n\\input{b}"
    let tables = ExportedTables(data)
    let live = tables.latex.split(whereSeparator: \.isNewline).filter { $0.contains("input") }
    #expect(live.count == 2 && live.allSatisfy { $0.hasPrefix("% ") })
    #expect(tables.markdown.hasPrefix("# x \\\\input{/etc/passwd}\n\n`./zoo compare a \\input{b}`\n"))
  }
}
