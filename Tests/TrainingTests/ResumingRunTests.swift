import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing
import Text
import Zoo

@testable import Training

/// Runs that continue: from which checkpoint, on which text, how far, and what is refused.
@Suite struct ResumingRunTests {
  let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  private func begin(_ root: URL, _ settings: [String], preset: String = "tiny/gpt") throws -> TrainingRun {
    let made = try RunFolder.create(at: nil, name: "run", below: root)
    return try TrainingRun(
      try bench.trainer(preset, settings), in: made.folder, lock: made.lock, version: "test")
  }

  private func stopping(after steps: Int) -> RunEvents {
    var events = RunEvents()
    var asked = 0
    events.shouldStop = {
      asked += 1
      return asked > steps
    }
    return events
  }

  private func resume(
    _ folder: RunFolder, _ changes: RunChanges = RunChanges(), text: TextSource? = nil, fresh: Bool = false
  ) throws -> TrainingRun {
    let trainer = try Trainer.resume(
      fresh ? nil : try folder.newestCheckpoint(registry: bench.registry), record: try RunRecord.read(folder),
      changes: changes,
      registry: bench.registry, source: { _ in text ?? bench.source },
      makeContext: { try Context.tested(threads: 1, seed: $0.seed) })
    return try TrainingRun(resuming: trainer, in: folder)
  }

  private func losses(_ folder: RunFolder) throws -> [Double] {
    try MetricsLog.read(folder.metrics).filter { $0["kind"] == .text("train") }.compactMap {
      $0["loss"]?.number
    }
  }

