import Checkpoints
import Foundation
import Inference
import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Zoo

@testable import Training

/// A checkpoint whose tokenizer consists of a plugin's parts is read back by everything that reads checkpoints, and
/// without the plugin it is sound, but refused.
@Suite struct OutsideTokenizerTests {
  let bench: TrainingBench

  init() throws {
    var registry = try Registry.standard()
    try addOwnTokenizer(to: &registry)
    bench = try TrainingBench(registry: registry)
  }

  /// A run of some steps that stops after four.
  private func run(below root: URL) throws -> TrainingRun {
    let made = try RunFolder.create(at: nil, name: "run", below: root)
    let run = try TrainingRun(
      try bench.trainer(
        "tiny/gpt", ["steps=8", "checkpointEvery=2", "evaluateEvery=4"], model: ["tokenizer=own-pieces"]),
      in: made.folder, lock: made.lock, version: "test")
    var events = RunEvents()
    events.shouldStop = { run.trainer.state.step == 4 }
    #expect(try run.train(events) == .stopped)
    return run
  }

  @Test func itIsReadBack() throws {
    try withTemporaryFolder { root in
      let run = try run(below: root)
      let checkpoint = try run.folder.newestCheckpoint(registry: bench.registry)
      #expect(checkpoint.record.step == 4 && checkpoint.tokenizer.kind == "own-pieces")
      #expect(checkpoint.tokenizer.fingerprint == run.trainer.data.tokenizer.fingerprint)
      #expect(checkpoint.tokenizer.encode("Line") == "line".utf8.map { 5 + Int32($0 ^ 85) })
      #expect(checkpoint.tokenizer.decode(checkpoint.tokenizer.encode("Line 7")) == "LINE 7")

      let loaded = try LoadedModel(
        checkpoint: checkpoint.url, registry: bench.registry, context: try Context.tested(threads: 1))
      let live = LoadedModel(
        run.trainer.descriptor, run.trainer.model, tokenizer: run.trainer.data.tokenizer,
        context: run.trainer.context, kind: .decoder, startsWithToken: loaded.startsWithToken)
      var options = GenerationOptions()
      options.tokens = 6
      options.temperature = 0
      #expect(
        try loaded.generate(prompt: "Line 3", options: options)
          == live.generate(prompt: "Line 3", options: options))
      let ids = loaded.input(loaded.tokenizer.encode("line 3"))
      #expect(try loaded.logProbabilities(ids, at: [2]) == live.logProbabilities(ids, at: [2]))

      let evaluating = try Trainer.evaluating(
        checkpoint, of: try RunRecord.read(run.folder), sets: [], registry: bench.registry,
        source: { _ in bench.source }, makeContext: { try Context.tested(threads: 1, seed: $0.seed) })
      #expect(try evaluating.evaluate() == run.trainer.evaluate())

      let trainer = try Trainer.resume(
        checkpoint, record: try RunRecord.read(run.folder), registry: bench.registry,
        source: { _ in bench.source }, makeContext: { try Context.tested(threads: 1, seed: $0.seed) })
      let resumed = try TrainingRun(resuming: trainer, in: run.folder)
      #expect(try resumed.train() == .finished)
      // Checkpoints of before were recognised as the run's, and made room for newer ones.
      #expect(run.folder.allCheckpoints().map(\.step).last == 8)
      #expect(run.folder.allCheckpoints().count <= trainer.recipe.keepLast + 1)
      let whole = try bench.trainer("tiny/gpt", model: ["tokenizer=own-pieces"])
      while !whole.isFinished { _ = try whole.step() }
      for (one, other) in zip(whole.model.parameters.all, trainer.model.parameters.all) {
        #expect(one.tensor.values() == other.tensor.values(), "\(one.name)")
      }
    }
  }

  @Test func withoutThePluginThePartIsNamed() throws {
    try withTemporaryFolder { root in
      let folder = try run(below: root).folder
      let before = folder.allCheckpoints().map(\.step)
      let core = try Registry.standard()
      var skipped: [String] = []
      let readers: [() throws -> Void] = [
        { _ = try folder.newestCheckpoint(registry: core) { skipped.append($0) } },
        { _ = try folder.checkpoint(ofStep: 4, called: "step 4", registry: core) },
        { _ = try folder.bestCheckpoint(registry: core) },
        {
          _ = try LoadedModel(
            checkpoint: folder.checkpoint(step: 4), registry: core, context: try Context.cpu(threads: 1))
        },
      ]
      for reader in readers {
        let error = #expect(throws: CheckpointError.self) { try reader() }
        #expect(error?.isForMissingPart == true)
        #expect(
          error?.reason.hasPrefix(
            "the saved tokenizer has the unknown token model \"own-flipped\"; "
              + "load the plugin that has it with --plugin FILE") == true, "\(error?.reason ?? "")")
      }
      // It is not damaged: nothing is passed over, and nothing removed.
      #expect(skipped.isEmpty && folder.allCheckpoints().map(\.step) == before)
    }
  }

  /// What no checkpoint could give back is refused before the first step, not after the last one.
  @Test func aPartThatIsNotRegisteredIsSaidBeforeTraining() throws {
    struct Forgotten: Normaliser {
      let type = "own-forgotten"
      func normalised(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] { Array(text) }
    }
    var registry = try Registry.standard()
    try registry.add("own-half", to: .tokenizer, summary: "half registered") { _, _ in
      try TokenizerPipeline(kind: "own-half", normaliser: Forgotten(), model: ByteModel())
    }
    let bench = try TrainingBench(registry: registry)
    try withTemporaryFolder { root in
      let folder = RunFolder(root.appending(path: "run"))
      let trainer = try bench.trainer("tiny/gpt", model: ["tokenizer=own-half"])
      let error = #expect(throws: TrainerError.self) {
        _ = try TrainingRun(trainer, in: folder, version: "test")
      }
      #expect(error?.place == "tokenizer own-half")
      #expect(error?.reason.contains("has the unknown normaliser \"own-forgotten\"") == true)
    }
  }
}
