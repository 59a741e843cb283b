import Comparison
import Experiments
import Foundation
import TestSupport
import Testing
import Training

@testable import ZooCommand

/// `zoo compare RUN RUN`: the report of what is trained already.
@Suite struct TrainedComparisonTests {
  private static let small = ["layers=1", "width=8", "context=32"].flatMap { ["--set", $0] }

  private func zoo(_ words: [String], in folder: URL) throws -> ZooProcess.Outcome {
    try ZooProcess.run(words, in: folder)
  }

  private func train(
    _ model: String, _ out: String, _ more: [String] = [], windows: Int = 4, in folder: URL
  ) throws {
    let outcome = try zoo(
      ["train", model, "--steps", "6", "--batch", "2", "--out", out] + Self.small
        + ["--set", "recipe.evaluationWindows=\(windows)"] + more, in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func write(_ name: String, _ word: String, in folder: URL) throws {
    let text = (0..<300).map { "the \(word) \($0) sees \($0 * 7 % 13)\n" }.joined()
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private func report(_ name: String, in folder: URL) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name)/report.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func rows(_ report: [String: Any], _ key: String) throws -> [[String: Any]] {
    try #require(report[key] as? [[String: Any]])
  }

  /// Everything below a run's folder with its bytes; what was measured of the run is kept beside it.
  private func bytes(_ folder: URL) -> [String: Data] {
    let names = FileManager.default.subpaths(atPath: folder.path) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.filter { !$0.hasPrefix("evaluations") }.compactMap { name in
        (try? Data(contentsOf: folder.appendingPathComponent(name))).map { (name, $0) }
      })
  }

  @Test func runsOfOneTextAreComparedWithoutTraining() throws {
    try withTemporaryFolder { folder in
      try train("tiny/gpt", "g", ["--set", "recipe.keepLast=4"], in: folder)
      try train("tiny/gpt", "h", ["--seed", "2"], windows: 6, in: folder)
      let before = ["g", "h"].map { bytes(folder.appendingPathComponent($0)) }
      let outcome = try zoo(["compare", "g", "h", "g@4", "--out", "c"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(["g", "h"].map { bytes(folder.appendingPathComponent($0)) } == before)
      #expect(
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/c"))
          == ["lock", "report.html", "report.json", "report.md", "report.tex"])
      let report = try report("c", in: folder)
      let arms = try rows(report, "arms")
      #expect(arms.map { $0["name"] as? String } == ["g", "h", "g@4"])
      #expect(arms.map { $0["steps"] as? Int } == [6, 6, 4])
      // Each number of steps is said of its own model.
      let compared = try #require((report["glance"] as? [String: Any])?["compared"] as? String)
      #expect(
        compared.contains("causal-lm, 6 steps), h (") && compared.contains("causal-lm, 4 steps)"),
        "\(compared)")
      // The recorded loss where it was measured on the same windows; else all are measured again on the fewest.
      let record = try RunRecord.read(RunFolder(folder.appendingPathComponent("g")))
      #expect(arms[0]["finalHeldOutLoss"] as? Double == record.evaluation?.loss)
      let curve = try rows(report, "curves").first {
        $0["arm"] as? Int == 2 && $0["metric"] as? String == "heldOutLoss"
      }
      let last = try #require((curve?["points"] as? [[String: Any]])?.last)
      #expect(last["step"] as? Int == 4 && last["value"] as? Double == arms[2]["finalHeldOutLoss"] as? Double)
      let certificate = try rows(report, "certificate")
      func row(_ what: String) -> [String]? {
        certificate.first { $0["what"] as? String == what }?["values"] as? [String]
      }
      for name in Certificate.rowsOfTrainedRuns { #expect(row(name) != nil, "\(name)") }
      #expect(row("initial tensors") == ["seed 1", "seed 2", "seed 1"])
      #expect(row("steps taken") == ["6", "6", "4"] && row("tokens read") == ["384", "384", "256"])
      #expect(try rows(report, "heldOut")[0]["comparable"] as? Bool == true)
      let page = try String(contentsOf: folder.appendingPathComponent("c/report.html"), encoding: .utf8)
      #expect(page.contains("<a href='../g'>g</a>") && page.contains("./zoo generate g"))
      // A second one is beside the first.
      #expect(try zoo(["compare", "g", "h"], in: folder).output.contains("report: runs/g-h-1/report.html"))
      // Figures are made of it by its name, as of a comparison's.
      #expect(try zoo(["figure", "curves", "g-h-1", "--out", "x.svg"], in: folder).status == 0)
      #expect(try zoo(["runs"], in: folder).output.hasPrefix("no runs in"))
    }
  }

  @Test func runsOfDifferentTextsAreComparedInWhatCompares() throws {
    try withTemporaryFolder { folder in
      try write("a.txt", "dog", in: folder)
      try write("b.txt", "bird", in: folder)
      try train("tiny/gpt", "a", ["--data", "a.txt"], in: folder)
      try train("tiny/gpt", "b", ["--data", "b.txt"], in: folder)
      try train("tiny/gpt", "w", ["--data", "a.txt", "--set", "tokenizer=characters"], in: folder)
      let texts = try zoo(["compare", "a", "b", "--out", "texts"], in: folder)
      #expect(texts.status == 0 && texts.errors.contains("different texts"), "\(texts.errors)")
      let report = try report("texts", in: folder)
      for part in ["heads", "seeds", "methods", "duplicates"] {
        #expect(report[part] == nil, "\(part)")
      }
      #expect(try rows(report, "heldOut").allSatisfy { $0["comparable"] as? Bool == false })
      #expect(try rows(report, "curves").count >= 4)
      // Written samples are read, not compared: they are all that is asked.
      let asked = try rows(report, "evaluations")
      #expect(asked.map { $0["evaluation"] as? String } == ["samples"])
      let panels = ((asked[0]["section"] as? [String: Any])?["blocks"] as? [[String: Any]])?.first?["panels"]
      #expect((panels as? [Any])?.count == 2)
      #expect(
        try rows(report, "certificate").first { $0["what"] as? String == "text" }?["equal"] as? Bool == false)
      // One text of which more is held out is another to measure on: some of it is what the other was trained on.
      try train("tiny/gpt", "v", ["--data", "a.txt", "--set", "recipe.heldOutShare=0.3"], in: folder)
      #expect(try zoo(["compare", "a", "v", "--out", "cut"], in: folder).status == 0)
      let cut = try self.report("cut", in: folder)
      #expect(try rows(cut, "heldOut").allSatisfy { $0["comparable"] as? Bool == false })
      #expect(try rows(cut, "evaluations").map { $0["evaluation"] as? String } == ["samples"])
      // One text in other tokens: losses per token do not compare, bits per byte do, and likelihoods of the same bytes.
      let tokens = try zoo(["compare", "a", "w", "--out", "tokens"], in: folder)
      #expect(tokens.status == 0 && tokens.errors.contains("different tokenizers"), "\(tokens.errors)")
      let comparable = try rows(try self.report("tokens", in: folder), "heldOut").map {
        ($0["measure"] as? String ?? "", $0["comparable"] as? Bool ?? false)
      }
      #expect(
        comparable.filter { $0.1 }.map(\.0) == [
          "bits per byte", "likelihood by the chain rule, left to right",
        ],
        "\(comparable)")
      // The text of one was moved, and is known by its content.
      try FileManager.default.moveItem(
        at: folder.appendingPathComponent("a.txt"), to: folder.appendingPathComponent("c.txt"))
      let lost = try zoo(["compare", "a", "w", "--out", "lost"], in: folder)
      #expect(lost.status == 1 && lost.errors.contains("--data PATH"), "\(lost.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/lost"))
      #expect(try zoo(["compare", "a", "w", "--data", "b.txt", "--out", "lost"], in: folder).status == 1)
      #expect(try zoo(["compare", "a", "w", "--data", "c.txt", "--out", "found"], in: folder).status == 0)
    }
  }

