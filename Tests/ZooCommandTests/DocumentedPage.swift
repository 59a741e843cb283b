import Foundation

/// A page of the documentation: the README, or one in `docs/`.
struct DocumentedPage {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Paths of all pages, relative to the root of the project.
  static let paths: [String] = {
    let folder = root.appending(path: "docs").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return ["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
  }()

  let path: String
  let lines: [String]

  /// - Throws: when the page cannot be read.
  init(_ path: String) throws {
    self.path = path
    lines = try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
      .components(separatedBy: "\n")
  }

  /// The lines of fenced blocks in one language, block by block.
  func blocks(_ language: String) -> [[String]] {
    lines.split(separator: "```\(language)", omittingEmptySubsequences: false).dropFirst().map {
      Array($0.prefix { !$0.hasPrefix("```") })
    }
  }

  /// Files that the reader is told to write, by name: JSON5 blocks after ``Save this as `NAME`:``.
  var files: [(name: String, text: String)] {
    lines.indices.filter { lines[$0] == "```json5" }.compactMap { start in
      guard let said = lines[..<start].last(where: { !$0.isEmpty }), said.contains("ave this as `"),
        let name = said.components(separatedBy: "ave this as `").last?.components(separatedBy: "`").first
      else { return nil }
      return (name, lines[(start + 1)...].prefix { !$0.hasPrefix("```") }.joined(separator: "\n"))
    }
  }

  /// The lines outside fenced blocks.
  var prose: [String] {
    var isFenced = false
    return lines.filter { line in
      if line.hasPrefix("```") { isFenced.toggle() }
      return !isFenced && !line.hasPrefix("```")
    }
  }

  /// What stands between single backticks in the prose and its tables.
  var codeSpans: [String] {
    prose.flatMap { line in
      line.components(separatedBy: "`").enumerated().compactMap { $0.isMultiple(of: 2) ? nil : $1 }
    }
  }

  /// The targets of links and pictures.
  var links: [String] {
    prose.flatMap { $0.components(separatedBy: "](").dropFirst() }.compactMap {
      $0.components(separatedBy: ")").first
    }
  }

  /// The headings as GitHub names them in links.
  var anchors: Set<String> {
    Set(
      prose.filter { $0.hasPrefix("#") }.map { line in
        line.drop { $0 == "#" || $0 == " " }.lowercased()
          .filter { $0.isLetter || $0.isNumber || "- _".contains($0) }.replacing(" ", with: "-")
      })
  }
}
