import Foundation
import Installed
import Settings
import Tensors
import Transformer
import Zoo

/// The models that tests build, by name.
package enum ModelFixture {
  /// The repository, which the tests stand in.
  package static let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }
  package static let presets = Presets(folder: root.appendingPathComponent("models"))
  package static let tokens = 37

  /// The names of all tiny presets, for `@Test(arguments:)`.
  package static let tiny: [String] = names(under: "tiny")
  package static let published: [String] = names(under: nil)

  private static func names(under folder: String?) -> [String] {
    guard let presets = try? presets.list(under: folder), !presets.isEmpty else { return ["(no presets)"] }
    return presets.map(\.name)
  }

  /// A preset; the tiny ones know as many tokens as `batch` has.
  package static func descriptor(_ name: String, sets: [String] = []) throws -> ModelDescriptor {
    let registry = try Registry.standard()
    let open = try registry.descriptor(preset: name, sets: sets, from: presets)
    return name.hasPrefix("tiny/") ? try registry.descriptor(open, vocabulary: tokens) : open
  }

  /// A descriptor that gives only what a test is about; sizes are tiny.
  package static func descriptor(text: String, sets: [String] = []) throws -> ModelDescriptor {
    let base = try Node.parse(
      "{ architecture: 'gpt', vocabulary: 37, context: 12, width: 16, layers: 1, tokenizer: 'bytes' }",
      file: "base")
    return try Registry.standard().resolve(
      base.merging(try Node.parse(text, file: "m")), name: "m", sets: sets)
  }

  package static func build(
    _ descriptor: ModelDescriptor, threads: Int = 1, seed: UInt64 = 1, dry: Bool = false, trains: Bool = false
  ) throws -> (model: any LanguageModel, context: Context) {
    let context =
      dry ? try Context.dry(threads: threads, seed: seed) : try Context.tested(threads: threads, seed: seed)
    return (try Registry.standard().build(descriptor, in: context, trains: trains), context)
  }

  /// Tokens that repeat nowhere soon.
  package static func batch(rows: Int, time: Int, vocabulary: Int = tokens, documents: [Int32]? = nil)
    -> TokenBatch
  {
    ModelChecks.batch(rows: rows, time: time, vocabulary: vocabulary, documents: documents)
  }

  /// The kit's checks of a preset, on the device that tests compute on.
  package static func checks(_ preset: String, sets: [String] = []) throws -> ModelChecks {
    ModelChecks(
      try descriptor(preset, sets: sets), try Registry.standard(), ignored: ["pooler."],
      device: TestDevice.make)
  }
}
