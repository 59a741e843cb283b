import Checkpoints
import Foundation
import Installed
import TestSupport
import Testing
import Text
import Zoo

@testable import Training

/// Values of a checkpoint are checked before they are used.
@Suite struct HostileStateTests {
  /// A change of a state that no training comes to.
  static let changes: [@Sendable (inout TrainerState) -> Void] = [
    { $0.step = -1 }, { $0.step = .max }, { $0.totalSteps = -1 }, { $0.totalSteps = .max },
    { $0.tokens = .min },
    { $0.tokens = .max }, { $0.supervisedTokens = -5 }, { $0.supervisedTokens = .max }, { $0.flops = .max },
    { $0.seconds = -1 }, { $0.bestStep = -1 }, { $0.bestStep = .max }, { $0.bestStep = nil },
    { $0.contentHash = String(repeating: "0", count: 64) }, { $0.contentHashState = Data() },
    { $0.contentHashState = Data(repeating: 255, count: $0.contentHashState.count) },
  ]

  @Test(arguments: changes.indices) func impossibleValuesAreRefused(_ index: Int) throws {
    let bench = try TrainingBench()
    let trainer = try bench.trainer("tiny/gpt")
    _ = try (trainer.evaluate(), trainer.step(), trainer.step())
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "a.safetensors")
      try trainer.save(to: file)
      let saved = try TrainerState(from: try ModelFile.open(file, registry: bench.registry))
      #expect(saved.impossibleValue == nil && saved == trainer.state)
      var damaged = saved
      Self.changes[index](&damaged)
      try write(damaged, trainer, to: file)
      let error = #expect(throws: TrainerError.self) {
        try bench.trainer("tiny/gpt", from: try ModelFile.open(file, registry: bench.registry))
      }
      #expect(error?.reason.hasPrefix("the training state is damaged") == true)
    }
  }

  @Test func weightsThatAreNoNumbersAreNamed() throws {
    let bench = try TrainingBench()
    for (value, word) in [(Float.nan, "nan"), (-.infinity, "-inf")] {
      let trainer = try bench.trainer("tiny/bert")
      let parameter = trainer.model.parameters.all[1]
      try parameter.tensor.buffer.upload([value], at: 3)
      try withTemporaryFolder { folder in
        let file = folder.appending(path: "a.safetensors")
        // Saved by another program: this one saves no such weights.
        try write(trainer.state, trainer, to: file)
        let error = #expect(throws: CheckpointError.self) {
          try bench.trainer("tiny/bert", from: try ModelFile.open(file, registry: bench.registry))
        }
        #expect(error?.tensor == parameter.name)
        #expect(error?.reason.hasPrefix("holds \(word) at element 3, ") == true)
      }
    }
  }

  @Test func aTokenizerWithMoreTokensThanTheModelIsRefused() throws {
    let bench = try TrainingBench()
    let trainer = try bench.trainer("tiny/gpt")
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "a.safetensors")
      let characters = try TokenizerPipeline.characters(
        CharacterModel(characters: Set((0x4E00..<0x5000).compactMap(Unicode.Scalar.init))))
      try write(trainer.state, trainer, tokenizer: characters, to: file)
      let error = #expect(throws: CheckpointError.self) {
        try bench.trainer("tiny/gpt", from: try ModelFile.open(file, registry: bench.registry))
      }
      #expect(error?.reason.hasPrefix("the tokenizer has 517 tokens and the model has 261") == true)
    }
  }

  private func write(
    _ state: TrainerState, _ trainer: Trainer, tokenizer: (any Tokenizer)? = nil, to file: URL
  ) throws {
    let buffers = trainer.model.parameters.all.map {
      NamedBuffer(name: $0.name, shape: $0.tensor.shape, buffer: $0.tensor.buffer)
    }
    let record = CheckpointRecord(
      name: "x", descriptor: trainer.descriptor.json, recipe: trainer.recipe.json, trainer: try state.json(),
      step: max(0, state.step))
    try ModelFile.write(buffers, record: record, tokenizer: tokenizer ?? trainer.data.tokenizer, to: file)
  }
}
