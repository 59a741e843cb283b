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
    let ids = (0..<rows * time).map { Int32(5 + ($0 * 7 + $0 / 5) % (vocabulary - 5)) }
    return TokenBatch(ids: ids, batch: rows, time: time, documents: documents)
  }

  package static func hidden(_ model: any LanguageModel, _ tokens: TokenBatch, _ context: Context) throws
    -> [[Float]]
  {
    let x = try model.hidden(tokens, .inference(context))
    let (values, width) = (x.values(), x.shape.width)
    return (0..<x.shape.rows).map { Array(values[$0 * width..<($0 + 1) * width]) }
  }
}

/// Whether two rows are equal in every bit.
package func sameBits(_ left: [Float], _ right: [Float]) -> Bool {
  left.map(\.bitPattern) == right.map(\.bitPattern)
}

/// The largest difference of two rows.
package func distance(_ left: [Float], _ right: [Float]) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
