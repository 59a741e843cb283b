import Checkpoints
import Foundation
import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Transformer

@testable import Zoo

@Suite("Checkpoints")
struct CheckpointTests {
  private let registry: Registry
  private let descriptor: ModelDescriptor
  private let tokenizer: any Tokenizer

  init() throws {
    registry = try Registry.standard()
    tokenizer = try Array("some text to have".utf8).withUnsafeBufferPointer {
      try TokenizerTrainer.make(kind: "characters", vocabulary: nil, from: $0)
    }
    let open = try registry.descriptor(
      preset: "tiny/gpt", sets: ["tokenizer=characters"], from: try Presets.standard())
    descriptor = try registry.descriptor(open, vocabulary: tokenizer.vocabularySize)
  }

  private func build(
    _ context: Context, from source: (any ParameterSource)? = nil, _ other: ModelDescriptor? = nil
  ) throws -> any LanguageModel {
    try registry.build(other ?? descriptor, in: context, trains: false, source: source)
  }

  private func buffers(_ model: any LanguageModel) -> [NamedBuffer] {
    model.parameters.all.map {
      NamedBuffer(name: $0.name, shape: $0.tensor.shape, buffer: $0.tensor.buffer)
    }
  }

  private func bits(_ model: any LanguageModel) -> [[UInt32]] {
    model.parameters.all.map { $0.tensor.values().map(\.bitPattern) }
  }

  private func save(_ model: any LanguageModel, to url: URL, extra: [NamedBuffer] = []) throws {
    let record = CheckpointRecord(
      name: "tiny/gpt", descriptor: descriptor.json, recipe: nil, trainer: "{\"step\":3}", step: 3)
    try ModelFile.write(buffers(model) + extra, record: record, tokenizer: tokenizer, to: url)
  }

  @Test("A model, its record and its tokenizer come back to the bit, and moments do not disturb it")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      let context = try Context.cpu(threads: 1, seed: 5)
      let model = try build(context)
      let first = model.parameters.all[0]
      let moment = NamedBuffer(
        name: ReservedNames.state("first-moment", of: first.name), shape: first.tensor.shape,
        buffer: first.tensor.buffer)
      try save(model, to: url, extra: [moment])
      let checkpoint = try ModelFile.open(url, registry: registry)
      try checkpoint.verify()
      // Another seed: nothing may be left of the initial values.
      let loaded = try build(try Context.cpu(threads: 1, seed: 6), from: checkpoint)
      try checkpoint.expectNothingElse(than: loaded.parameters)
      #expect(bits(loaded) == bits(model))
      #expect(checkpoint.record.step == 3)
      #expect(checkpoint.record.trainer == "{\"step\":3}")
      #expect(checkpoint.record.recipe == nil)
      #expect(try registry.descriptor(json: checkpoint.record.descriptor, name: "x").json == descriptor.json)
      #expect(checkpoint.tokenizer.encode("some text") == tokenizer.encode("some text"))
    }
  }

  @Test("A checkpoint from a dry device is an error; a dry device loads nothing")
  func dry() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      let model = try build(try Context.dry())
      let error = #expect(throws: CheckpointError.self) { try save(model, to: url) }
      #expect(error?.tensor == model.parameters.all[0].name)
      #expect(error?.reason.contains("a dry device holds no values; use a context on the processor") == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      try save(try build(try Context.cpu(threads: 1)), to: url)
      let loaded = try build(try Context.dry(), from: try ModelFile.open(url, registry: registry))
      #expect(loaded.parameters.count > 0)
    }
  }

  @Test("A tensor that is missing, misshapen, left over or damaged is named")
  func mismatches() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      let context = try Context.cpu(threads: 1)
      let model = try build(context)
      try save(model, to: url)
      func error(_ sets: [String]) throws -> CheckpointError? {
        let other = try registry.descriptor(
          try registry.descriptor(
            preset: "tiny/gpt", sets: ["tokenizer=characters"] + sets, from: try Presets.standard()),
          vocabulary: tokenizer.vocabularySize)
        return #expect(throws: CheckpointError.self) {
          let checkpoint = try ModelFile.open(url, registry: registry)
          try checkpoint.expectNothingElse(than: try build(context, from: checkpoint, other).parameters)
        }
      }
      let missing = try error(["head.bias=true"])
      #expect(missing?.tensor == "head.bias")
      #expect(missing?.reason.hasPrefix("missing") == true)
      let misshapen = try error(["context=7"])
      #expect(misshapen?.tensor == "embedding.position.weight")
      #expect(misshapen?.reason.contains("[positions 7, width") == true)
      let unused = try error(["position=none"])
      #expect(unused?.tensor == "embedding.position.weight")
      #expect(unused?.reason.contains("embedding.position.weight") == true)

      var bytes = try Data(contentsOf: url)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: url)
      let last = try #require(model.parameters.all.last?.name)
      let damaged = #expect(throws: CheckpointError.self) {
        _ = try build(context, from: try ModelFile.open(url, registry: registry))
      }
      #expect(damaged?.tensor == last)
      #expect(damaged?.file == url.path)
      #expect(
        #expect(throws: CheckpointError.self) { try ModelFile.open(url, registry: registry).verify() }?.tensor
          == last)
    }
  }

  @Test("Another program's file and another format are no checkpoints")
  func foreign() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      let values = [Float](repeating: 1, count: 4)
      try values.withUnsafeBytes {
        try SafetensorsFile.write(
          [TensorEntry(name: "x", shape: [4], data: $0)], metadata: ["format": "pt"], to: url)
      }
      let foreign = #expect(throws: CheckpointError.self) { try ModelFile.open(url, registry: registry) }
      #expect(foreign?.reason.hasPrefix("no record of a model") == true)
      var record = CheckpointRecord(name: "x", descriptor: "{}", recipe: nil, trainer: nil, step: 0)
      record.format = 99
      try ModelFile.write([], record: record, tokenizer: tokenizer, to: url)
      let later = #expect(throws: CheckpointError.self) { try ModelFile.open(url, registry: registry) }
      #expect(facts(later?.reason ?? "") == "99 1")
    }
  }
}
