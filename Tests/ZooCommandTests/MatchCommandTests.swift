import Comparison
import Foundation
import TestSupport
import Testing
import Training

@testable import ZooCommand

/// Matching and budgets, as they are typed.
@Suite struct MatchCommandTests {
  private static let small = ["tokenizer=bytes", "recipe.evaluationWindows=2"].flatMap { ["--set", $0] }

  private func report(_ folder: URL) throws -> ReportData {
    let json = try Data(contentsOf: folder.appendingPathComponent("report.json"))
    return try JSONDecoder().decode(ReportData.self, from: json)
  }

  private func record(_ folder: URL) throws -> RunRecord { try RunRecord.read(RunFolder(folder)) }

  /// Matched by name and trained so; a comparison that continues keeps what was matched.
  @Test func matchedArmsAreTrainedAndShownAndResumed() throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/bert", "--steps", "4", "--batch", "2", "--out", "c"]
          + ["--match", "supervised", "--match", "parameters", "--seeds", "2"] + Self.small, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("matched: supervised"))
      let place = folder.appendingPathComponent("c")
      // 12 of 12 against 2 of 12 tokens: six times the steps, with every seed.
      for arm in ["gpt", "gpt-seed-2"] {
        #expect(try record(place.appendingPathComponent(arm)).state.step == 4)
      }
      for arm in ["bert", "bert-seed-2"] {
        let state = try record(place.appendingPathComponent(arm)).state
        #expect(state.step == 24 && state.supervisedTokens == 96)
      }
      let first = try report(place)
      let rows = first.certificate.filter { $0.what.hasPrefix("matched: ") }
      #expect(rows.map(\.what) == ["matched: parameters", "matched: supervised"])
      #expect(rows.allSatisfy(\.declared) && rows.last?.values.last?.contains("steps 4 → 24") == true)
      let seen = try #require(first.certificate.first { $0.what == "text seen while training" })
      #expect(!seen.equal && seen.declared)

      let resumed = try ZooProcess.run(["compare", "--resume", "c"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      let again = try report(place)
      #expect(again.certificate.map(\.values) == first.certificate.map(\.values))
      #expect(again.certificate.map(\.declared) == first.certificate.map(\.declared))
    }
  }

  @Test func anAblationIsMatchedToItsBase() throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(
        ["ablate", "tiny/gpt", "--swap", "block.feedForward.bias=false", "--match", "parameters"]
          + ["--steps", "2", "--batch", "2", "--out", "a"] + Self.small, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let row = try #require(
        try report(folder.appendingPathComponent("a")).certificate.first { $0.what == "matched: parameters" })
      // Two blocks lose biases of 64 and 16: 160 values, of which a unit of width brings
      // 64: two and a half, and of two equally near widths the wider one.
      #expect(row.values.last?.hasPrefix("feed-forward width 64 → 67") == true, "\(row.values)")
    }
  }

  @Test(arguments: [
    (["--supervised-tokens", "100"], 25), (["--bytes", "100"], 4),
    (["--supervised-tokens", "100", "--recipe", "r.json5"], 25),
  ])
  func budgetsOfTheCommandLineDecideTheSteps(_ budget: [String], _ steps: Int) throws {
    try withTemporaryFolder { folder in
      try "{ flops: 1e18, evaluationWindows: 2 }".write(
        to: folder.appendingPathComponent("r.json5"), atomically: true, encoding: .utf8)
      let outcome = try ZooProcess.run(
        ["train", "tiny/bert", "--batch", "2", "--out", "run"] + budget + Self.small, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      // Two of 12 tokens in each of two sequences, and every token is a byte.
      #expect(try record(folder.appendingPathComponent("run")).totalSteps == steps)
    }
  }

  @Test(arguments: [
    (["compare", "gpt", "bert", "--match", "width"], "receptive-field, parameters, flops, supervised"),
    (["compare", "bert", "gpt", "--match", "receptive-field"], "bert with block.attention.window=32"),
    (["compare", "bert", "gpt", "--match", "flops", "--match", "supervised"], "one of the two"),
    (["compare", "--resume", "x", "--match", "flops"], "keeps its model"),
    (["train", "gpt", "--flops", "1e9", "--bytes", "5"], "a run has one budget"),
    (["train", "gpt", "--supervised-tokens", "5", "--steps", "5"], "a run has one budget"),
    (["train", "--resume", "x", "--flops", "5"], "keeps its model"),
    (["train", "gpt", "--flops", "0"], "--flops: 0 is out of range"),
  ])
  func badInputGetsOneClearError(arguments: [String], hint: String) throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(arguments, in: folder)
      #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(hint), "\(arguments): \(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("runs").path))
    }
  }

  /// Twins differ in what they see and in what is supervised by design; two other models are not known to.
  @Test func onlyTwinsDeclareWhatTheySeeAndLearnFrom() {
    func declared(_ words: String...) -> Set<String> { ExperimentJob.declared(words.map(ArmWords.init)) }
    let question: Set<String> = ["supervised fraction", "receptive field of a layer"]
    #expect(declared("bert", "gpt", "bert recipe.objective=any-order").isSuperset(of: question))
    #expect(declared("bert-6x384", "gpt-6x384").isDisjoint(with: question))
    #expect(declared("bert", "ettin.json5").isDisjoint(with: question))
    #expect(
      declared("bert-6x384", "gpt-6x384").isSuperset(of: ["mask", "objective", "FLOPs per token, forward"]))
  }
}