  @Test func comparisonsStandForTheirModelsWithTheirSeeds() throws {
    try withTemporaryFolder { folder in
      let begun = try zoo(
        ["compare", "tiny/gpt", "tiny/bert", "--seeds", "2", "--steps", "4", "--batch", "2", "--out", "c"]
          + Self.small, in: folder)
      #expect(begun.status == 0, "\(begun.errors)")
      #expect(try zoo(["compare", "c", "--out", "again"], in: folder).status == 0)
      let (first, again) = (try report("c", in: folder), try report("again", in: folder))
      #expect(again["title"] as? String == first["title"] as? String)
      func json(_ part: Any?) throws -> Data {
        try JSONSerialization.data(withJSONObject: try #require(part), options: .sortedKeys)
      }
      for key in ["arms", "curves", "seeds", "heldOut", "evaluations"] {
        #expect(try json(first[key]) == json(again[key]), "\(key) is not what it was")
      }
      let deeper = try zoo(["compare", "c", "--probes", "--out", "deeper"], in: folder)
      #expect(deeper.status == 0, "\(deeper.errors)")
      try train("tiny/gpt", "g", in: folder)
      let mixed = try zoo(["compare", "c", "g", "--out", "mixed"], in: folder)
      #expect(mixed.status == 0, "\(mixed.errors)")
      #expect(
        try rows(try report("mixed", in: folder), "arms").map { $0["name"] as? String }
          == ["gpt", "bert", "gpt-seed-2", "bert-seed-2", "g"])
    }
  }

