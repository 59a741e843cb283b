import Foundation
import TestSupport
import Testing

@testable import Reporting

/// Whatever a name or a text holds, an exported file keeps its shape.
@Suite struct EscapingTests {
  /// Texts that broke, or could break, one format or another.
  static let hostile = [
    "x\n\\input{/etc/passwd}", "x\r\n% \\write18{id}", "x\u{2028}y", "|\u{301}", "`\u{301}", "a | b",
    "<img src=x>",
    "&lt;b&gt;", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\"quoted\", twice", "50 %",
    "%1$s%1$n",
    "[x]", "*", "a--b", "``", "# heading", "1. list", "- list", "~", "^", "\u{1B}[31m",
  ]

  private static func table(_ texts: [String]) -> ExportedTable {
    ExportedTable(
      caption: texts[0], columns: ["name", "value"], isNumber: [false, true], rows: texts.map { [$0, "1"] })
  }

  @Test func markdownKeepsItsTable() {
    for text in Self.hostile {
      let lines = Self.table([text]).markdown.text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 6, "\(text.debugDescription)")
      // Bars that are no borders are escaped, and no tag or entity is left.
      let row = Array(lines[4].unicodeScalars)
      let borders = row.indices.count { row[$0] == "|" && ($0 == 0 || row[$0 - 1] != "\\") }
      #expect(borders == 3, "\(text.debugDescription)")
      for index in row.indices where "<`".unicodeScalars.contains(row[index]) {
        #expect(row[index - 1] == "\\")
      }
      #expect(!lines[4].unicodeScalars.contains { $0.value < 32 })
    }
    #expect(MarkdownFormat.escape("- list") == "\\- list" && MarkdownFormat.escape("-0.5") == "-0.5")
    #expect(MarkdownFormat.escape("1. list") == "1\\. list" && MarkdownFormat.escape("1.5") == "1.5")
    #expect(MarkdownFormat.escape("&lt; q & r") == "\\&lt; q & r")
    #expect(Markdown.code("a ``b` c").text == "``` a ``b` c ```")
    #expect(Markdown.code("./zoo compare a b").text == "`./zoo compare a b`")
  }

  @Test func latexHoldsNoCommandOfAText() {
    for text in Self.hostile {
      let latex = Self.table([text]).latex.text
      #expect(
        latex.split(separator: "\n", omittingEmptySubsequences: false).count == 12, "\(text.debugDescription)"
      )
      #expect(!latex.contains("\\input") && !latex.contains("\\write"))
      let row = latex.split(separator: "\n").first { $0.hasSuffix("& 1 \\\\") }.map(String.init) ?? ""
      #expect(!row.isEmpty && !row.hasPrefix("    [") && !row.hasPrefix("    *"))
    }
    #expect(LaTeXFormat.escape("50 %") == "50 \\%" && LaTeXFormat.escape("a--b") == "a-{}-b")
    #expect(LaTeXFormat.escape("%\u{301}").unicodeScalars.starts(with: "\\%".unicodeScalars))
    #expect(LaTeX.comment("a\nb\r\nc\u{2028}d").text == "% a b c d\n")
  }

  /// Read back by another program, every field is what was written, and no text is a formula.
  @Test func commaSeparatedValuesAreReadBack() throws {
    let text = CommaSeparated.text([["name", "value"]] + Self.hostile.map { [$0, "-0.5"] })
    let rows = try Self.readByPython(text)
    #expect(rows.count == Self.hostile.count + 1)
    for (row, wanted) in zip(rows.dropFirst(), Self.hostile) {
      #expect(row.count == 2 && row[1] == "-0.5")
      let isLed = row[0].hasPrefix("'")
      #expect((isLed ? String(row[0].unicodeScalars.dropFirst()) : row[0]) == wanted)
      #expect(!(row[0].unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false))
    }
  }

  private static func readByPython(_ text: String) throws -> [[String]] {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("t.csv")
      try Data(text.utf8).write(to: file)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [
        "python3", "-c",
        "import csv,json,sys; print(json.dumps(list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8')))))",
        file.path,
      ]
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let data = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return try JSONDecoder().decode([[String]].self, from: data)
    }
  }

  /// No format string is built from data: a name like `%s` would be read as a place for a value.
  @Test func noFormatStringIsBuiltFromData() throws {
    let root = ModelFixture.root
    var found = 0
    for folder in ["Sources", "Plugins", "Benchmarks"] {
      let base = root.appendingPathComponent(folder).resolvingSymlinksInPath()
      for name in try FileManager.default.subpathsOfDirectory(atPath: base.path)
      where name.hasSuffix(".swift") {
        let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
        for use in text.components(separatedBy: "String(").dropFirst() {
          let argument = use.drop { $0.isWhitespace }
          guard argument.hasPrefix("format:") else { continue }
          found += 1
          let format = argument.dropFirst("format:".count).drop { $0.isWhitespace }
          // A literal that ends before anything is put into it.
          let literal = format.dropFirst().prefix { $0 != "\"" }
          #expect(
            format.hasPrefix("\"") && !literal.contains("\\("), "\(folder)/\(name): \(argument.prefix(60))")
          let rest = format.dropFirst(literal.count + 2)
          #expect(rest.first == "," || rest.first == ")", "\(folder)/\(name): \(argument.prefix(60))")
        }
        #expect(!text.contains("NSString(format") && !text.contains("NSPredicate(format"))
      }
    }
    #expect(found > 0)
  }
}
