import Comparison
import Experiments
import Foundation
import TestSupport
import Testing
import Training

@testable import ZooCommand

/// Tuning and declaring, as they are typed.
@Suite struct TuningCommandTests {
  private static let small =
    ["--data", "text.txt"] + ["tokenizer=bytes", "recipe.evaluationWindows=2"].flatMap { ["--set", $0] }

  private func report(_ folder: URL) throws -> ReportData {
    let json = try Data(contentsOf: folder.appendingPathComponent("report.json"))
    return try JSONDecoder().decode(ReportData.self, from: json)
  }

  /// Training losses of an arm's run.
  private func losses(_ folder: URL) throws -> [Double] {
    try MetricsLog.read(RunFolder(folder).metrics).compactMap {
      $0["kind"] == .text("train") ? $0["loss"]?.number : nil
    }
  }

  @Test func armsAreTrainedWithTheRatesThatTheirTrialsChose() throws {
    try withSmallText { folder in
      let outcome = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/bert", "--batch", "2", "--steps", "5"]
          + ["--tune", "learning-rate=1e-3,1e-2", "--seeds", "2", "--declare", "tokenizer"]
          + ["--out", "c"] + Self.small, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.output.contains("4 trials and 4 runs, ") && outcome.output.contains("Learning rates"))
      let place = folder.appendingPathComponent("c")
      let tuned = try report(place)
      let tuning = try #require(tuned.tuning)
      #expect(tuning.trials == 2 && tuning.arms.map(\.trials.count) == [2, 2])
      let rates = tuned.certificate.first { $0.what == "learning rate" }
      for arm in tuning.arms {
        let best = arm.trials.min { ($0.loss ?? .infinity) < ($1.loss ?? .infinity) }
        #expect(arm.chosen == best?.learningRate && rates?.values[arm.arm] == "\(arm.chosen)")
      }
      // Trained as they would be with these rates and without trials: the same bits, for every seed.
      let words = tuning.arms.map { "recipe.optimiser.learningRate=\($0.chosen)" }
      let plain = try ZooProcess.run(
        ["compare", "tiny/gpt \(words[0])", "tiny/bert \(words[1])", "--batch", "2", "--steps", "5"]
          + ["--seeds", "2", "--out", "p"] + Self.small, in: folder)
      #expect(plain.status == 0, "\(plain.errors)")
      for (arm, word) in zip(["gpt", "bert"], words) {
        for seed in ["", "-seed-2"] {
          let name = "\(arm)-\(word.dropFirst("recipe.".count))\(seed)"
          let other = try losses(folder.appendingPathComponent("p/\(name)"))
          #expect(other.count == 5)
          #expect(try losses(place.appendingPathComponent(arm + seed)) == other)
        }
      }
      let page = try String(contentsOf: place.appendingPathComponent("report.html"), encoding: .utf8)
      #expect(page.contains("How the learning rates were chosen"))

      let resumed = try ZooProcess.run(["compare", "--resume", "c"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try report(place).certificate.map(\.values) == tuned.certificate.map(\.values))
      #expect(try report(place).tuning?.arms.map(\.trials) == tuning.arms.map(\.trials))
    }
  }

