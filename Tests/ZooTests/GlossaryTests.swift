import Foundation
import TestSupport
import Testing

/// `docs/glossary.md` names one term for each thing; the words of its last column are not used.
@Suite struct GlossaryTests {
  /// A row of the glossary: the term and the words that are not used for it.
  struct Term: Sendable {
    let name: String
    let refused: [String]
  }

  /// Words that stay in one place, each with the reason.
  static let allowed: [(file: String, words: [String], reason: String)] = [
    (
      "Sources/Evaluation/Likelihood/UnmaskingOrder.swift", ["uncovering"],
      "names a random stream: other bits"
    ),
    (
      "docs/suites.md", ["not decidable", "after holm", "flipping signs"],
      "tables that were printed by the commits which the page names"
    ),
  ]

  @Test func theGlossaryHasATermForEachThing() throws {
    let terms = try Self.terms()
    #expect(terms.count >= 60, "\(terms.count) terms")
    let names = terms.map(\.name)
    #expect(Set(names).count == names.count, "a term is there twice")
    #expect(terms.flatMap(\.refused).contains("held against"))
  }

  @Test func wordsThatAreNotUsedAreNotUsed() throws {
    let pattern = try Self.pattern(Self.terms().flatMap(\.refused))
    var found: [String] = []
    for path in try Self.files() {
      let text = try String(contentsOf: ModelFixture.root.appendingPathComponent(path), encoding: .utf8)
      let words = path.hasSuffix(".swift") ? SwiftProse.text(of: text) : text
      let allowed = Self.allowed.first { $0.file == path }?.words ?? []
      for word in Self.matches(pattern, in: words) where !allowed.contains(word.lowercased()) {
        found.append("\(path): \"\(word)\"")
      }
    }
    #expect(found == [], "docs/glossary.md names the term to use")
  }

  /// The help of a flag says what it does.
  @Test func noHelpBeginsWithWhether() throws {
    let pattern = try NSRegularExpression(pattern: #"help:\s*"whether\b"#)
    for path in try Self.files() where path.hasSuffix(".swift") {
      let text = try String(contentsOf: ModelFixture.root.appendingPathComponent(path), encoding: .utf8)
      #expect(Self.matches(pattern, in: text) == [], "\(path)")
    }
  }

  @Test(arguments: [
    ("let nobody = 1  // a comment\n", "a comment"),
    ("call(\"a text\", mend: 2)", "a text"),
    ("\"one \\(mend(\"inner\") + 1) two\"", "one … inner two"),
    ("/// a phrase that goes\n  /// on below", "a phrase that goes on below"),
    ("\"\"\"\n  first \\\n  second\n  \"\"\"", "first second"),
    ("\"an escaped \\\" quote\" // end", "an escaped \" quote end"),
    ("#\"raw \\(not code) \"#", "raw \\(not code)"),
  ]) func proseIsCommentsAndTexts(_ source: String, _ prose: String) {
    let words = SwiftProse.text(of: source).split { $0 == " " || $0 == "\n" }
    #expect(words.joined(separator: " ") == prose)
  }

  private static func terms() throws -> [Term] {
    let page = try String(
      contentsOf: ModelFixture.root.appendingPathComponent("docs/glossary.md"), encoding: .utf8)
    return page.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, cells[0] != "Term", !cells[0].hasPrefix("---") else { return nil }
      let refused = cells[2] == "—" ? [] : cells[2].components(separatedBy: ", ")
      return Term(name: cells[0], refused: refused)
    }
  }

  /// Matches the words in any case, over line ends.
  private static func pattern(_ words: [String]) throws -> NSRegularExpression {
    let each = words.map {
      $0.split(separator: " ").map { NSRegularExpression.escapedPattern(for: String($0)) }.joined(
        separator: #"\s+"#)
    }
    return try NSRegularExpression(
      pattern: #"\b(?:"# + each.joined(separator: "|") + #")\b"#, options: .caseInsensitive)
  }

  private static func matches(_ pattern: NSRegularExpression, in text: String) -> [String] {
    pattern.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap {
      Range($0.range, in: text).map { String(text[$0]) }
    }
  }

  /// Sources, the README and the documents, as paths from the root; not the glossary itself.
  private static func files() throws -> [String] {
    let sources = try #require(
      FileManager.default.enumerator(atPath: ModelFixture.root.appendingPathComponent("Sources").path))
    let documents = try FileManager.default.contentsOfDirectory(
      atPath: ModelFixture.root.appendingPathComponent("docs").path)
    return ["README.md"]
      + documents.filter { $0.hasSuffix(".md") && $0 != "glossary.md" }.map { "docs/\($0)" }
      + sources.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map { "Sources/\($0)" }
  }
}
