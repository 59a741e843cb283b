import Settings
import Tensors

/// What the linear layer of a factorised embedding maps to the width of the model.
enum MappedVectors: String, CaseIterable, Sendable {
  /// The sum of all tables, after its norm.
  case sum
  /// The vectors of tokens alone.
  case tokens
}

/// The settings that transformer descriptors share: an architecture declares those that it has, with its defaults.
public enum ModelSettings {
  public static let vocabulary = Key.integer(
    "vocabulary", 2...10_000_000, or: "tokenizer",
    help: "vocabulary size; tokenizer: that of the tokenizer")
  public static let context = Key.integer(
    "context", 1...1_000_000, default: 128, help: "maximum input length, in tokens")
  public static let width = Key.integer(
    "width", 1...100_000, default: 128, help: "width of the residual stream")
  public static let embedding = Key.component(
    "embedding", of: .embedding, default: "tokens", help: "the embedding")
  static let tokenWidth = Key.optionalInteger(
    "tokenWidth", 1...100_000,
    help:
      "width of the tables, which a linear layer maps to the model's; null: the model's, without the layer")
  static let mapped = Key.choice(
    "mapped", default: MappedVectors.sum,
    help:
      "what the linear layer of tokenWidth maps: sum: the sum of the tables; tokens: the vectors of tokens, and the other tables have the model's width"
  )
  public static let position = Key.component(
    "position", of: .position, default: "learned", help: "positional encoding")
  public static let mask = Key.component(
    "mask", of: .mask, default: "bidirectional", help: "the attention mask")
  public static let blocks = Key.components(
    "blocks", of: .block, elementType: "transformer", help: "the layers, first to last")
  public static let sharedLayers = Key.flag(
    "sharedLayers", default: false, help: "all layers share the parameters of the first")
  public static let head = Key.component("head", of: .head, default: "lm", help: "the output head")
  public static let initialisation = Key.component(
    "initialisation", of: .initialisation, default: "normal", help: "weight initialisation")
  public static let dropout = Key.number(
    "dropout", 0...0.99, default: 0, help: "dropout rate of residual branches and embedding")
  public static let attentionDropout = Key.number(
    "attentionDropout", 0...0.99, default: 0, help: "dropout rate of attention weights")

  /// All of them, with a mask and a head as the architecture's defaults.
  public static func transformer(mask: String, head: String) -> [any SettingKey] {
    [
      vocabulary, context, width, embedding, position, Self.mask.with(default: mask), blocks, sharedLayers,
      Self.head.with(default: head), initialisation, dropout, attentionDropout,
    ]
  }

  /// The layers of a model; none where its architecture has no `blocks`.
  public static func blocks(of model: Resolved) -> [Resolved] { model.value(of: blocks) ?? [] }

  /// Whether the layers of a model use the parameters of the first.
  package static func sharesLayers(_ model: Resolved) -> Bool { model.value(of: sharedLayers) ?? false }

  static let sharedLayersAreEqual = Rule(
    name: "shared-layers-are-equal", reason: "layers that share parameters have equal settings",
    about: "architecture"
  ) { model in
    guard sharesLayers(model), let first = blocks(of: model).first else { return [] }
    return blocks(of: model).dropFirst().compactMap { block in
      // A window has no parameters.
      let differences = diff(first, block).filter { $0.path != "attention.window" }
      guard let difference = differences.first else { return nil }
      return Problem(
        path: block.path + "." + difference.path, allowed: "what layer 0 has, or sharedLayers false",
        reason: "layers that share parameters can differ only in their window")
    }
  }
}
