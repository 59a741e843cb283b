import Foundation
import Tensors
import TestSupport
import Testing
import Text
import Zoo

@testable import Training

/// A fine-tuned model that is written and read again.
@Suite struct TextClassifierTests {
  /// A checkpoint of a tiny model's initial values.
  private func start(_ bench: FineTuningBench, in folder: URL) throws -> TrainingStart {
    let url = folder.appendingPathComponent("start.safetensors")
    let model = try bench.registry.build(
      bench.descriptor, in: try Context.tested(threads: 1, seed: 5), trains: false, source: bench.values)
    let record = CheckpointRecord(
      name: "start", descriptor: bench.descriptor.json, recipe: nil, trainer: nil, step: 0,
      startsWithToken: bench.startsWithToken)
    try ModelFile.write(
      model.parameters.all.map(NamedBuffer.init), record: record, tokenizer: TokenizerPipeline.bytes, to: url)
    return TrainingStart(try ModelFile.open(url, registry: bench.registry), run: "start")
  }

  private func record(_ form: LabelledTexts.Form, _ labels: [String], _ pooling: Pooling) -> ClassifierRecord
  {
    ClassifierRecord(
      task: "task", form: form, labels: labels,
      point: FineTuningPoint(learningRate: 1e-2, pooling: pooling, seed: 1),
      options: FineTuningOptions(), testAccuracy: 0.5)
  }

  @Test(arguments: [("tiny/gpt", false), ("tiny/bert", false), ("tiny/bert", true)])
  func logitsAreTheSameBits(_ preset: String, frozen: Bool) throws {
    try withTemporaryFolder { folder in
      let bench = try FineTuningBench(preset)
      let tuner = try bench.tuner(.last, epochs: 2, frozen: frozen)
      let texts = FineTuningBench.texts(24, seed: 3)
      let examples = try bench.encode(texts)
      _ = try #require(try tuner.train(examples))
      let file = folder.appendingPathComponent("kept.safetensors")
      let start = try start(bench, in: folder)
      try tuner.save(
        to: file, as: record(.classification, ["a", "b"], .last), from: start, registry: bench.registry)
      let checkpoint = try ModelFile.open(file, registry: bench.registry)
      #expect(checkpoint.record.startedFrom == start.record && !checkpoint.record.recordsTraining)
      #expect(!checkpoint.record.isOnlyImported && !checkpoint.record.hasKnownInitialValues)
      let classifier = try TextClassifier(
        checkpoint, registry: bench.registry, context: try Context.tested(threads: 1, seed: 9))
      let found = try classifier.classify(texts.map { $0.parts[0] })
      for (classified, logits) in zip(found, try tuner.network.logits(examples)) {
        let powers = logits[0].map { exp(Double($0) - Double(logits[0].max() ?? 0)) }
        let expected = powers.map { $0 / powers.reduce(0, +) }
        #expect(["a", "b"].map { classified.parts[0].probabilities[$0] } == expected.map { $0 })
        #expect(classified.parts[0].label == (logits[0][0] >= logits[0][1] ? "a" : "b"))
      }
      // Both ends of a text are read the same, and what is too long is cut.
      #expect(try classifier.classify([String(repeating: "k", count: 100)])[0].isCut)
      #expect(classifier.refusal("") != nil && classifier.refusal("k") == nil)
    }
  }

  @Test func wordsAndPairsAreReadAsInFineTuning() throws {
    #expect(try LabelledText.parts(of: "a  b c", .tagging) == ["a", " b", " c"])
    #expect(try LabelledText.parts(of: "a\tb c", .pairs) == ["a", "b c"])
    #expect(throws: TextError.self) { try LabelledText.parts(of: " ", .tagging) }
    for text in ["a", "a\tb\tc"] {
      #expect(throws: TextError.self) { try LabelledText.parts(of: text, .pairs) }
    }
  }

  /// A record that no program wrote is an error, and never a crash.
  @Test(arguments: [
    "{}", "[", #"{"labels":["a"]}"#, "same labels", "a pooler", "more labels than rows",
  ]) func aDamagedRecordIsRefused(_ damage: String) throws {
    try withTemporaryFolder { folder in
      let bench = try FineTuningBench("tiny/gpt")
      let tuner = try bench.tuner(.mean, epochs: 1)
      let file = folder.appendingPathComponent("kept.safetensors")
      var labels = ["a", "b"]
      if damage == "same labels" { labels = ["a", "a"] }
      if damage == "more labels than rows" { labels = ["a", "b", "c"] }
      try tuner.save(
        to: file, as: record(.classification, labels, damage == "a pooler" ? .pooler : .mean),
        from: try start(bench, in: folder), registry: bench.registry)
      var checkpoint = try ModelFile.open(file, registry: bench.registry)
      if damage.hasPrefix("{") || damage.hasPrefix("[") {
        var record = checkpoint.record
        record.classifier = damage
        let other = folder.appendingPathComponent("damaged.safetensors")
        try ModelFile.write(
          tuner.model.parameters.all.map(NamedBuffer.init), record: record,
          tokenizer: TokenizerPipeline.bytes,
          to: other)
        checkpoint = try ModelFile.open(other, registry: bench.registry)
      }
      #expect(throws: (any Error).self) {
        try TextClassifier(
          checkpoint, registry: bench.registry, context: try Context.tested(threads: 1, seed: 9))
      }
    }
  }
}
