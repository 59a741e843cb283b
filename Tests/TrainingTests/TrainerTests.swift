import Foundation
import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Training

/// A small text of several hundred lines, and trainers over it.
struct TrainingBench {
  let registry: Registry
  let presets: Presets
  let source: TextSource

  init(registry: Registry? = nil, source: TextSource? = nil) throws {
    self.registry = try registry ?? Registry.standard()
    presets = try Presets.standard()
    if let source {
      self.source = source
      return
    }
    let lines = (0..<600).map {
      "line \($0) says that \($0 * 7 % 13) and \($0 * 5 % 11) are \($0 % 3) apart\n"
    }
    self.source = TextSource(
      name: "lines", train: Array(lines[..<500].joined().utf8), heldOut: Array(lines[500...].joined().utf8),
      startsAtLines: false)
  }

  func trainer(
    _ preset: String, _ recipe: [String] = [], model: [String] = [], threads: Int = 1,
    from checkpoint: ModelFile.OpenCheckpoint? = nil, communicator: any Communicator = SingleProcess()
  ) throws -> Trainer {
    let changed = Set(recipe.map { $0.prefix { $0 != "=" } })
    let defaults = ["batch=4", "steps=8", "schedule.warmup=2", "evaluationWindows=6"]
      .filter { edit in
        let name = edit.prefix { $0 != "=" }
        return !changed.contains(name) && !changed.contains(name.prefix { $0 != "." })
      }
    let recipe = try Recipe.load(nil, defaults: defaults, sets: recipe, registry: registry)
    let open = try registry.descriptor(
      preset: preset,
      sets: (model.contains { $0.hasPrefix("tokenizer") } ? [] : ["tokenizer=bytes"]) + model,
      from: presets)
    let data = try TrainingData(source, settings: open.tokenizer, registry: registry)
    return try Trainer(
      try registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize), recipe, data,
      registry: registry,
      context: try Context.tested(threads: threads, seed: recipe.seed), totalSteps: recipe.steps,
      checkpoint: checkpoint, emulatesPrecision: true, communicator: communicator)
  }

  func temporaryFolder() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: "zoo-trainer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }
}

extension Recipe {
  fileprivate var steps: Int { if case .steps(let steps) = budget { steps } else { 0 } }
}

@Suite struct TrainerTests {
  let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  private func weights(_ trainer: Trainer) -> [[Float]] {
    trainer.model.parameters.all.map { $0.tensor.values() }
  }

  @Test(arguments: ["tiny/gpt", "tiny/bert", "tiny/dropout"])
  func resumedRunEqualsTheUninterruptedOneBitForBit(preset: String) throws {
    let whole = try bench.trainer(preset)
    var losses: [Double] = []
    for _ in 0..<8 { losses.append(try whole.step().loss) }

    let first = try bench.trainer(preset)
    for _ in 0..<3 { _ = try first.step() }
    let folder = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "step.safetensors")
    try first.save(to: file)
    // Another number of threads must not change a bit.
    let second = try bench.trainer(
      preset, threads: 3, from: try ModelFile.open(file, registry: bench.registry))
    #expect(second.state.step == 3)
    for step in 3..<8 { #expect(try second.step().loss == losses[step]) }
    #expect(weights(second) == weights(whole))
    let again = folder.appending(path: "again.safetensors")
    try second.save(to: again)
    try whole.save(to: file)
    #expect(second.state.contentHash == whole.state.contentHash)
    #expect(try second.evaluate() == whole.evaluate())
  }

  @Test(arguments: ["tiny/gpt", "tiny/bert"])
  func bothKindsLearnThroughTheSameTrainer(preset: String) throws {
    let trainer = try bench.trainer(preset, ["steps=60", "optimiser.learningRate=0.01"])
    let before = try trainer.evaluate()
    while !trainer.isFinished { _ = try trainer.step() }
    let after = try trainer.evaluate()
    #expect(after.loss < before.loss - 1)
    #expect(after.predictions == before.predictions)
    #expect((after.bitsPerByte != nil) == (preset == "tiny/gpt"))
  }

