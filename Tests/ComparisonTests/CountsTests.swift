import Foundation
import Testing
import Wording

@testable import Comparison

/// One of something is not written as many.
@Suite struct CountsTests {
  /// Counts in a report's data, by their keys.
  private static let counts: Set<String> = [
    "steps", "tokens", "supervisedTokens", "windows", "bytes", "texts", "sentences", "evaluations",
    "trainBytes",
    "heldOutBytes", "threads", "dropped", "heldOut", "shared", "fitted", "tested", "train", "test",
    "development",
    "epochs", "parameters", "parametersWithoutEmbeddings",
  ]

  /// The same data with every count at one.
  private func ones(_ value: Any) -> Any {
    if let list = value as? [Any] { return list.map(ones) }
    guard let object = value as? [String: Any] else { return value }
    return Dictionary(
      uniqueKeysWithValues: object.map { key, value -> (String, Any) in
        (key, Self.counts.contains(key) && value is NSNumber ? 1 : ones(value))
      })
  }

  private func report() throws -> ReportData {
    let tree = try JSONSerialization.jsonObject(
      with: JSONEncoder.withWordsForNumbers().encode(ReportFixture.full(arms: 2)))
    return try JSONDecoder.withWordsForNumbers().decode(
      ReportData.self, from: JSONSerialization.data(withJSONObject: ones(tree)))
  }

  @Test func oneIsNotMany() throws {
    let data = try report()
    let tables = ExportedTables(data)
    let nouns =
      "steps|seeds|tokens|windows|bytes|texts|sentences|evaluations|items|epochs|labels|points|runs|threads|layers"
    let many = try Regex("(?:^|[^0-9.,·–-])1 (?:\(nouns))\\b")
    for (name, text) in [
      ("page", ReportPage.html(data)), ("report.md", tables.markdown), ("report.tex", tables.latex),
      ("story", Story(data).text),
    ] {
      let found = text.matches(of: many).map { String(text[$0.range]) }
      #expect(found == [], "\(name)")
    }
    #expect(Story(data).text.contains("for 1 step."))
  }

  @Test func separatorsAreTheSameEverywhere() throws {
    var data = ReportFixture.full(arms: 2)
    for arm in data.arms.indices { data.arms[arm].steps = 12_345 }
    let page = ReportPage.html(data)
    #expect(page.contains("12,345") && Story(data).text.contains("12,345 steps"))
    #expect(!page.contains("12 345") && !page.contains("12\u{202F}345") && !page.contains("12\u{A0}345"))
  }
}
