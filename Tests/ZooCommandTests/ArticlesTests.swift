import Foundation
import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Zoo

/// The articles in the documentation catalogues: their code compiles and does what they say.
@Suite struct ArticlesTests {
  private static let root = ModelFixture.root.resolvingSymlinksInPath()

  /// The articles: all pages of catalogues but the overviews, which are named like their modules.
  private static func articles() throws -> [(name: String, text: String)] {
    let sources = root.appending(path: "Sources")
    return try FileManager.default.subpathsOfDirectory(atPath: sources.path)
      .filter { $0.contains(".docc/") && $0.hasSuffix(".md") }
      .filter { path in
        let parts = path.split(separator: "/")
        return parts.last.map { $0.dropLast(3) } != parts.first
      }
      .sorted()
      .map { ($0, try String(contentsOf: sources.appending(path: $0), encoding: .utf8)) }
  }

  @Test func theCodeOfArticlesCompiles() throws {
    let compiled = try [
      "Tests/ZooCommandTests/ArticleExamples.swift", "Examples/HubModels/Sources/HubModels/HubModels.swift",
    ].map { try String(contentsOf: Self.root.appending(path: $0), encoding: .utf8) }.joined()
    let articles = try Self.articles()
    #expect(articles.count == 4)
    var blocks = 0
    for (name, text) in articles {
      for block in text.components(separatedBy: "```swift\n").dropFirst() {
        let code = try #require(block.components(separatedBy: "```").first)
        blocks += 1
        #expect(compiled.contains(code), "\(name): \(code)")
      }
    }
    #expect(blocks == 5)
  }

  @Test func theCodeOfArticlesDoesWhatTheySay() throws {
    let (none, some) = (
      try heldOutLoss(of: "tiny/gpt", after: 0), try heldOutLoss(of: "tiny/gpt", after: 20)
    )
    #expect(some < none && some > 0)
    var registry = try Registry.standard()
    try addSwish(to: &registry)
    let open = try registry.descriptor(
      preset: "tiny/gpt", sets: ["block.norm=swish"], from: try Presets.standard())
    let descriptor = try registry.descriptor(open, vocabulary: 261)
    _ = try registry.build(descriptor, in: try Context.dry(threads: 1, seed: 1), trains: true)
  }
}