  /// Stopped within its trials, a comparison continues to the report of one that never was.
  @Test func aComparisonStoppedInItsTrialsGoesOn() throws {
    try withSmallText { folder in
      func arguments(_ out: String) -> [String] {
        ["ablate", "tiny/gpt", "--swap", "position=none", "--steps", "60", "--batch", "2", "--out", out]
          + [
            "--tune", "learning-rate=1e-3,1e-2,2e-3", "--tune-by", "halving", "--set",
            "recipe.evaluateEvery=60",
          ]
          + Self.small
      }
      let whole = try ZooProcess.run(arguments("whole"), in: folder)
      #expect(whole.status == 0, "\(whole.errors)")
      let process = try ZooProcess(arguments("stopped"), in: folder)
      let trial = RunFolder(
        folder.appendingPathComponent("stopped/position=learned/tuning/learning-rate-0.002-steps-30"))
      let deadline = Date().addingTimeInterval(120)
      while process.isRunning, Date() < deadline, !FileManager.default.fileExists(atPath: trial.metrics.path)
      {
        usleep(1000)
      }
      process.send(SIGINT)
      let outcome = process.wait()
      #expect(outcome.status == 128 + SIGINT, "\(outcome.errors)")
      #expect(outcome.output.contains("./zoo compare --resume stopped"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/stopped/position=none"))
      let resumed = try ZooProcess.run(["compare", "--resume", "stopped"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      let (one, other) = (
        try report(folder.appendingPathComponent("whole")),
        try report(folder.appendingPathComponent("stopped"))
      )
      #expect(one.tuning?.arms.map(\.trials) == other.tuning?.arms.map(\.trials))
      #expect(one.tuning?.arms.map(\.trials.count) == [5, 5])
      #expect(one.certificate.map(\.values) == other.certificate.map(\.values))
      #expect(
        one.heldOut.map { $0.values.map { $0?.value } } == other.heldOut.map { $0.values.map { $0?.value } })
    }
  }

  @Test func aSuiteIsMatchedAndTunedAndTheCommandLineStandsOverIt() throws {
    try withSmallText { folder in
      let suite = """
        { summary: "s", match: ["supervised"], declared: ["objective"], tune: { learningRate: [1e-3, 1e-2] },
          set: ["recipe.steps=2", "tokenizer=bytes", "recipe.evaluationWindows=2", "recipe.batch=2", "recipe.data=text.txt"],
          arms: [{ name: "gpt", model: "tiny/gpt" }, { name: "bert", model: "tiny/bert" }] }
        """
      try Data(suite.utf8).write(to: folder.appendingPathComponent("mine.json5"))
      let outcome = try ZooProcess.run(
        ["compare", "mine.json5", "--tune-steps", "1", "--out", "m"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let data = try report(folder.appendingPathComponent("m"))
      func row(_ what: String) -> CertificateRow? { data.certificate.first { $0.what == what } }
      #expect(row("matched: supervised")?.values.last?.contains("steps 2 → 12") == true)
      #expect(row("objective")?.declared == true && row("mask")?.declared == false)
      #expect(data.tuning?.arms.flatMap(\.trials).map(\.steps) == [1, 1, 1, 1])

      let other = try ZooProcess.run(
        [
          "compare", "mine.json5", "--tune", "none", "--match", "parameters", "--declare", "mask", "--out",
          "o",
        ],
        in: folder)
      #expect(other.status == 0, "\(other.errors)")
      let plain = try report(folder.appendingPathComponent("o"))
      #expect(plain.tuning == nil && plain.arms.map(\.steps) == [2, 2])
      #expect(plain.certificate.contains { $0.what == "matched: parameters" })
      #expect(plain.certificate.first { $0.what == "mask" }?.declared == true)
      #expect(plain.certificate.first { $0.what == "tuning trials" }?.values == ["none", "none"])
    }
  }

  @Test(arguments: [
    (["--tune", "learning-rte=1e-3,2e-3"], "did you mean \"learning-rate\"?"),
    (["--tune", "1e-3,2e-3"], "learning-rate=1e-3,2e-3"), (["--tune", "learning-rate=1e-3"], "two or more"),
    (["--tune", "learning-rate=1e-3,fast"], "\"fast\" is not a number"),
    (["--tune", "learning-rate=1e-3,nan"], "\"nan\" is not a number"),
    (["--tune", "learning-rate=1e-3,2e-3", "--tune-by", "halvin"], "did you mean \"halving\""),
    (["--tune-by", "grid"], "name them with --tune"), (["--tune-steps", "3"], "name them with --tune"),
    (["--tune", "learning-rate=1e-3,2e-3", "--minutes", "1"], "--tune-steps"),
    (["--tune", "learning-rate=1e-3,2e-3", "--set", "recipe.tuningShare=0.1"], "recipe.tuningShare"),
    (["--declare", "supervised fractio"], "did you mean \"supervised fraction\"?"),
    (["--declare", "length"], "\"steps of the run\""),
    (["--declare", "haed", "--declare", "maks", "--declare", "batch"], "--declare: 2 problems"),
    (["--resume", "x", "--tune", "none"], "keeps its model"),
    (["--resume", "x", "--declare", "mask"], "keeps its model"),
  ])
  func badInputGetsOneClearError(arguments: [String], hint: String) throws {
    try withTemporaryFolder { folder in
      let models = arguments.contains("--resume") ? [] : ["bert", "gpt"]
      let outcome = try ZooProcess.run(["compare"] + models + arguments, in: folder)
      #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(hint), "\(arguments): \(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("runs").path))
    }
  }
}
