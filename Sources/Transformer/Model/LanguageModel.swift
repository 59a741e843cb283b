import Settings
import Tensors

/// A model that predicts tokens. Training, evaluation and pictures depend on this protocol only.
public protocol LanguageModel: AnyObject {
  /// Every trained tensor.
  var parameters: ParameterStore { get }
  /// The sizes.
  var dimensions: Dimensions { get }
  /// What each position may see.
  var mask: any Mask { get }
  /// How near keys must be in each layer, first to last, in tokens; nil: no limit.
  var windows: [Int?] { get }
  /// Whether tokens may be read one after the other, by passes that continue a cache.
  var usesCache: Bool { get }
  /// What a classifier may read of the first position of a text; nil: the model has none.
  var pooler: Pooler? { get }
  /// Contextual vectors `[batch, time, width]`.
  func hidden(_ tokens: TokenBatch, _ pass: Pass) throws -> Tensor
  /// Logits `[positions, vocabulary]` at flat positions `batch index·time + time index`.
  func logits(_ tokens: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor
  /// Logits `[positions, vocabulary]` of vectors of the residual stream `[positions, width]`, as if the layers that
  /// follow were left out: the norm that closes the stack and the head are applied. nil for a model without a stack.
  ///
  /// - Parameters:
  ///   - stream: what `Pass.layerSink` is handed after a layer, in the rows that are wanted.
  ///   - isClosed: whether they are behind the closing norm already, as those of the last layer are.
  ///   - pass: a pass without gradients.
  func readout(_ stream: Tensor, isClosed: Bool, _ pass: Pass) throws -> Tensor?
  /// The mean over `targets` at flat `positions` of the cross-entropy of each times its weight, times
  /// `lossWeight`; nil for `weights`: all 1.
  func loss(
    _ tokens: TokenBatch, at positions: [Int32], targets: [Int32], weights: [Float]?, lossWeight: Double,
    _ pass: Pass
  ) throws -> LossResult
}

extension LanguageModel {
  public var windows: [Int?] { [Int?](repeating: nil, count: dimensions.layers) }
  public var usesCache: Bool { false }
  public func readout(_ stream: Tensor, isClosed: Bool, _ pass: Pass) throws -> Tensor? { nil }
  public var pooler: Pooler? { nil }

  /// The mean cross-entropy of `targets` at flat `positions`, times `lossWeight`.
  public func loss(
    _ tokens: TokenBatch, at positions: [Int32], targets: [Int32], lossWeight: Double, _ pass: Pass
  ) throws -> LossResult {
    try loss(tokens, at: positions, targets: targets, weights: nil, lossWeight: lossWeight, pass)
  }
}

/// Embedding, blocks and head in sequence: the built-in encoders and decoders.
///
/// The path of a token: `embedding` makes a vector of it, the blocks of `stack` let the vectors look at
/// each other, `head` turns them into predictions.
public final class TransformerModel: LanguageModel {
  public let parameters: ParameterStore
  public let dimensions: Dimensions
  private let embedding: any Embedding
  private let stack: Stack
  private let head: any Head
  public let pooler: Pooler?

  public var mask: any Mask { stack.mask }
  public var windows: [Int?] { stack.windows }
  public var usesCache: Bool { stack.usesCache }

  /// A model of parts that an architecture has composed.
  ///
  /// - Parameters:
  ///   - embedding: the embedding.
  ///   - stack: the blocks.
  ///   - head: the output head.
  ///   - pooler: what a classifier may read of the first position; predictions do not need it.
  ///   - scope: the root scope that the parts were made in.
  ///   - build: what the model shares: dimensions, initialisation, dropout rates, positional encoding.
  public init(
    embedding: any Embedding, stack: Stack, head: any Head, pooler: Pooler? = nil, _ scope: Scope,
    _ build: BuildContext
  ) {
    self.embedding = embedding
    self.stack = stack
    self.head = head
    self.pooler = pooler
    dimensions = build.dimensions
    parameters = scope.store
  }

  public func hidden(_ tokens: TokenBatch, _ pass: Pass) throws -> Tensor {
    try hidden(tokens, at: nil, pass)  // [B, T, C]
  }

  private func hidden(_ tokens: TokenBatch, at rows: Indices?, _ pass: Pass) throws -> Tensor {
    try stack(
      try embedding(tokens, pass), documents: tokens.documents, lengths: tokens.lengths, at: rows, pass)
  }

  public func logits(_ tokens: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor {
    try head.logits(try hidden(tokens, at: positions, pass), tokens: embedding.tokens, pass)  // [N, V]
  }

  public func readout(_ stream: Tensor, isClosed: Bool, _ pass: Pass) throws -> Tensor? {
    let x = isClosed ? stream : try stack.closed(stream, pass)  // [N, C]
    return try head.logits(x, tokens: embedding.tokens, pass)  // [N, V]
  }

  public func loss(
    _ tokens: TokenBatch, at positions: [Int32], targets: [Int32], weights: [Float]?, lossWeight: Double,
    _ pass: Pass
  ) throws -> LossResult {
    let x = try hidden(tokens, at: positions, pass)  // [N, C]
    let wanted = try pass.context.indices(targets, ["predictions": targets.count])
    let weights = try weights.map { try pass.context.tensor($0, ["predictions": $0.count]) }
    return try head.loss(
      x, tokens: embedding.tokens, targets: wanted, weights: weights, lossWeight: lossWeight, pass)
  }

  /// The hidden vectors at the predicted positions alone; where all are predicted, nothing is copied.
  private func hidden(_ tokens: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor {
    let everywhere =
      positions.count == tokens.ids.count && positions.indices.allSatisfy { positions[$0] == $0 }
    if everywhere { return try hidden(tokens, pass) }
    return try hidden(
      tokens, at: try pass.context.indices(positions, ["predictions": positions.count]), pass)
  }
}
