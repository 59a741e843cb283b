import Foundation
import Kernels
import TestSupport
import Testing
import Training

@Suite struct InterruptionTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalSavesAndSaysHowToGoOn(signal: Int32) throws {
    try withTemporaryFolder { folder in
      let settings = [
        "--batch", "2", "--set", "recipe.evaluationWindows=2", "--set", "recipe.evaluateEvery=100000",
      ]
      let process = try ZooProcess(
        ["train", "tiny/gpt", "--steps", "100000", "--set", "tokenizer=bytes"] + settings, in: folder)
      let metrics = folder.appendingPathComponent("runs/gpt-1/metrics.jsonl")
      // The first logged step: training is under way.
      let deadline = Date().addingTimeInterval(120)
      while process.isRunning, Date() < deadline,
        !((try? String(contentsOf: metrics, encoding: .utf8)) ?? "").contains("\"train\"")
      {
        usleep(20_000)
      }
      process.send(signal)
      let outcome = process.wait()
      #expect(outcome.output.contains("./zoo train --resume runs/gpt-1"))
      #expect(outcome.status == 128 + signal)
      let run = RunFolder(folder.appendingPathComponent("runs/gpt-1"))
      let record = try RunRecord.read(run)
      #expect(record.status == .stopped && record.state.step > 0)
      #expect(run.allCheckpoints().last?.step == record.state.step)
    }
  }

  /// Stopped in its second arm and resumed, a comparison writes the report of one that never stopped.
  @Test func aStoppedComparisonGoesOnToItsReport() throws {
    try withTemporaryFolder { folder in
      func arguments(_ out: String) -> [String] {
        ["compare", "tiny/gpt", "tiny/bert", "--steps", "60", "--batch", "2", "--out", out]
          + ["tokenizer=bytes", "recipe.evaluationWindows=2", "recipe.evaluateEvery=30"].flatMap {
            ["--set", $0]
          }
      }
      let whole = try ZooProcess.run(arguments("whole"), in: folder)
      #expect(whole.status == 0, "\(whole.errors)")

      let process = try ZooProcess(arguments("stopped"), in: folder)
      let second = RunFolder(folder.appendingPathComponent("stopped/bert"))
      let deadline = Date().addingTimeInterval(120)
      while process.isRunning, Date() < deadline,
        !((try? String(contentsOf: second.metrics, encoding: .utf8)) ?? "").contains("\"train\"")
      {
        usleep(1000)
      }
      process.send(SIGINT)
      let outcome = process.wait()
      #expect(outcome.output.contains("./zoo compare --resume stopped"))
      #expect(outcome.status == 128 + SIGINT)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/stopped/report.json"))

      let resumed = try ZooProcess.run(["compare", "--resume", "stopped"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      func report(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent("\(name)/report.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      }
      let (one, other) = (try report("whole"), try report("stopped"))
      // Everything but times is equal: certificate, results, samples, fills, attention.
      for key in [
        "certificate", "heldOut", "samples", "fills", "attention", "componentDiff", "floor", "evaluations",
      ] {
        let values = try [one, other].map {
          try JSONSerialization.data(withJSONObject: [$0[key] ?? "none"], options: .sortedKeys)
        }
        #expect(values[0] == values[1], "\(key)")
      }
      func curves(_ report: [String: Any]) throws -> [[Double]] {
        try #require(report["curves"] as? [[String: Any]]).map { curve in
          try #require(curve["points"] as? [[String: Any]]).compactMap { $0["value"] as? Double }
        }
      }
      #expect(try curves(one) == curves(other))
    }
  }

  /// Steps that are timed for a budget in minutes are given up; nothing has begun then, and the comparison continues.
  @Test func aSignalWhileStepsAreTimedStopsAtOnce() throws {
    try withTemporaryFolder { folder in
      let process = try ZooProcess(
        ["compare", "gpt-4x128", "bert-4x128", "--minutes", "2", "--batch", "256", "--out", "timed"],
        in: folder)
      let first = RunFolder(folder.appendingPathComponent("timed/gpt-4x128"))
      let deadline = Date().addingTimeInterval(120)
      while process.isRunning, Date() < deadline,
        !FileManager.default.fileExists(atPath: first.url.path)
      {
        usleep(1000)
      }
      let sent = Date()
      process.send(SIGINT)
      let outcome = process.wait()
      #expect(Date().timeIntervalSince(sent) < 5)
      #expect(outcome.status == 128 + SIGINT)
      #expect(outcome.output.contains("./zoo compare --resume timed"), "\(outcome.errors)")
      #expect(!first.hasRecord && first.allCheckpoints().isEmpty)
    }
  }

  /// A rise longer than the run, in one model alone, is refused before any is trained.
  @Test func aRiseLongerThanTheRunIsRefusedBeforeTraining() throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/gpt recipe.schedule.warmup=90", "--tokens", "2000", "--out", "c"],
        in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains("schedule.warmup"), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/c"))
    }
  }

  /// A signal after training ends at once, without a report, and says how to get one.
  @Test func aSignalWhileTheReportIsMadeSaysHowToGetIt() throws {
    try withTemporaryFolder { folder in
      let process = try ZooProcess(
        ["compare", "tiny/gpt", "tiny/bert", "--steps", "20", "--batch", "2", "--out", "stopped"], in: folder)
      let second = RunFolder(folder.appendingPathComponent("stopped/bert"))
      let deadline = Date().addingTimeInterval(120)
      while process.isRunning, Date() < deadline, (try? RunRecord.read(second))?.status != .finished {
        usleep(1000)
      }
      let sent = Date()
      process.send(SIGTERM)
      let outcome = process.wait()
      #expect(outcome.status == 128 + SIGTERM)
      #expect(Date().timeIntervalSince(sent) < 10)
      #expect((outcome.output + outcome.errors).contains("./zoo compare --resume stopped"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/stopped/report.json"))
      let resumed = try ZooProcess.run(["compare", "--resume", "stopped"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(FileManager.default.fileExists(atPath: folder.path + "/stopped/report.json"))
    }
  }

  /// What is described is what the process then holds, as the system counts it.
  @Test(arguments: [("tiny/gpt", 2), ("gpt-4x128", 12), ("bert-6x384", 4)])
  func residentMemoryIsAsPredicted(model: String, batch: Int) throws {
    try withTemporaryFolder { folder in
      let text = String(
        repeating: "The keeper of the tall towers sees what nobody else has seen. ", count: 4000)
      try text.write(to: folder.appendingPathComponent("text.txt"), atomically: true, encoding: .utf8)
      let settings = [
        "--data", "text.txt", "--batch", "\(batch)", "--set", "tokenizer=bytes", "--set",
        "recipe.evaluationWindows=\(batch)",
      ]
      let described = try ZooProcess.run(["describe", model, "--json"] + settings, in: folder)
      struct Description: Decodable { let forecast: RunForecast }
      let forecast = try JSONDecoder().decode(Description.self, from: Data(described.output.utf8)).forecast
      let trained = try ZooProcess.run(
        ["train", model, "--steps", "2", "--out", "run"] + settings, in: folder)
      #expect(trained.status == 0, "\(trained.errors)")
      let record = try RunRecord.read(RunFolder(folder.appendingPathComponent("run")))
      #expect(record.poolPeakBytes == forecast.peakBytes)
      let (measured, predicted) = (try #require(record.residentPeakBytes), forecast.residentBytes)
      let excess = measured - predicted
      #expect(excess >= -predicted / 20, "\(measured) bytes held, \(predicted) predicted")
      #expect(
        excess <= predicted / 20 + RunForecast.overhead, "\(measured) bytes held, \(predicted) predicted")
    }
  }

  @Test func aBudgetOnTheCommandLineReplacesTheRecipes() throws {
    try withTemporaryFolder { folder in
      try "{ steps: 1000000, batch: 2, evaluationWindows: 2 }".write(
        to: folder.appendingPathComponent("long.json5"), atomically: true, encoding: .utf8)
      let outcome = try ZooProcess.run(
        ["train", "tiny/gpt", "--recipe", "long.json5", "--tokens", "96", "--out", "run"]
          + ["--set", "tokenizer=bytes"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try RunRecord.read(RunFolder(folder.appendingPathComponent("run"))).status == .finished)
    }
  }

  @Test func aFolderThatExistsIsRefusedAndLeftAlone() throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(["train", "tiny/gpt", "--steps", "1", "--out", "."], in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("the folder is not empty"))
    }
  }

  @Test(arguments: [
    (["train", "gtp"], 2, "gpt"), (["trian", "gpt"], 2, "train"),
    (["train", "gpt", "--stesp", "3"], 2, "--steps"),
    (["train", "gpt", "--set", "block.nrom=rms"], 2, "did you mean"),
    (["train", "gpt", "--data", "missing.txt"], 1, "missing.txt"),
    (["generate", "missing"], 1, "missing"), (["train", "--resume", "missing"], 1, "missing"),
    (["train", "gpt", "--steps", "2", "--tokens", "5"], 2, "budget"),
    (["train", "gpt", "--set", "recipe.batch=0"], 2, "batch"),
    (["train", "gpt", "--set", "recipe.precision=fp16"], 2, "bf16"),
    (["compare", "bert"], 2, "two models"), (["compare", "masking-rat"], 2, "did you mean"),
    (["compare", "--resume", "missing"], 1, "experiment.json"),
    (["compare", "--resume", "x", "--steps", "5"], 2, "keeps its model"),
    (["compare", "bert", "gpt", "--resume", "x"], 2, "keeps its model"),
  ])
  func badInputGetsOneClearError(arguments: [String], status: Int, hint: String) throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(arguments, in: folder)
      #expect(outcome.status == Int32(status), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(hint), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains("error"))
    }
  }

  /// Where a machine has instructions for it, the run is trained; elsewhere nothing is left behind.
  @Test func aPrecisionNeedsInstructions() throws {
    try withTemporaryFolder { folder in
      let isNative = ProductPrecision.bf16.isNative
      let (half, end) = ("recipe.precision=bf16", ["--steps", "1", "--out", "run"])
      // A comparison says so before its first model is trained.
      for start in [["compare", "tiny/gpt", "tiny/gpt \(half)"], ["train", "tiny/gpt", "--set", half]] {
        guard !isNative || start[0] == "train" else { continue }
        let outcome = try ZooProcess.run(start + end, in: folder)
        #expect(outcome.status == (isNative ? 0 : 1), "\(outcome.errors)")
        #expect(isNative || outcome.errors.contains("AVX-512 BF16"))
        let left = FileManager.default.fileExists(atPath: folder.appendingPathComponent("run").path)
        #expect(left == isNative)
      }
    }
  }
}
