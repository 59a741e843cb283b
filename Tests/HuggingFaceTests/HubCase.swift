import Checkpoints
import Foundation
import HuggingFace
import Inference
import Installed
import Settings
import Tensors
import Testing
import Text
import Zoo

/// A tiny model of `transformers` with what it computes, as `Tests/interop/hub_models.py` writes them.
struct HubCase {
  let folder: URL

  /// The cases that are kept with the tests.
  static var kept: [String] { ["bert", "deberta-masked", "gpt2", "llama", "modernbert", "opt-narrow"] }

  /// A case that is kept with the tests.
  init(kept name: String) {
    folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/hub/\(name)")
  }

  init(folder: URL) { self.folder = folder }

  /// The inputs, batch by batch.
  func inputs() throws -> [TokenInput] {
    try JSONDecoder().decode(
      [TokenInput].self, from: try Data(contentsOf: folder.appendingPathComponent("inputs.json")))
  }

  /// Imports the model into a file of a folder.
  func imported(into target: URL) throws -> ModelFile.OpenCheckpoint {
    let registry = try Registry.standard()
    let file = target.appendingPathComponent("model.safetensors")
    try HubImport(folder: folder, registry: registry).write(to: file, tokenizer: TokenizerPipeline.bytes)
    return try ModelFile.open(file, registry: registry)
  }

  /// The largest difference of ours and theirs in each output, in parts of theirs' largest value.
  ///
  /// What stands behind the length of a sequence is not compared.
  func differences(_ checkpoint: ModelFile.OpenCheckpoint) throws -> [String: Double] {
    let expected = try MappedSafetensors(folder.appendingPathComponent("expected.safetensors"))
    let registry = try Registry.standard()
    let model = try LoadedModel(checkpoint, registry: registry, context: try Context.cpu(threads: 1, seed: 1))
    var result: [String: Double] = [:]
    for (index, input) in try inputs().enumerated() {
      for output in try model.outputs(input, hidden: true).all {
        let name = "\(index).\(output.name)"
        // A trunk's last vectors stand under two names.
        if expected.shape(of: name) == nil { continue }
        try #require(expected.shape(of: name) == output.sizes, "\(name)")
        let theirs = input.unpadded(try Self.values(expected, name))
        let difference = zip(theirs, input.unpadded(output.values)).map { abs($0 - $1) }.max() ?? 0
        result[name] = Double(difference / (theirs.map(abs).max() ?? 1))
      }
      guard expected.shape(of: "\(index).loss") != nil else { continue }
      let theirs = try Self.values(expected, "\(index).loss").map(Double.init)
      let ours = try checkpoint.loss(input, registry: registry, in: try Context.cpu(threads: 1, seed: 1))
      result["\(index).loss"] = abs(ours.loss - theirs[0]) / theirs[0]
      result["\(index).gradientNorm"] = abs(ours.gradientNorm - theirs[1]) / theirs[1]
    }
    return result
  }

  /// The ids that ours and `transformers` write behind the case's prompt by always taking the most probable one; none of
  /// a model that does not predict the next token.
  func written(by checkpoint: ModelFile.OpenCheckpoint) throws -> (ours: [Int32], theirs: [Int32]) {
    let expected = try MappedSafetensors(folder.appendingPathComponent("expected.safetensors"))
    guard expected.shape(of: "generated") != nil else { return ([], []) }
    func ids(_ name: String) throws -> [Int32] {
      try expected.withData(name) { bytes in
        stride(from: 0, to: bytes.count, by: 8).map {
          Int32(bytes.loadUnaligned(fromByteOffset: $0, as: Int64.self))
        }
      }
    }
    let theirs = try ids("generated")
    let model = try LoadedModel(
      checkpoint, registry: try Registry.standard(), context: try Context.cpu(threads: 1, seed: 1))
    var options = GenerationOptions()
    (options.tokens, options.temperature, options.ignoresEnd) = (theirs.count, 0, true)
    return (try model.generate(ids: try ids("prompt"), options: options), theirs)
  }

  /// The values of one of the tensors that `transformers` computed.
  func expected(_ name: String) throws -> [Float] {
    try Self.values(try MappedSafetensors(folder.appendingPathComponent("expected.safetensors")), name)
  }

  private static func values(_ file: MappedSafetensors, _ name: String) throws -> [Float] {
    let count = file.shape(of: name)?.reduce(1, *) ?? 0
    return try [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      try file.copyFloats(name, to: UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
  }
}

extension TokenInput {
  /// The values of the tokens that are no padding.
  ///
  /// - Parameter values: `[batch, time]` or `[batch, time, width]`.
  func unpadded(_ values: [Float]) -> [Float] {
    let time = ids[0].count
    let width = values.count / ids.count / time
    return ids.indices.flatMap { row in
      values[row * time * width..<(row * time + (lengths?[row] ?? time)) * width]
    }
  }
}
