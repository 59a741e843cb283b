import Foundation
import Settings
import TestSupport
import Testing
import Text
import Training
import Zoo

@testable import Experiments

/// Trials as they are run: what they read, what they leave, and how they continue.
@Suite struct TrialRunTests {
  private let bench: CertificateBench
  init() throws { bench = try CertificateBench() }

  /// Lines of 32 bytes, so that the parts of all texts below are cut at the same places: 288 to train on, of
  /// which a trial holds out the last 29, and 32 held out.
  private func text(middle: String = "train", end: String = "verdict") -> String {
    (0..<320).map { line in
      let part = line < 250 ? "begin" : line < 288 ? middle : end
      let words = "\(part) \(line) \(line * 7 % 13) \(line * 5 % 11)"
      return words.padding(toLength: 31, withPad: ".", startingAt: 0) + "\n"
    }.joined()
  }

  private func experiment(_ folder: URL, _ text: String, _ recipe: [String] = []) throws -> Experiment {
    let file = folder.appending(path: "text.txt")
    try text.write(to: file, atomically: true, encoding: .utf8)
    let plans = try ["gpt", "bert"].map { kind in
      try bench.arm(
        kind, "{ architecture: '\(kind)', tokenizer: 'bytes', context: 12, width: 16, layers: 1 }",
        ["batch=2", "data=\(Node(.text(file.path)).json())"]
          + (recipe.contains { $0.hasPrefix("steps=") } ? recipe : recipe + ["steps=6"]))
    }
    return try Experiment(
      plans, registry: bench.registry, folder: folder.appending(path: "runs"), threads: 1, version: "test")
  }

  private func tune(
    _ experiment: Experiment, _ rates: [Double] = [1e-3, 1e-2], _ method: Tuning.Method = .grid,
    arm: Int = 0, events: Experiment.Events = Experiment.Events(), begins: (Int, Double) -> Void = { _, _ in }
  ) throws -> TunedArm? {
    let data = try experiment.data()
    let plan = try experiment.completed(data)[arm]
    return try experiment.tune(
      plan, data[arm], steps: 6, try Tuning(learningRates: rates, method: method), events: events,
      begins: begins)
  }

  private func folder(_ experiment: Experiment, _ rate: String, steps: Int = 6, arm: String = "gpt")
    -> RunFolder
  {
    RunFolder(experiment.folder.appending(path: "\(arm)/tuning/learning-rate-\(rate)-steps-\(steps)"))
  }

  /// Losses of a run as it logged them.
  private func losses(_ run: RunFolder, _ kind: String) throws -> [Double] {
    try MetricsLog.read(run.metrics).filter { $0["kind"] == .text(kind) }.compactMap { $0["loss"]?.number }
  }