  /// Exchanged folders are noticed by every command that takes a comparison.
  @Test func nothingIsMeasuredUnderTheNameOfAnother() throws {
    try withTemporaryFolder { folder in
      let begun = try zoo(
        ["compare", "tiny/gpt", "tiny/bert", "--steps", "2", "--batch", "2", "--out", "c"] + Self.small,
        in: folder)
      #expect(begun.status == 0, "\(begun.errors)")
      for (from, to) in [("gpt", "x"), ("bert", "gpt"), ("x", "bert")] {
        try FileManager.default.moveItem(
          at: folder.appendingPathComponent("c/\(from)"), to: folder.appendingPathComponent("c/\(to)"))
      }
      for words in [["eval", "c"], ["compare", "c"]] {
        let outcome = try zoo(words, in: folder)
        #expect(
          outcome.status == 1 && outcome.errors.contains("not the run that was planned"), "\(outcome.errors)")
      }
      #expect(try zoo(["eval", "c/gpt"], in: folder).output.contains("nats per masked token"))
    }
  }

  @Test func whatCannotBeComparedSaysWhatToDo() throws {
    try withTemporaryFolder { folder in
      try train("tiny/gpt", "g", in: folder)
      for (words, code, advice) in [
        (["g", "tiny/bert"], 2, "train it first with: ./zoo train tiny/bert"),
        (["g"], 2, "listed by: ./zoo runs"), (["g", "g", "--steps", "4"], 2, "--steps applies to training"),
        (["g", "runs/x"], 1, "no run has this name"), (["runs/x", "runs/y"], 1, "no run has this name"),
        (["g", "g@6", "--out", "g/run.json/such"], 1, "is a file"),
      ] {
        let outcome = try zoo(["compare"] + words, in: folder)
        #expect(outcome.status == code && outcome.errors.contains(advice), "\(words): \(outcome.errors)")
      }
      // A checkpoint that was carried away has no record; the advice is a command.
      let file = folder.appendingPathComponent("x.safetensors")
      try FileManager.default.copyItem(
        at: RunFolder(folder.appendingPathComponent("g")).checkpoint(step: 6), to: file)
      let alone = try zoo(["compare", "g", "x.safetensors"], in: folder)
      #expect(alone.status == 1 && alone.errors.contains("./zoo eval x.safetensors --data PATH"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))
    }
  }

  /// A comparison whose text was moved continues, and what was not begun yet is trained on the same windows.
  @Test func aComparisonGoesOnWithAMovedText() throws {
    try withTemporaryFolder { folder in
      try write("a.txt", "dog", in: folder)
      let begun = try zoo(
        ["compare", "tiny/gpt", "tiny/bert", "--data", "a.txt", "--steps", "4", "--batch", "2", "--out", "c"]
          + Self.small, in: folder)
      #expect(begun.status == 0, "\(begun.errors)")
      let seen = try RunRecord.read(RunFolder(folder.appendingPathComponent("c/bert"))).state.contentHash
      try FileManager.default.removeItem(at: folder.appendingPathComponent("c/bert"))
      try FileManager.default.moveItem(
        at: folder.appendingPathComponent("a.txt"), to: folder.appendingPathComponent("z.txt"))
      try write("other.txt", "bird", in: folder)
      let lost = try zoo(["compare", "--resume", "c"], in: folder)
      #expect(
        lost.status == 1 && lost.errors.contains("./zoo compare --resume c --data PATH"), "\(lost.errors)")
      let record = try Data(contentsOf: folder.appendingPathComponent("c/experiment.json"))
      let other = try zoo(["compare", "--resume", "c", "--data", "other.txt"], in: folder)
      #expect(other.status == 1 && other.errors.contains("differs from the one that the run was trained on"))
      #expect(try Data(contentsOf: folder.appendingPathComponent("c/experiment.json")) == record)
      #expect(try zoo(["compare", "--resume", "c", "--data", "z.txt"], in: folder).status == 0)
      #expect(
        try RunRecord.read(RunFolder(folder.appendingPathComponent("c/bert"))).state.contentHash == seen)
      // It was written down.
      #expect(try zoo(["compare", "--resume", "c"], in: folder).status == 0)
    }
  }
}
