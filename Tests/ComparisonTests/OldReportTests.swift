import Foundation
import Testing

@testable import Comparison
@testable import Evaluation

/// Reports whose JSON has parts of their own for what is an evaluation today are shown in full.
@Suite struct OldReportTests {
  /// The keys are those of reports from before samples, fills and writing were evaluations.
  private static let parts = """
    {"samples": [{"arm": 1, "prompt": "the", "settings": "temperature 0.8, seed 1", "sentences": [
       {"text": "a dog sleeps .", "wellFormed": true}, {"text": "dog a .", "wellFormed": false}, {"text": "th"}]}],
     "writing": [{"arm": 0, "how": "masks unmasked in random order", "texts": 32, "sentences": 40,
       "wellFormed": {"value": 0.75, "interval": {"low": 0.6, "high": 0.86}},
       "copied": {"value": 0.025}, "distinct": [0.1, 0.2, 0.3, 0.4]}],
     "fills": [{"arm": 0, "text": "the [MASK] sleeps .", "masks": [{"correct": " dog", "guesses": [
       {"text": " dog", "probability": 0.5, "grammarProbability": 0.6}, {"text": " cat", "probability": 0.2}]}]}]}
    """

  private func report() throws -> ReportData {
    var plain = ReportFixture.full()
    (plain.samples, plain.fills) = (nil, nil)
    var object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(plain)) as? [String: Any])
    let parts = try #require(
      try JSONSerialization.jsonObject(with: Data(Self.parts.utf8)) as? [String: Any])
    object.merge(parts) { $1 }
    return try JSONDecoder().decode(ReportData.self, from: JSONSerialization.data(withJSONObject: object))
  }

  @Test func theirPartsAreSectionsAmongTheDetails() throws {
    let page = PageReader.read(ReportPage.html(try report()))
    #expect(page.problem == nil)
    for section in ["samples", "writing", "fills"] {
      #expect(page.sections.contains(section))
      #expect((page.sections.firstIndex(of: section) ?? 0) > (page.sections.firstIndex(of: "attention") ?? 0))
    }
    for text in [
      "after the prompt “the”", "Of 2 complete sentences the grammar accepts 1.", "75.0 %", "2.5 %", "40 %",
      "the first guess at 1 of 1 mask.", "Mask: correct is “ dog”", "50.0 %",
    ] { #expect(page.text.contains(text), "\(text)") }
  }

  @Test func theyAreEvaluationsWithFiguresAndTables() throws {
    let report = try report()
    let all = report.allEvaluations
    #expect(all.map(\.evaluation).suffix(4) == ["samples", "writing", "fills", "heads"])
    let writing = try #require(all.first { $0.evaluation == "writing" })
    #expect(writing.figures.map(\.count) == [6, 0] && writing.figures[0][0].value == 0.75)
    #expect(writing.figures[0][0].moreIsBetter == true && writing.figures[0][1].moreIsBetter == nil)
    let text = ExportedTables(report).markdown
    for part in ["a dog sleeps . | yes |", "the \\[MASK\\] sleeps . – Mask", "40 %"] {
      #expect(text.contains(part), "\(part)")
    }
  }

  /// Heads were a part of their own, and were not exported.
  @Test func theirHeadsAreAnEvaluationWithTables() throws {
    let heads = try #require(try report().allEvaluations.last?.section)
    #expect(
      heads.conclusion == "The most frequent kind of head: bert: 5 of 6 heads mixed; gpt: 4 of 6 heads mixed."
    )
    #expect(
      heads.tables.map(\.caption) == ["bert", "gpt"].flatMap { name in
        [
          "Heads of \(name), untrained", "Heads of \(name), after 2,400 steps",
          "Every head of \(name) in the checkpoints that were kept", "Heads of \(name)",
        ]
      } + ["Heads of bert and gpt, most similar first"]
        + ["bert", "gpt"].map { "Attention rollout of \($0)" })
    let text = ExportedTables(try report()).markdown
    for part in ["| L2 | mixed, towards previous token, +0.050 |", "0.45 (0.98 · 1.00)"] {
      #expect(text.contains(part), "\(part)")
    }
  }
}
