import Foundation
import TestSupport
import Testing
import Training
import Zoo

@testable import Text
@testable import ZooCommand

/// Runs on files of every form, mixtures and standard input.
@Suite struct DataFilesTests {
  private static let small = [
    "--steps", "4", "--batch", "2", "--threads", "1", "--set", "tokenizer=bytes", "--set",
    "recipe.evaluationWindows=2", "--set", "context=16",
  ]

  private static let texts = (0..<60).map { "the dog \($0) sees the cat and sleeps near gate \($0 * $0)" }
  private static let rows = texts.map { "{\"body\": \"\($0)\", \"id\": 1}\n" }.joined()

  private func write(_ text: String, _ name: String, _ folder: URL) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private func record(_ run: String, _ folder: URL) throws -> RunRecord {
    try RunRecord.read(RunFolder(folder.appendingPathComponent(run)))
  }

  private func train(_ out: String, _ arguments: [String], in folder: URL) throws -> RunRecord {
    let outcome = try ZooProcess.run(
      ["train", "tiny/gpt", "--out", out] + arguments + Self.small, in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try record(out, folder)
  }

  @Test func everyFormOfOneTextGivesTheSameLosses() throws {
    try withTemporaryFolder { folder in
      try write(Self.rows, "a.jsonl", folder)
      try write("id,body\n" + Self.texts.map { "1,\"\($0)\"\n" }.joined(), "a.csv", folder)
      let packed = try ZooProcess.shell("gzip -k a.jsonl", in: folder)
      #expect(packed.status == 0)
      let plain = try train("plain", ["--data", "a.jsonl", "--field", "body"], in: folder)
      let gzip = try train("gzip", ["--data", "a.jsonl.gz", "--field", "body"], in: folder)
      #expect(gzip.dataFingerprint == plain.dataFingerprint && gzip.data == plain.data)
      #expect(gzip.evaluation?.loss == plain.evaluation?.loss)
      let table = try train("table", ["--data", "a.csv", "--field", "body"], in: folder)
      #expect(table.dataFingerprint == plain.dataFingerprint)
      // Without the field the first line is named, and nothing is left behind.
      let wrong = try ZooProcess.run(
        ["train", "tiny/gpt", "--data", "a.jsonl", "--out", "w"] + Self.small, in: folder)
      #expect(wrong.status == 1 && wrong.errors.contains("a.jsonl:1: "), "\(wrong.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/w"))
      // Evaluated on another text, which is read by its own name.
      try write(Self.texts.joined(separator: "\n"), "b.txt", folder)
      for (path, field) in [("a.csv", ["--field", "body"]), ("b.txt", [])] {
        let outcome = try ZooProcess.run(["eval", "plain", "--data", path] + field, in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      #expect(try ZooProcess.run(["eval", "plain", "--with", "likelihood"], in: folder).status == 0)
      #expect(try ZooProcess.run(["generate", "plain", "--length", "3"], in: folder).errors.isEmpty)
      // Beyond the context of 16 tokens.
      let long = ["generate", "plain", "--length", "40", "--top-k", "0", "--ignore-end"]
      let dropping = try ZooProcess.run(long, in: folder)
      #expect(dropping.status == 0 && dropping.errors.contains("16 tokens"), "\(dropping.errors)")
      #expect(try ZooProcess.run(long + ["--json"], in: folder).errors.isEmpty)
    }
  }

  @Test func standardInputIsStoredAndResumed() throws {
    try withTemporaryFolder { folder in
      try write(Self.rows, "a.jsonl", folder)
      let words = (["train", "tiny/gpt", "--data", "-", "--field", "body"] + Self.small).joined(
        separator: " ")
      let whole = try ZooProcess.shell("gzip -c a.jsonl | \"$ZOO\" \(words) --out whole", in: folder)
      #expect(whole.status == 0, "\(whole.errors)")
      let stored = try Data(contentsOf: folder.appendingPathComponent("whole/standard-input"))
      #expect(stored.starts(with: [0x1F, 0x8B]))
      let longer = try ZooProcess.shell("cat a.jsonl | \"$ZOO\" \(words) --out part", in: folder)
      #expect(longer.status == 0, "\(longer.errors)")
      #expect(try record("part", folder).dataFingerprint == record("whole", folder).dataFingerprint)
      // Moved, and without its pipe.
      try FileManager.default.moveItem(
        at: folder.appendingPathComponent("part"), to: folder.appendingPathComponent("moved"))
      for run in ["moved", "whole"] {
        let outcome = try ZooProcess.run(["train", "--resume", run, "--steps", "6"], in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try ZooProcess.run(["eval", run], in: folder).status == 0)
      }
      #expect(try record("moved", folder).evaluation?.loss == record("whole", folder).evaluation?.loss)
      // Nothing is left of a run that cannot begin.
      let wrong = try ZooProcess.shell("echo '{' | \"$ZOO\" \(words) --out wrong", in: folder)
      #expect(wrong.status == 1 && wrong.errors.contains("standard input:1: "), "\(wrong.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/wrong"))
      // What is measured once is not stored.
      let profiled = try ZooProcess.shell(
        "cat a.jsonl | \"$ZOO\" profile tiny/gpt --data - --field body --profile-steps 1 --trace t.json",
        in: folder)
      #expect(profiled.status == 0, "\(profiled.errors)")
    }
  }

  @Test func aComparisonStoresStandardInputForItsRuns() throws {
    try withTemporaryFolder { folder in
      try write(Self.rows, "a.jsonl", folder)
      func zoo(_ words: [String], from file: String) throws -> (status: Int32, output: String, errors: String)
      {
        try ZooProcess.shell(
          "cat \(file) | \"$ZOO\" \(words.joined(separator: " "))", in: folder)
      }
      let both = ["compare", "tiny/gpt", "tiny/bert"] + Self.small + ["--field", "body"]
      let piped = try zoo(
        both + ["--data", "-", "--match", "supervised", "--out", "p"], from: "a.jsonl")
      #expect(piped.status == 0, "\(piped.errors)")
      let named = try ZooProcess.run(
        both + ["--data", "a.jsonl", "--match", "supervised", "--out", "n"], in: folder)
      #expect(named.status == 0, "\(named.errors)")
      for run in ["gpt", "bert"] {
        let (one, other) = (try record("p/\(run)", folder), try record("n/\(run)", folder))
        #expect(one.dataFingerprint == other.dataFingerprint && one.totalSteps == other.totalSteps)
      }
      let first = try record("p/bert", folder).evaluation?.loss
      // Without its pipe: measured, trained again, and made longer.
      #expect(try ZooProcess.run(["eval", "p/gpt"], in: folder).status == 0)
      try FileManager.default.removeItem(at: folder.appendingPathComponent("p/bert"))
      let resumed = try ZooProcess.run(["compare", "--resume", "p"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try record("p/bert", folder).evaluation?.loss == first)
      let longer = try ZooProcess.run(["train", "--resume", "p/gpt", "--steps", "6"], in: folder)
      #expect(longer.status == 0, "\(longer.errors)")
      let swapped = try zoo(
        ["ablate", "tiny/gpt", "--swap", "position=none", "--data", "-", "--field", "body", "--out", "s"]
          + Self.small, from: "a.jsonl")
      #expect(swapped.status == 0, "\(swapped.errors)")
      // Nothing is left where nothing can begin.
      try write("{\n", "bad.jsonl", folder)
      let wrong = try zoo(both + ["--data", "-", "--out", "w"], from: "bad.jsonl")
      #expect(wrong.status == 1 && wrong.errors.contains("standard input:1: "), "\(wrong.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/w"))
    }
  }

  @Test func everyTextMayHaveItsOwnField() throws {
    try withTemporaryFolder { folder in
      try write(Self.rows, "a.jsonl", folder)
      try write("id,text\n" + Self.texts.map { "1,\"\($0)\"\n" }.joined(), "b.csv", folder)
      try write("id,body\n" + Self.texts.map { "1,\"\($0)\"\n" }.joined(), "c.csv", folder)
      // One field for all, wherever it stands.
      let one = try train(
        "one", ["--data", "a.jsonl", "--field", "body", "--data", "c.csv"], in: folder)
      #expect(one.recipe.contains("\"field\":\"body\""))
      let early = try train(
        "early", ["--field", "body", "--data", "a.jsonl", "--data", "c.csv"], in: folder)
      #expect(early.dataFingerprint == one.dataFingerprint)
      // One for each, by which the texts are the same.
      let each = try train(
        "each", ["--data", "a.jsonl", "--field", "body", "--data", "b.csv", "--field", "text"],
        in: folder)
      #expect(each.recipe.contains("\"field\":[\"body\",\"text\"]"), "\(each.recipe)")
      #expect(each.dataFingerprint == one.dataFingerprint && each.evaluation?.loss == one.evaluation?.loss)
      let mixed = try train(
        "mixed",
        ["--data", "a.jsonl", "--field", "body", "--weight", "2", "--data", "b.csv", "--field", "text"],
        in: folder)
      #expect(mixed.recipe.contains("\"weights\":[2.0,1.0]"))
      for run in ["each", "mixed"] {
        let outcome = try ZooProcess.run(["train", "--resume", run, "--steps", "6"], in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try ZooProcess.run(["eval", run], in: folder).status == 0)
      }
      let wrong = try ZooProcess.run(
        ["train", "tiny/gpt", "--data", "a.jsonl", "--data", "b.csv", "--set", "recipe.field=[\"body\"]"]
          + Self.small, in: folder)
      #expect(wrong.status == 1 && wrong.errors.contains("fields: 1 given for 2 texts"), "\(wrong.errors)")
    }
  }

  @Test func badLinesAndWindowsAndWeights() throws {
    try withTemporaryFolder { folder in
      try write(Self.rows + "{\"body\": \"\\ud800\"}\n", "a.jsonl", folder)
      try write(Self.texts.joined(separator: "\n"), "b.txt", folder)
      let common = ["--data", "a.jsonl", "--field", "body"]
      let bad = try ZooProcess.run(["train", "tiny/gpt"] + common + Self.small, in: folder)
      #expect(bad.status == 1 && bad.errors.contains("a.jsonl:61: ") && bad.errors.contains("--skip-bad"))
      let skipping = try ZooProcess.run(
        ["train", "tiny/gpt", "--out", "s", "--skip-bad"] + common + Self.small, in: folder)
      #expect(skipping.status == 0 && skipping.errors.contains("1 line"), "\(skipping.errors)")
      #expect(try record("s", folder).skippedTexts == 1)
      #expect(try ZooProcess.run(["train", "--resume", "s", "--steps", "6"], in: folder).status == 0)

      let weighted = ["--data", "b.txt", "--weight", "2"] + common + ["--weight", "2", "--skip-bad"]
      let mixed = try train("m", weighted, in: folder)
      #expect(mixed.recipe.contains("\"weights\":[2.0,2.0]"), "\(mixed.recipe)")
      #expect(try ZooProcess.run(["train", "--resume", "m", "--steps", "6"], in: folder).status == 0)
      let first = try ZooProcess.run(["train", "tiny/gpt", "--weight", "2"] + common, in: folder)
      #expect(first.status == 2 && first.errors.contains("--weight"))

      let within = ["--set", "recipe.windows=within", "--set", "mask.withinDocuments=true"]
      let alone = try ZooProcess.run(
        ["train", "tiny/gpt", "--out", "w", "--skip-bad"] + common + within + Self.small, in: folder)
      #expect(alone.status == 0 && alone.errors.contains("are in no window"), "\(alone.errors)")
      let compared = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/gpt recipe.seed=2", "--skip-bad", "--out", "c"] + common + within
          + Self.small, in: folder)
      #expect(compared.status == 0, "\(compared.errors)")
      #expect(compared.output.contains("within documents"), "\(compared.output)")
      #expect(compared.errors.contains("1 line"), "\(compared.errors)")
    }
  }
}
