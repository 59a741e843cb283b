import Foundation
import TestSupport
import Testing
import Training

@testable import ZooCommand

/// Runs and comparisons of an earlier program (commit 5f2c9a2) are read, used, and continue.
@Suite struct OldRunsTests {
  /// A run of 8 steps with its checkpoints of steps 6 and 8, a comparison of 4 steps, and their text.
  private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/5f2c9a2")

  private func withRuns(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for name in ["run", "comparison", "text.txt"] {
        let place = name == "text.txt" ? name : "runs/" + name
        let target = folder.appendingPathComponent(place)
        try FileManager.default.createDirectory(
          at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Self.fixture.appendingPathComponent(name), to: target)
      }
      try body(folder)
    }
  }

  private func succeeds(_ words: [String], in folder: URL) throws -> String {
    let outcome = try ZooProcess.run(words, in: folder)
    #expect(outcome.status == 0, "\(words): \(outcome.errors)")
    return outcome.output
  }

  /// Other processors round otherwise.
  private func isNear(_ value: Double?, _ other: Double?) -> Bool {
    guard let value, let other else { return false }
    return abs(value - other) < 1e-4
  }

  @Test func theyAreListedAndUsed() throws {
    try withRuns { folder in
      let listed = try succeeds(["runs"], in: folder)
      for words in ["runs/run ", "8/8", "5.5274", "runs/comparison/gpt", "runs/comparison/bert"] {
        #expect(listed.contains(words), "\(words): \(listed)")
      }
      let data = Data(try succeeds(["eval", "runs/run", "--windows", "8", "--json"], in: folder).utf8)
      let evaluation = try JSONDecoder().decode(EvaluationReport.self, from: data)
      let record = try RunRecord.read(RunFolder(folder.appendingPathComponent("runs/run")))
      #expect(isNear(evaluation.loss, record.evaluation?.loss) && isNear(evaluation.loss, 5.527416))
      #expect(evaluation.predictions == record.evaluation?.predictions)
      #expect(try succeeds(["eval", "runs/comparison"], in: folder).contains("nats per masked token"))
      let text = try succeeds(["generate", "runs/run", "--prompt", "the ", "--length", "8"], in: folder)
      #expect(text.hasPrefix("the") && text.utf8.count > 4)
      #expect(try succeeds(["fill", "runs/comparison/bert", "the [MASK]og"], in: folder).contains("%"))
    }
  }

  /// The last two steps are taken again, and lead to what the earlier program recorded.
  @Test func aRunGoesOnWithTheRecordedNumbers() throws {
    try withRuns { folder in
      let run = RunFolder(folder.appendingPathComponent("runs/run"))
      let recorded = try RunRecord.read(run)
      try FileManager.default.removeItem(at: run.checkpoint(step: 8))
      _ = try succeeds(["train", "--resume", "runs/run"], in: folder)
      let record = try RunRecord.read(run)
      #expect(record.status == .finished && record.state.step == 8)
      #expect(record.state.contentHash == recorded.state.contentHash)
      #expect(isNear(record.evaluation?.loss, recorded.evaluation?.loss))
      // And on, beyond what was planned.
      _ = try succeeds(["train", "--resume", "runs/run", "--steps", "10"], in: folder)
      #expect(try RunRecord.read(run).state.step == 10)
    }
  }

  /// Settings are objects in the files of runs and comparisons; in files from before they were, they are texts, and
  /// both are read alike.
  @Test func settingsAreObjectsOrTexts() throws {
    try withRuns { folder in
      typealias Object = [String: Any]
      func url(_ name: String) -> URL { folder.appendingPathComponent("runs/" + name) }
      func object(_ name: String) throws -> Object {
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: url(name))) as? Object
        return try #require(value)
      }
      /// The settings of a record as texts, as the program wrote them before.
      func withTexts(_ record: Object) throws -> Object {
        var record = record
        for key in ["descriptor", "recipe"] {
          record[key] = String(
            decoding: try JSONSerialization.data(withJSONObject: try #require(record[key])), as: UTF8.self)
        }
        return record
      }
      let old = try RunRecord.read(RunFolder(url("run")))
      _ = try succeeds(["train", "--resume", "runs/run", "--steps", "9"], in: folder)
      let settings = try #require(try object("run/run.json")["descriptor"] as? Object)
      #expect(settings["architecture"] as? String == "gpt" && settings["context"] as? Int == 16)
      #expect(try object("run/run.json")["recipe"] is Object)
      // To the letter what it was as a text.
      let new = try RunRecord.read(RunFolder(url("run")))
      #expect(new.descriptor == old.descriptor && new.recipe.contains(#""steps":9"#))
      let listed = try JSONSerialization.jsonObject(
        with: Data(try succeeds(["runs", "--json"], in: folder).utf8))
      #expect((listed as? [Object])?.allSatisfy { $0["descriptor"] is Object } == true)

      _ = try succeeds(
        [
          "compare", "tiny/gpt", "tiny/bert", "--data", "text.txt", "--steps", "2", "--batch", "2", "--out",
          "runs/c",
        ],
        in: folder)
      var experiment = try object("c/experiment.json")
      let arms = try #require(experiment["arms"] as? [Object])
      #expect(arms.allSatisfy { $0["descriptor"] is Object && $0["recipe"] is Object })
      let run = try object("c/gpt/run.json")
      experiment["arms"] = try arms.map(withTexts)
      try JSONSerialization.data(withJSONObject: experiment).write(to: url("c/experiment.json"))
      try JSONSerialization.data(withJSONObject: try withTexts(run)).write(to: url("c/gpt/run.json"))
      try FileManager.default.removeItem(at: url("c/bert"))
      _ = try succeeds(["compare", "--resume", "runs/c"], in: folder)
      #expect(try RunRecord.read(RunFolder(url("c/bert"))).status == .finished)
      #expect(try object("c/bert/run.json")["recipe"] is Object)
    }
  }

  /// The memory of this machine is asked when a comparison continues, not only when it begins.
  @Test func aPlanThatDoesNotFitIsRefusedWhenItIsResumed() throws {
    try withRuns { folder in
      let file = folder.appendingPathComponent("runs/comparison/experiment.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      let huge = text.replacingOccurrences(of: #"\"batch\":4"#, with: #"\"batch\":65536"#)
        .replacingOccurrences(of: #"\"context\":16"#, with: #"\"context\":4096"#)
      #expect(huge != text)
      try FileManager.default.removeItem(at: folder.appendingPathComponent("runs/comparison/bert"))
      try FileManager.default.removeItem(at: folder.appendingPathComponent("runs/comparison/gpt"))
      try Data((0..<60_000).map { "the dog \($0) sleeps\n" }.joined().utf8).write(
        to: folder.appendingPathComponent("text.txt"))
      try Data(huge.utf8).write(to: file)
      let outcome = try ZooProcess.run(["compare", "--resume", "runs/comparison"], in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains("does not fit"), "\(outcome.errors)")
      #expect(outcome.errors.contains("change that in a new comparison"))
    }
  }

  @Test func aComparisonIsReportedAnewAndGoesOn() throws {
    try withRuns { folder in
      let place = folder.appendingPathComponent("runs/comparison")
      let page = place.appendingPathComponent("report.html")
      _ = try succeeds(["figure", "curves", "runs/comparison", "--out", "curves.svg"], in: folder)
      _ = try succeeds(["compare", "--resume", "runs/comparison"], in: folder)
      #expect(try String(contentsOf: page, encoding: .utf8).contains("gpt against bert"))
      // A model that has lost its run is trained as it was planned.
      let bert = RunFolder(place.appendingPathComponent("bert"))
      let recorded = try RunRecord.read(bert)
      try FileManager.default.removeItem(at: bert.url)
      _ = try succeeds(["compare", "--resume", "runs/comparison"], in: folder)
      let record = try RunRecord.read(bert)
      #expect(record.state.contentHash == recorded.state.contentHash)
      #expect(isNear(record.evaluation?.loss, recorded.evaluation?.loss))
      _ = try succeeds(["compare", "runs/comparison", "runs/run"], in: folder)
    }
  }
}
