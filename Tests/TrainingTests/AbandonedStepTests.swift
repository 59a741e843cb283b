import Foundation
import Tensors
import Testing
import Zoo

@testable import Training

/// A run that is stopped within a step or an evaluation continues as if it had never been.
@Suite struct AbandonedStepTests {
  let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  private static let settings = ["steps=6", "evaluateEvery=2", "checkpointEvery=5", "accumulation=2"]

  private func folder(_ name: String, _ root: URL) throws -> RunFolder {
    try RunFolder.create(at: root.appending(path: name).path, name: name, below: root).folder
  }

  private func measured(_ folder: RunFolder) throws -> [[String: MetricsValue]] {
    try MetricsLog.read(folder.metrics).map { row in
      row.filter { !["seconds", "tokensPerSecond", "time"].contains($0.key) }
    }
  }

  /// How often a whole run is asked.
  private func questions(_ root: URL) throws -> Int {
    var events = RunEvents()
    var asked = 0
    events.shouldInterrupt = {
      asked += 1
      return false
    }
    let run = try TrainingRun(
      try bench.trainer("tiny/dropout", Self.settings), in: try folder("counted", root), version: "test")
    #expect(try run.train(events) == .finished)
    return asked
  }

  @Test func interruptedAnywhereItEndsWithTheSameBits() throws {
    let root = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let whole = try TrainingRun(
      try bench.trainer("tiny/dropout", Self.settings), in: try folder("whole", root), version: "test")
    #expect(try whole.train() == .finished)
    let all = try questions(root)
    #expect(all > 200)
    // The first evaluation, steps and micro-batches in both directions, and the last evaluation.
    for place in [1, 3, all / 5, all / 3, all / 2 + 1, all * 4 / 5, all - 40, all - 1] {
      let name = "at \(place) of \(all)"
      var events = RunEvents()
      var asked = 0
      events.shouldInterrupt = {
        asked += 1
        return asked >= place
      }
      let parts = try TrainingRun(
        try bench.trainer("tiny/dropout", Self.settings), in: try folder("parts-\(place)", root),
        version: "test")
      #expect(try parts.train(events) == .stopped, "\(name)")
      #expect(asked == place, "\(name): nothing was computed after the wish to stop")
      let resumed = try TrainingRun(
        resuming: try bench.trainer(
          "tiny/dropout", Self.settings, threads: 2,
          from: try parts.folder.newestCheckpoint(registry: bench.registry)),
        in: parts.folder)
      #expect(try resumed.train() == .finished, "\(name)")
      #expect(try measured(parts.folder) == measured(whole.folder), "\(name)")
      let (a, b) = (whole.trainer.state, resumed.trainer.state)
      #expect(a.contentHash == b.contentHash && a.supervisedTokens == b.supervisedTokens, "\(name)")
      #expect(a.bestStep == b.bestStep && a.bestLoss == b.bestLoss, "\(name)")
      for (left, right) in zip(whole.trainer.model.parameters.all, resumed.trainer.model.parameters.all) {
        #expect(left.tensor.values() == right.tensor.values(), "\(name): \(left.name)")
      }
    }
  }
}
