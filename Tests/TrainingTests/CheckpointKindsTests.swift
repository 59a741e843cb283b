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

/// Checkpoints of shared layers, and of two bytes a number, through the reader of every command.
@Suite struct CheckpointKindsTests {
  let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  /// A run of two steps, in a folder.
  private func run(_ model: [String], below root: URL) throws -> TrainingRun {
    let made = try RunFolder.create(at: nil, name: "run", below: root)
    let run = try TrainingRun(
      try bench.trainer("tiny/gpt", ["steps=2"], model: model), in: made.folder, lock: made.lock,
      version: "test")
    #expect(try run.train() == .finished)
    return run
  }

  /// What a model says of a text, and of the held-out text.
  private func scores(_ checkpoint: ModelFile.OpenCheckpoint) throws -> (
    rows: [[Float]], report: EvaluationReport
  ) {
    let model = try LoadedModel(
      checkpoint, registry: bench.registry, context: try Context.tested(threads: 1))
    let ids = model.input(model.tokenizer.encode("line 7"))
    let trainer = try Trainer.evaluating(
      checkpoint, of: nil, sets: [], registry: bench.registry, source: { _ in bench.source },
      makeContext: { try Context.tested(threads: 1, seed: $0.seed) })
    return (try model.logProbabilities(ids, at: Array(ids.indices)), try trainer.evaluate())
  }

  private func live(_ trainer: Trainer) throws -> (rows: [[Float]], report: EvaluationReport) {
    let model = LoadedModel(
      trainer.descriptor, trainer.model, tokenizer: trainer.data.tokenizer, context: trainer.context,
      kind: .decoder, startsWithToken: trainer.objective.startsWithToken)
    let ids = model.input(model.tokenizer.encode("line 7"))
    return (try model.logProbabilities(ids, at: Array(ids.indices)), try trainer.evaluate())
  }

  @Test func sharedLayersStandThereOnceAndScore() throws {
    try withTemporaryFolder { root in
      let run = try run(["layers=3", "sharedLayers=true"], below: root)
      let checkpoint = try run.folder.newestCheckpoint(registry: bench.registry)
      let weights = checkpoint.names.filter { !$0.hasPrefix(ReservedNames.prefix) }
      #expect(Set(weights) == Set(run.trainer.model.parameters.all.map(\.name)))
      #expect(
        weights.contains { $0.hasPrefix("blocks.0.") } && !weights.contains { $0.hasPrefix("blocks.1.") })
      let (found, wanted) = (try scores(checkpoint), try live(run.trainer))
      #expect(found.rows == wanted.rows && found.report == wanted.report)
    }
  }

  /// The file with its numbers in two bytes, as other programs write it: without checksums.
  private static func narrow(_ url: URL, _ type: String, to target: URL) throws {
    let file = try MappedSafetensors(url)
    var (header, data) = (["__metadata__": file.metadata] as [String: Any], Data())
    for name in file.names {
      let shape = try #require(file.shape(of: name))
      var values = [Float](repeating: 0, count: shape.reduce(1, *))
      try values.withUnsafeMutableBytes { try file.copyFloats(name, to: $0) }
      let start = data.count
      for value in values {
        withUnsafeBytes(of: bits(value, type).littleEndian) { data.append(contentsOf: $0) }
      }
      header[name] = ["dtype": type, "shape": shape, "data_offsets": [start, data.count]] as [String: Any]
    }
    let json = try JSONSerialization.data(withJSONObject: header)
    var whole = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) }
    whole.append(json)
    whole.append(data)
    try whole.write(to: target)
  }

  /// The nearest number of two bytes, ties to even.
  private static func bits(_ value: Float, _ type: String) -> UInt16 {
    if type == "F16" { return Float16(value).bitPattern }
    let bits = value.bitPattern
    return UInt16((bits + 0x7fff + (bits >> 16 & 1)) >> 16)
  }

  private static func rounded(_ value: Float, _ type: String) -> Float {
    type == "F16" ? Float(Float16(value)) : Float(bitPattern: UInt32(bits(value, type)) << 16)
  }

  @Test(arguments: ["BF16", "F16"]) func numbersOfTwoBytesAreReadAsTheyWereRounded(_ type: String) throws {
    try withTemporaryFolder { root in
      let run = try run([], below: root)
      let own = try run.folder.newestCheckpoint(registry: bench.registry).url
      let url = root.appending(path: "narrow.safetensors")
      try Self.narrow(own, type, to: url)
      let checkpoint = try ModelFile.open(url, registry: bench.registry)
      try checkpoint.verify()
      let model = try bench.registry.build(
        try bench.registry.descriptor(of: checkpoint), in: try Context.tested(threads: 1), trains: false,
        source: checkpoint)
      var changed = 0
      for parameter in run.trainer.model.parameters.all {
        let exact = parameter.tensor.values()
        let wanted = exact.map { Self.rounded($0, type) }
        #expect(model.parameters[parameter.name]?.tensor.values() == wanted, "\(parameter.name)")
        changed += zip(exact, wanted).filter { $0 != $1 }.count
        try parameter.tensor.buffer.upload(wanted)
      }
      #expect(changed > 1000)
      let (found, wanted) = (try scores(checkpoint), try live(run.trainer))
      #expect(found.rows == wanted.rows)
      #expect(found.report.loss == wanted.report.loss && found.report.accuracy == wanted.report.accuracy)
    }
  }
}