  @Test func theBestCheckpointIsKept() throws {
    try withTemporaryFolder { root in
      let run = try begin(root, ["steps=20", "evaluateEvery=4", "checkpointEvery=1000", "keepLast=1"])
      #expect(try run.train(stopping(after: 9)) == .stopped)
      let best = try #require(run.trainer.state.bestStep)
      #expect(best == 8 && run.folder.allCheckpoints().map(\.step) == [8, 9])
      #expect(try run.folder.bestCheckpoint(registry: bench.registry).record.step == 8)
      #expect(
        try run.folder.checkpoint(ofStep: 9, called: "step 9", registry: bench.registry).record.step == 9)
      let error = #expect(throws: TrainerError.self) {
        try run.folder.checkpoint(ofStep: 4, called: "step 4", registry: bench.registry)
      }
      #expect(error?.description.contains("8, 9") == true)
    }
  }

  @Test func aRunThatWasStoppedBeforeItsFirstCheckpointBeginsAnew() throws {
    try withTemporaryFolder { root in
      let whole = try begin(root, ["steps=6"])
      #expect(try whole.train() == .finished)
      let killed = try begin(root, ["steps=6"]).folder
      #expect(killed.allCheckpoints().isEmpty)
      #expect(
        try RunRecord.read(killed).startsAgain(at: "r").hasPrefix("r has no checkpoint, and its status was "))
      #expect(try RunRecord.read(whole.folder).startsAgain(at: "r").contains("finished its 6 steps"))
      let again = try resume(killed, fresh: true)
      #expect(try again.train() == .finished)
      #expect(try losses(killed) == losses(whole.folder) && losses(killed).count == 6)
    }
  }

  @Test func aFinishedRunGoesOnToMoreSteps() throws {
    try withTemporaryFolder { root in
      let run = try begin(root, ["steps=6", "evaluateEvery=100", "checkpointEvery=100"])
      #expect(try run.train() == .finished)
      let longer = try resume(run.folder, RunChanges(steps: 10))
      #expect(longer.trainer.state.step == 6 && longer.trainer.state.totalSteps == 10)
      #expect(try longer.train(stopping(after: 2)) == .stopped)
      // What was made longer stays so, also for a checkpoint of when it was shorter.
      try FileManager.default.removeItem(at: run.folder.checkpoint(step: 8))
      let record = try RunRecord.read(run.folder)
      #expect(record.totalSteps == 10 && record.status == .stopped)
      let rest = try resume(run.folder)
      #expect(rest.trainer.state.step == 6)
      #expect(try rest.train() == .finished)
      #expect(try losses(run.folder).count == 10)
      #expect(try run.folder.newestCheckpoint(registry: bench.registry).record.step == 10)
    }
  }

  @Test func aDamagedCheckpointIsSkippedAndTheStepThatIsUsedIsNamed() throws {
    try withTemporaryFolder { root in
      let run = try begin(root, ["steps=6"])
      #expect(try run.train() == .finished)
      let steps = run.folder.allCheckpoints().map(\.step)
      try #require(steps.count >= 2)
      func damage(_ step: Int) throws {
        try Data("short".utf8).write(to: run.folder.checkpoint(step: step))
      }
      try damage(steps[steps.count - 1])
      var skipped: [String] = []
      let used = try run.folder.newestCheckpoint(registry: bench.registry) { skipped.append($0) }
      #expect(used.record.step == steps[steps.count - 2])
      try #require(skipped.count == 1)
      #expect(skipped[0].contains(run.folder.checkpoint(step: steps[steps.count - 1]).lastPathComponent))
      #expect(skipped[0].contains("step \(used.record.step)"))
      for step in steps { try damage(step) }
      let error = #expect(throws: TrainerError.self) {
        _ = try run.folder.newestCheckpoint(registry: bench.registry)
      }
      for step in steps {
        #expect(error?.reason.contains(run.folder.checkpoint(step: step).lastPathComponent) == true)
      }
    }
  }

  @Test func theTextIsFoundByItsContentAndKeepsItsName() throws {
    try withTemporaryFolder { root in
      let run = try begin(root, ["steps=6"])
      #expect(try run.train(stopping(after: 3)) == .stopped)
      let other = TextSource(
        name: "lines", train: Array("other words\n".utf8), heldOut: [10], startsAtLines: false)
      let error = #expect(throws: TrainerError.self) { try resume(run.folder, text: other) }
      #expect(error?.reason == "the text differs from the one that the run was trained on")
      let resumed = try resume(
        run.folder, RunChanges(data: ["moved.txt"]), text: bench.source.named("moved.txt"))
      // Windows are dealt in an order that follows from the name.
      #expect(resumed.trainer.data.source.name == "lines")
      #expect(resumed.trainer.recipe.data == ["moved.txt"])
      #expect(try resumed.train() == .finished)
      let whole = try begin(root, ["steps=6"])
      _ = try whole.train()
      #expect(try losses(run.folder) == losses(whole.folder))
    }
  }

  @Test func aRelativePathIsOneInTheFolderOfTheStart() throws {
    try withTemporaryFolder { root in
      try Data("text".utf8).write(to: root.appending(path: "own.txt"))
      let recipe = try Recipe.load(nil, sets: ["data=own.txt"], registry: bench.registry)
      let found = try recipe.locatingText(from: root.path, bench.registry)
      #expect(found.data == [root.path + "/own.txt"])
      #expect(try recipe.locatingText(from: "/nowhere", bench.registry).data == ["own.txt"])
    }
  }

  /// A bert's checkpoint in a gpt's run.
  @Test func aCheckpointOfAnotherRunIsRefused() throws {
    try withTemporaryFolder { root in
      let (gpt, bert) = (try begin(root, ["steps=4"]), try begin(root, ["steps=4"], preset: "tiny/bert"))
      for run in [gpt, bert] { #expect(try run.train() == .finished) }
      try FileManager.default.removeItem(at: gpt.folder.checkpoint(step: 4))
      try FileManager.default.copyItem(
        at: bert.folder.checkpoint(step: 4), to: gpt.folder.checkpoint(step: 4))
      let error = #expect(throws: TrainerError.self) { try resume(gpt.folder) }
      #expect(error?.reason.contains("it is not the run that was planned") == true)
      // Another seed is another run, too.
      let seed = try begin(root, ["steps=4", "seed=2"])
      #expect(try seed.train() == .finished)
      try FileManager.default.removeItem(at: seed.folder.record)
      try FileManager.default.copyItem(at: gpt.folder.record, to: seed.folder.record)
      #expect(throws: TrainerError.self) { try resume(seed.folder) }
    }
  }

  @Test func aPlanIsComparedSettingBySetting() throws {
    let (gpt, bert) = (try bench.trainer("tiny/gpt"), try bench.trainer("tiny/bert"))
    let plan = RunPlan(gpt.descriptor, gpt.recipe)
    func reason(_ trainer: Trainer) throws -> String? {
      do {
        try plan.expect(
          descriptor: trainer.descriptor.json, recipe: trainer.recipe.json, at: "x", suggestion: "",
          bench.registry)
        return nil
      } catch let error as TrainerError { return error.reason }
    }
    #expect(try reason(gpt) == nil)
    #expect(try reason(bert)?.contains("architecture is bert, planned is gpt") == true)
    #expect(
      try reason(try bench.trainer("tiny/gpt", ["seed=2"]))
        == "it is not the run that was planned: recipe.seed is 2, planned is 1")
    #expect(try reason(try bench.trainer("tiny/gpt", ["data=elsewhere.txt"])) == nil)
  }

  @Test func twoProcessesCannotTrainOneRun() throws {
    try withTemporaryFolder { root in
      let run = try begin(root, ["steps=4"])
      let error = #expect(throws: TrainerError.self) {
        try TrainingRun(resuming: try bench.trainer("tiny/gpt", ["steps=4"]), in: run.folder)
      }
      #expect(error?.reason.contains("in use by process") == true)
      #expect(try run.train() == .finished)
      #expect(!RunLock.isHeld(in: run.folder.url))
    }
  }

  @Test func aLostFolderOfCheckpointsIsMadeAgain() throws {
    try withTemporaryFolder { root in
      let run = try begin(root, ["steps=6", "checkpointEvery=1000"])
      var events = RunEvents()
      events.onEvent { event in
        if case .step(let report, _) = event, report.step == 5 {
          try? FileManager.default.removeItem(at: run.folder.checkpoints)
        }
      }
      #expect(try run.train(events) == .finished)
      #expect(try run.folder.newestCheckpoint(registry: bench.registry).record.step == 6)
    }
  }

  /// A full disk that ends training does not take the model with it.
  @Test func theModelIsSavedWhenSomethingElseFails() throws {
    try withTemporaryFolder { root in
      let run = try begin(root, ["steps=9", "checkpointEvery=1000", "evaluateEvery=4"])
      var events = RunEvents()
      events.measure = { trainer in
        guard trainer.state.step < 8 else {
          throw CheckpointError(file: "metrics.jsonl", reason: "the disk is full")
        }
        return [:]
      }
      #expect(throws: CheckpointError.self) { try run.train(events) }
      #expect(try RunRecord.read(run.folder).status == .failed)
      #expect(try run.folder.newestCheckpoint(registry: bench.registry).record.step == 8)
    }
  }

  @Test func nothingThatIsNotFiniteIsSavedOrUpdated() throws {
    try withTemporaryFolder { root in
      let trainer = try bench.trainer("tiny/gpt")
      _ = try trainer.step()
      let optimiser = try AdamW(
        TrainedParameters(trainer.model.parameters), options: AdamW.Options(trainer.recipe.optimiser),
        in: trainer.context)
      func weights() -> [[Float]] { trainer.model.parameters.all.map { $0.tensor.values() } }
      let before = weights()
      let last = try #require(trainer.model.parameters.all.last { $0.tensor.node?.isWritten == true })
      let gradient = try #require(last.tensor.node?.persistent)
      try gradient.upload([Float.infinity])
      #expect(optimiser.update(step: 1, learningRate: 1e-3) == .infinity)
      #expect(weights() == before)
      for moment in optimiser.state {
        #expect(try moment.buffer.download(Float.self).allSatisfy { $0 == 0 })
      }
      let file = root.appending(path: "a.safetensors")
      try last.tensor.buffer.upload([Float.nan])
      let error = #expect(throws: TrainerError.self) { try trainer.save(to: file) }
      #expect(error?.isDivergence == true && error?.reason.contains("is not saved") == true)
      #expect(error?.suggestion.contains("--set recipe.optimiser.learningRate=0.00025") == true)
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }
  }
}
