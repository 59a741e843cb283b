import Foundation
import Tensors
import TestSupport
import Testing
import Zoo

@testable import Training

@Suite struct RunTests {
  let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  @Test func aStoppedAndResumedRunLogsWhatAWholeOneDoes() throws {
    let root = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    func folder(_ name: String) throws -> RunFolder {
      try RunFolder.create(at: root.appending(path: name).path, name: name, below: root).folder
    }
    let settings = ["steps=12", "evaluateEvery=4", "checkpointEvery=5"]
    let whole = try TrainingRun(
      try bench.trainer("tiny/dropout", settings), in: try folder("whole"), version: "test")
    #expect(try whole.train() == .finished)

    let parts = try TrainingRun(
      try bench.trainer("tiny/dropout", settings), in: try folder("parts"), version: "test")
    var stopping = RunEvents()
    var asked = 0
    stopping.shouldStop = {
      asked += 1
      return asked > 7
    }
    #expect(try parts.train(stopping) == .stopped)
    #expect(try RunRecord.read(parts.folder).status == .stopped)
    let resumed = try TrainingRun(
      resuming: try bench.trainer(
        "tiny/dropout", settings, threads: 2,
        from: try parts.folder.newestCheckpoint(registry: bench.registry)),
      in: parts.folder)
    #expect(resumed.trainer.state.step == 7)
    #expect(try resumed.train() == .finished)

    func measured(_ folder: RunFolder) throws -> [[String: MetricsValue]] {
      try MetricsLog.read(folder.metrics).map { row in
        row.filter { !["seconds", "tokensPerSecond", "time"].contains($0.key) }
      }
    }
    #expect(try measured(parts.folder) == measured(whole.folder))
    let (a, b) = (
      try whole.folder.newestCheckpoint(registry: bench.registry),
      try parts.folder.newestCheckpoint(registry: bench.registry)
    )
    #expect(a.record.step == 12 && b.record.step == 12)
    #expect(try RunRecord.read(parts.folder).evaluation == RunRecord.read(whole.folder).evaluation)
  }

  @Test func onlyRecentAndBestCheckpointsStay() throws {
    let root = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let run = try TrainingRun(
      try bench.trainer("tiny/gpt", ["steps=10", "checkpointEvery=1", "evaluateEvery=5", "keepLast=3"]),
      in: try RunFolder.create(at: nil, name: "gpt", below: root).folder, version: "test")
    _ = try run.train()
    let best = try #require(run.trainer.state.bestStep)
    #expect(Set(run.folder.allCheckpoints().map(\.step)) == Set([8, 9, 10] + (best > 0 ? [best] : [])))
    #expect(run.folder.name == "gpt-1")
    #expect(try RunFolder.create(at: nil, name: "gpt", below: root).folder.name == "gpt-2")
  }

  @Test func minutesBecomeARecordedNumberOfSteps() throws {
    let open = try bench.trainer("tiny/gpt", ["steps=1"])
    let recipe = try Recipe.load(
      nil, sets: ["batch=4", "minutes=0.02", "evaluationWindows=2"], registry: bench.registry)
    let (trainer, milliseconds) = try Trainer.prepare(
      open.descriptor, recipe, open.data, registry: bench.registry
    ) { try Context.tested(threads: 1, seed: 1) }
    #expect(trainer.state.totalSteps >= 1 && trainer.state.totalSteps < 100_000)
    #expect(trainer.state.step == 0)
    let step = try #require(milliseconds)
    #expect(step > 0)
    #expect(Double(trainer.state.totalSteps) * step <= 0.02 * 60_000 + step)
  }

  @Test func aRunHasOneBudget() throws {
    #expect(throws: (any Error).self) {
      try Recipe.load(nil, sets: ["steps=5", "tokens=100"], registry: bench.registry)
    }
  }
}
