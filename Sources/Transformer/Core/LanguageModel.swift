import Settings
import Tensors

/// A model that predicts tokens: all that training, evaluation and pictures know of a model.
public protocol LanguageModel: AnyObject {
  /// Every trained tensor.
  var parameters: ParameterStore { get }
  /// The sizes.
  var dimensions: Dimensions { get }
  /// What each position may see.
  var mask: any Mask { get }
  /// Contextual vectors `[batch, time, width]`.
  func hidden(_ tokens: TokenBatch, _ pass: Pass) throws -> Tensor
  /// Logits `[positions, vocabulary]` at flat positions `batch index·time + time index`.
  func logits(_ tokens: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor
  /// The mean cross-entropy of `targets` at flat `positions`, times `lossWeight`.
  func loss(_ tokens: TokenBatch, at positions: [Int32], targets: [Int32], lossWeight: Double, _ pass: Pass)
    throws
    -> LossResult
}

/// Embedding, blocks and head from one descriptor: what the built-in encoders and decoders are.
public final class TransformerModel: LanguageModel {
  public let parameters: ParameterStore
  public let dimensions: Dimensions
  private let embedding: TokenEmbedding
  private let stack: Stack
  private let head: any Head
  private let pooler: Linear?

  public var mask: any Mask { stack.mask }

  /// Composes the parts that a resolved descriptor names.
  ///
  /// - Throws: what the parts throw when they are made: `ShapeError`, `MemoryError`, errors of the source.
  public init(_ settings: Resolved, _ scope: Scope, _ components: Components) throws {
    guard let vocabulary = settings.optionalInteger("vocabulary") else {
      throw ShapeError(
        component: "vocabulary", role: "size", expected: "a number, once the tokenizer is known",
        actual: "\"tokenizer\"")
    }
    dimensions = Dimensions(
      vocabulary: vocabulary, context: settings.integer("context"),
      width: settings.integer("width"), layers: settings.components("blocks").count)
    let bare = BuildContext(
      dimensions: dimensions,
      initialisation: NormalInitialisation(deviation: 0.02, isTruncated: false, scalesResidual: false),
      dropout: settings.number("dropout"), attentionDropout: settings.number("attentionDropout"),
      position: NoPosition(), components: components)
    let start = bare.with(
      initialisation: try components.initialisation.make(settings.component("initialisation"), scope, bare))
    let build = start.with(
      position: try components.position.make(
        settings.component("position"), scope.child("embedding.position"), start))
    let embeddingSettings = settings.component("embedding")
    guard let firstBlock = settings.components("blocks").first else {
      throw ShapeError(component: "blocks", role: "list", expected: "at least one block", actual: "none")
    }
    embedding = try TokenEmbedding(
      embeddingSettings, norm: firstBlock.component("norm"), scope.child("embedding"), build)
    stack = try Stack(settings, scope, build)
    head = try components.head.make(settings.component("head"), scope.child("head"), build)
    pooler =
      settings.declares("pooler") && settings.flag("pooler")
      ? try Linear(
        scope.child("pooler"), inputs: dimensions.width, outputs: dimensions.width, bias: true,
        initial: build.initialisation.weight(inputs: dimensions.width, outputs: dimensions.width)) : nil
    parameters = scope.store
  }

  public func hidden(_ tokens: TokenBatch, _ pass: Pass) throws -> Tensor {
    try stack(try embedding(tokens, pass), documents: tokens.documents, pass)  // [B, T, C]
  }

  public func logits(_ tokens: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor {
    try head.logits(try hidden(tokens, at: positions, pass), tokens: embedding.tokens, pass)  // [N, V]
  }

  public func loss(
    _ tokens: TokenBatch, at positions: [Int32], targets: [Int32], lossWeight: Double, _ pass: Pass
  ) throws -> LossResult {
    let x = try hidden(tokens, at: positions, pass)  // [N, C]
    let wanted = try pass.context.indices(targets, ["predictions": targets.count])
    return try head.loss(x, tokens: embedding.tokens, targets: wanted, lossWeight: lossWeight, pass)
  }

  /// The hidden vectors at the predicted positions; where all are predicted, nothing is copied.
  private func hidden(_ tokens: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor {
    let x = try hidden(tokens, pass)
    let everywhere =
      positions.count == tokens.ids.count && positions.indices.allSatisfy { positions[$0] == $0 }
    if everywhere { return x }
    return try pass.gather(
      x, rows: try pass.context.indices(positions, ["predictions": positions.count]), name: "head")
  }
}

extension BuildContext {
  fileprivate func with(initialisation: (any Initialisation)? = nil, position: (any Position)? = nil)
    -> BuildContext
  {
    BuildContext(
      dimensions: dimensions, initialisation: initialisation ?? self.initialisation, dropout: dropout,
      attentionDropout: attentionDropout, position: position ?? self.position, components: components)
  }
}