  @Test func everyArmHasAsManyTrialsAndTheLowestOfItsOwnLosses() throws {
    try withTemporaryFolder { root in
      let experiment = try experiment(root, text())
      for (index, name) in ["gpt", "bert"].enumerated() {
        let arm = try #require(try tune(experiment, [1e-3, 1e-2, 3e-2], arm: index))
        #expect(
          arm.arm == name && arm.seed == 1_000_001 && arm.trials.map(\.learningRate) == [1e-3, 1e-2, 3e-2])
        var best = (rate: 0.0, loss: Double.infinity)
        for (trial, word) in zip(arm.trials, ["0.001", "0.01", "0.03"]) {
          let record = try RunRecord.read(folder(experiment, word, arm: name))
          #expect(record.status == .finished && record.totalSteps == 6 && record.seed == 1_000_001)
          #expect(record.evaluation?.loss == trial.loss)
          if let loss = record.evaluation?.loss, loss < best.loss { best = (trial.learningRate, loss) }
        }
        #expect(arm.chosen == best.rate)
        #expect(Set(arm.trials.compactMap(\.loss)).count == 3)
      }
    }
  }

  /// Another held-out text changes nothing; another end of the training text changes what a trial is judged on
  /// and nothing that it trains on.
  @Test func trialsSeeNothingOfTheHeldOutTextAndTrainOnNothingTheyAreJudgedOn() throws {
    try withTemporaryFolder { root in
      func tuned(_ name: String, _ text: String) throws -> (TunedArm?, [[Double]], [Double]) {
        let folder = root.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let experiment = try experiment(folder, text)
        let arm = try tune(experiment)
        let runs = ["0.001", "0.01"].map { self.folder(experiment, $0) }
        return (arm, try runs.map { try losses($0, "train") }, try losses(runs[0], "evaluation"))
      }
      let first = try tuned("first", text())
      #expect(first.1.allSatisfy { $0.count == 6 } && first.2.count == 2)
      let otherVerdict = try tuned("verdict", text(end: "another"))
      #expect(otherVerdict.0 == first.0 && otherVerdict.1 == first.1 && otherVerdict.2 == first.2)
      // Lines 250 to 287 hold all of the last tenth of the training text, and a little before it.
      let whole = try TextSource.files([root.appending(path: "first/text.txt").path])
      let part = try whole.forTuning(share: Tuning.share)
      let kept = part.withTrain { $0.count } / 32
      #expect(kept * 32 == part.trainBytes && kept > 250 && kept < 288)
      let lines = text().split(separator: "\n", omittingEmptySubsequences: false)
      let changed = lines.enumerated().map { line, words in
        line >= kept && line < 288 ? words.replacingOccurrences(of: "train", with: "judge") : String(words)
      }.joined(separator: "\n")
      let otherJudge = try tuned("judge", changed)
      #expect(otherJudge.1 == first.1)
      #expect(otherJudge.2 != first.2 && otherJudge.0 != first.0)
    }
  }

  @Test func aStoppedArmGoesOnAndRepeatsNothing() throws {
    try withTemporaryFolder { root in
      let (one, other) = (root.appending(path: "one"), root.appending(path: "other"))
      for folder in [one, other] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      let whole = try tune(try experiment(one, text()))
      let stopped = try experiment(other, text())
      var (asked, names) = (0, [String]())
      var events = Experiment.Events()
      events.began = { plan, trainer in names.append("\(plan.name) from \(trainer.state.step)") }
      events.run.shouldStop = {
        asked += 1
        // Within the second trial.
        return asked > 9
      }
      #expect(try tune(stopped, events: events) == nil)
      let finished = try Data(contentsOf: folder(stopped, "0.001").record)
      #expect(try RunRecord.read(folder(stopped, "0.01")).status == .stopped)

      asked = -1000
      var begun: [(Int, Double)] = []
      let resumed = try tune(stopped, events: events, begins: { begun.append(($0, $1)) })
      #expect(resumed == whole && resumed?.trials.count == 2)
      #expect(
        names == [
          "gpt, learning rate 0.001 from 0", "gpt, learning rate 0.01 from 0",
          "gpt, learning rate 0.01 from 3",
        ])
      #expect(begun.map(\.0) == [0, 1] && begun.map(\.1) == [1, 0.5])
      #expect(try Data(contentsOf: folder(stopped, "0.001").record) == finished)

      // Once more, nothing is run at all; nor when the record of the trials is lost.
      names = []
      #expect(try tune(stopped, events: events) == whole && names.isEmpty)
      try FileManager.default.removeItem(at: stopped.folder.appending(path: "gpt/tuning/trials.json"))
      #expect(try tune(stopped, events: events) == whole)
      #expect(names.allSatisfy { $0.hasSuffix("from 6") } && names.count == 2)
    }
  }

  @Test func halvingTriesTheBetterHalfAgain() throws {
    try withTemporaryFolder { root in
      let experiment = try experiment(root, text())
      let rates = [1e-4, 1e-3, 1e-2, 3e-2]
      let arm = try #require(try tune(experiment, rates, .halving))
      #expect(arm.trials.map(\.steps) == [3, 3, 3, 3, 6, 6])
      let early = arm.trials.prefix(4).sorted { ($0.loss ?? .infinity) < ($1.loss ?? .infinity) }
      #expect(Set(arm.trials.suffix(2).map(\.learningRate)) == Set(early.prefix(2).map(\.learningRate)))
      let last = arm.trials.suffix(2).min { ($0.loss ?? .infinity) < ($1.loss ?? .infinity) }
      #expect(arm.chosen == last?.learningRate)
    }
  }

  /// A rate that leads nowhere is a finding, not the end; when none leads anywhere, it is said.
  @Test func aDivergedTrialCountsAndOthersGoOn() throws {
    try withTemporaryFolder { root in
      // Weights that decay by 100 times themselves grow beyond all numbers.
      let experiment = try experiment(root, text(), ["optimiser.decay=10", "optimiser.clip=0", "steps=40"])
      let data = try experiment.data()
      let plan = try experiment.completed(data)[0]
      func tuned(_ rates: [Double]) throws -> TunedArm? {
        try experiment.tune(plan, data[0], steps: 40, try Tuning(learningRates: rates), events: .init())
      }
      let arm = try #require(try tuned([1e-3, 10]))
      #expect(arm.trials.map { $0.loss == nil } == [false, true] && arm.chosen == 1e-3)
      #expect(try RunRecord.read(folder(experiment, "10.0", steps: 40)).status == .failed)
      // What has diverged is not run again.
      var events = Experiment.Events()
      events.began = { _, _ in Issue.record("a trial was begun again") }
      #expect(
        try experiment.tune(
          plan, data[0], steps: 40, try Tuning(learningRates: [1e-3, 10]), events: events) == arm)
      try FileManager.default.removeItem(at: experiment.folder.appending(path: "gpt/tuning"))
      let error = #expect(throws: TrainerError.self) { try tuned([9, 10]) }
      #expect(error?.description.contains("every learning rate that was tried diverged") == true)
    }
  }

  /// The arm's own run begins in the folder in which its trials stand.
  @Test func trialsStayWhenTheArmIsTrained() throws {
    try withTemporaryFolder { root in
      let experiment = try experiment(root, text())
      let arm = try #require(try tune(experiment))
      let data = try experiment.data()
      let plans = try Tuning.applying([arm], to: try experiment.completed(data), bench.registry)
      let forecasts = try experiment.forecasts(plans, data)
      let result = try #require(
        try experiment.train(plans[0], data[0], forecast: forecasts[0], events: Experiment.Events()))
      #expect(result.record.seed == 1 && result.record.dataFingerprint == experiment.source.fingerprint)
      #expect(result.trained.descriptor.name == plans[0].descriptor.name)
      let rate = try MetricsLog.read(result.folder.metrics).compactMap { $0["learningRate"]?.number }.max()
      #expect(rate.map { $0 <= arm.chosen ?? 0 && $0 > 0 } == true)
      #expect(try RunRecord.read(folder(experiment, "0.001")).status == .finished)
      #expect(try tune(experiment) == arm)
    }
  }
}
