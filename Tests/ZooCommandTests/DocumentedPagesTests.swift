import Foundation
import Testing

/// What holds for the pages as texts: their links, their Swift code, the length of the README.
@Suite struct DocumentedPagesTests {
  @Test(arguments: DocumentedPage.paths) func everyLinkHasATarget(_ path: String) throws {
    let page = try DocumentedPage(path)
    let place = DocumentedPage.root.appending(path: path).deletingLastPathComponent()
    for link in page.links where !link.hasPrefix("http") {
      let parts = link.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
      let target = parts[0].isEmpty ? path : place.appending(path: parts[0]).standardizedFileURL.path
      let file = parts[0].isEmpty ? DocumentedPage.root.appending(path: path).path : target
      #expect(FileManager.default.fileExists(atPath: file), "\(path) links to \(link)")
      guard parts.count == 2, let name = DocumentedPage.paths.first(where: { file.hasSuffix("/\($0)") })
      else {
        continue
      }
      #expect(try DocumentedPage(name).anchors.contains(parts[1]), "\(path) links to \(link)")
    }
  }

  /// The README is the only page that leads to the others.
  @Test func theReadmeIsShortAndLeadsToEveryPage() throws {
    let readme = try DocumentedPage("README.md")
    #expect(readme.lines.count <= 121, "the README has \(readme.lines.count - 1) lines")
    for path in DocumentedPage.paths.dropFirst() {
      #expect(readme.links.contains(path), "the README does not link to \(path)")
    }
  }

  @Test(arguments: DocumentedPage.paths) func swiftExamplesAreWhatTheTestsCompile(_ path: String) throws {
    let folder = DocumentedPage.root.appending(path: "Tests/ZooCommandTests")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix("Example.swift") || $0.hasSuffix("Examples.swift")
    }
    let compiled = try files.map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
      .joined()
    let blocks = try DocumentedPage(path).blocks("swift")
    for block in blocks {
      let body = block.filter { !$0.hasPrefix("import ") }.joined(separator: "\n")
        .trimmingCharacters(in: .newlines)
      #expect(compiled.contains(body), "\(path): \(body.prefix(60))… is not what is compiled")
      #expect(block.count <= 60, "\(path): \(body.prefix(60))… does not fit on a screen")
    }
    if path == "docs/extending.md" { #expect(blocks.count >= 11) }
  }
}
