import Foundation
import Installed
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Training

/// Training within documents: batches say where they begin, losses show it, and checkpoints remember it.
@Suite struct DocumentTrainingTests {
  private let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  private func trainer(
    _ preset: String, _ lines: Bool, within: Bool, from checkpoint: ModelFile.OpenCheckpoint? = nil
  )
    throws -> Trainer
  {
    let text = (0..<300).map { "line \($0 * 7 % 13)\n" + ($0 % 3 == 0 && !lines ? "\n" : "") }.joined()
    let source = TextSource(
      name: "lines", train: Array(text.utf8), heldOut: Array(text.utf8), startsAtLines: lines)
    let mask = preset == "tiny/gpt" ? "causal" : "bidirectional"
    let open = try bench.registry.descriptor(
      preset: preset,
      sets: ["tokenizer=bytes", "context=24", "mask={ type: '\(mask)', withinDocuments: \(within) }"],
      from: bench.presets)
    let recipe = try Recipe.load(
      nil, defaults: ["batch=4", "steps=6", "schedule.warmup=2", "evaluationWindows=6"],
      registry: bench.registry)
    let data = try TrainingData(source, settings: open.tokenizer, registry: bench.registry)
    return try Trainer(
      try bench.registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize), recipe, data,
      registry: bench.registry, context: try Context.cpu(threads: 1, seed: 1), totalSteps: 6,
      checkpoint: checkpoint)
  }

  @Test(arguments: ["tiny/gpt", "tiny/bert"], [false, true])
  func lossesKnowDocuments(preset: String, lines: Bool) throws {
    let (inside, across) = (
      try trainer(preset, lines, within: true), try trainer(preset, lines, within: false)
    )
    #expect(inside.documents == (lines ? .lines : .blankLines) && across.documents == nil)
    // The same windows and initial values; what is seen differs.
    #expect(try inside.step().loss != across.step().loss)
    #expect(try inside.evaluate().loss != across.evaluate().loss)
  }

  @Test func checkpointsRememberWhatSeparatedDocuments() throws {
    let trainer = try trainer("tiny/gpt", true, within: true)
    for _ in 0..<3 { _ = try trainer.step() }
    let folder = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "a.safetensors")
    try trainer.save(to: file)
    #expect(try ModelFile.open(file, registry: bench.registry).record.documents == .lines)
    let resumed = try self.trainer(
      "tiny/gpt", true, within: true, from: try ModelFile.open(file, registry: bench.registry))
    #expect(resumed.documents == .lines)
    while !trainer.isFinished { #expect(try trainer.step().loss == resumed.step().loss) }
    // One from before documents were known continues across them, as it began.
    let plain = try self.trainer("tiny/gpt", true, within: false)
    try plain.save(to: file)
    let older = try self.trainer(
      "tiny/gpt", true, within: true, from: try ModelFile.open(file, registry: bench.registry))
    #expect(older.documents == nil)
  }

  /// What an objective makes of windows keeps each input token's own document.
  @Test func inputsKeepTheirDocuments() throws {
    let ids: [Int32] = [10, 11, 12, 13, 20, 21, 22, 23]
    let windows = WindowBatch(ids: ids, batch: 2, length: 4, documents: [0, 0, 1, 1, 0, 1, 2, 2])
    let key = RandomStream(seed: 1).key("test")
    func documents(_ objective: any Objective) throws -> [Int32]? {
      try objective.prepare(windows, vocabulary: 95, key: key).tokens.documents
    }
    #expect(try documents(CausalLM()) == [0, 0, 0, 1, 0, 0, 1, 2])
    #expect(try documents(CausalLM(start: false)) == [0, 0, 1, 0, 1, 2])
    #expect(try documents(MaskedLM()) == windows.documents && documents(AnyOrderLM()) == windows.documents)
    #expect(try documents(MaskedLM(shift: true)) == [0, 0, 0, 1, 0, 0, 1, 2])
    #expect(try documents(AnyOrderLM(shift: true)) == [0, 0, 0, 1, 0, 0, 1, 2])
  }
}