  @Test(arguments: ["tiny/gpt", "tiny/bert", "tiny/dropout"])
  func forecastIsWhatARunThenMeasures(preset: String) throws {
    let trainer = try bench.trainer(preset, threads: 2)
    let forecast = try RunForecast(
      trainer.descriptor, trainer.recipe, trainer.data, registry: bench.registry, threads: 2)
    let folder = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try trainer.evaluate()
    for _ in 0..<4 { #expect(try trainer.step().flops == forecast.stepFlops) }
    try trainer.save(to: folder.appending(path: "a.safetensors"))
    _ = try trainer.evaluate()
    #expect(trainer.model.parameters.count == forecast.parameters)
    #expect(trainer.context.device.arena.peak == forecast.peakBytes)
  }

  @Test func accumulationEqualsALargerBatch() throws {
    let whole = try bench.trainer("tiny/gpt", ["batch=8"])
    let parts = try bench.trainer("tiny/gpt", ["batch=4", "accumulation=2"])
    #expect(abs(try whole.step().loss - parts.step().loss) < 1e-5)
    for (a, b) in zip(weights(whole), weights(parts)) {
      for (x, y) in zip(a, b) { #expect(abs(x - y) < 2e-5) }
    }
    #expect(whole.state.contentHashState == whole.state.contentHashState)
  }

  @Test func everyArmSeesTheSameText() throws {
    let (gpt, bert) = (try bench.trainer("tiny/gpt"), try bench.trainer("tiny/bert"))
    for _ in 0..<5 { _ = (try gpt.step(), try bert.step()) }
    let folder = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try gpt.save(to: folder.appending(path: "a"))
    try bert.save(to: folder.appending(path: "b"))
    #expect(gpt.state.contentHash == bert.state.contentHash)
    #expect(gpt.state.contentHash.count == 64)
    #expect(gpt.state.supervisedTokens > bert.state.supervisedTokens)
  }

  @Test func aPositionThatCouldSeeItsTargetIsRefused() throws {
    let error = #expect(throws: TrainerError.self) {
      try bench.trainer("tiny/bert", ["objective=causal-lm"])
    }
    #expect(error?.description.contains("objective causal-lm with mask bidirectional") == true)
    #expect(error?.description.contains("sees the next token") == true)
    #expect(throws: TrainerError.self) {
      try bench.trainer("tiny/bert", ["objective={type: 'masked-lm', mask: 0, random: 0}"])
    }
    // A causal mask under masked LM shows no target: it is allowed.
    _ = try bench.trainer("tiny/gpt", ["objective=masked-lm"])
  }

  /// What is saved while training continues is the state at the moment when saving began.
  @Test func aSaveInTheBackgroundHoldsTheStateOfItsMoment() throws {
    let folder = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (at, behind) = (folder.appending(path: "at"), folder.appending(path: "behind"))
    let trainer = try bench.trainer("tiny/dropout", ["steps=40"], threads: 2)
    for _ in 0..<3 { _ = try trainer.step() }
    try trainer.save(to: at)
    for round in 0..<12 {
      // The optimiser runs into the save at another moment in every round.
      try trainer.beginSave(to: behind)
      if round > 0 { usleep(UInt32(round * 200)) }
      let state = trainer.state
      let expected = weights(trainer)
      _ = try trainer.step()
      try trainer.finishSave()
      let loaded = try bench.trainer(
        "tiny/dropout", ["steps=40"], from: try ModelFile.open(behind, registry: bench.registry))
      #expect(loaded.state.step == state.step)
      #expect(weights(loaded) == expected)
      #expect(weights(trainer) != expected)
    }
    let first = try bench.trainer(
      "tiny/dropout", ["steps=40"], from: try ModelFile.open(at, registry: bench.registry))
    for _ in 0..<12 { _ = try first.step() }
    #expect(weights(first) == weights(trainer))
  }

  @Test func aSaveThatFindsNoRoomIsAWarningAndTrainingGoesOn() throws {
    let folder = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let trainer = try bench.trainer("tiny/gpt", ["checkpointEvery=2", "steps=8", "evaluateEvery=100"])
    let run = try TrainingRun(
      trainer,
      in: try RunFolder.create(at: folder.appending(path: "run").path, name: "run", below: folder).folder,
      version: "test")
    var events = RunEvents()
    var (warnings, saved): ([String], [String]) = ([], [])
    events.onEvent { event in
      if case .warning(let warning) = event { warnings.append(warning) }
      if case .saved(let url) = event { saved.append(url.lastPathComponent) }
    }
    let hidden = run.folder.url.appending(path: "elsewhere")
    events.onEvent { event in
      guard case .step(let report, _) = event else { return }
      // The save before must be over: the one that fails would else be that.
      func isOver() -> Bool {
        trainer.hasFinishedSave || saved.count + warnings.count >= report.step / 2 - 1
      }
      for _ in 0..<10_000 where !isOver() { usleep(1000) }
      // A file stands where the folder of checkpoints was while step 4 is saved.
      let place = run.folder.checkpoints.path
      if report.step == 4 {
        try? FileManager.default.moveItem(atPath: place, toPath: hidden.path)
        _ = FileManager.default.createFile(atPath: place, contents: nil)
      }
      if report.step == 6 {
        unlink(place)
        try? FileManager.default.moveItem(atPath: hidden.path, toPath: place)
      }
    }
    #expect(try run.train(events) == .finished)
    #expect(warnings.count == 1 && warnings[0].contains("step-000004"))
    #expect(saved == [2, 6, 8].map { "step-00000\($0).safetensors" })
  }

  @Test func aDamagedCheckpointIsNamedAndTheOneBeforeItIsUsed() throws {
    let trainer = try bench.trainer("tiny/gpt", ["checkpointEvery=2", "steps=4"])
    let folder = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try TrainingRun(
      trainer,
      in: try RunFolder.create(at: folder.appending(path: "run").path, name: "run", below: folder).folder,
      version: "test")
    #expect(try run.train() == .finished)
    let newest = run.folder.checkpoint(step: 4)
    var bytes = try Data(contentsOf: newest)
    bytes[bytes.count - 5] ^= 0x40
    try bytes.write(to: newest)
    var skipped: [String] = []
    let checkpoint = try run.folder.newestCheckpoint(registry: bench.registry) { skipped.append($0) }
    #expect(checkpoint.record.step == 2)
    #expect(skipped.count == 1 && skipped[0].contains(newest.lastPathComponent))
  }
}
