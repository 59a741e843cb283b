import Settings
import Tensors

/// Tokens of one batch, as a model reads them.
public struct TokenBatch: Sendable, Equatable {
  /// Token ids, `[batch, time]` row by row.
  public var ids: [Int32]
  /// How many sequences.
  public var batch: Int
  /// Tokens in each sequence.
  public var time: Int
  /// Which segment each token belongs to, `[batch, time]`; nil: all to the first.
  public var segments: [Int32]?
  /// A number that changes where a document begins, `[batch, time]`; nil: one document a sequence.
  public var documents: [Int32]?
  /// How many tokens of each sequence are its own, `[batch]`: what follows is padding, which no position
  /// sees; nil: all are.
  public var lengths: [Int]?

  /// Tokens of `batch` sequences of one length, padding included.
  public init(
    ids: [Int32], batch: Int, time: Int, segments: [Int32]? = nil, documents: [Int32]? = nil,
    lengths: [Int]? = nil
  ) {
    self.ids = ids
    self.batch = batch
    self.time = time
    self.segments = segments
    self.documents = documents
    self.lengths = lengths
  }
}

/// Turns tokens into vectors.
///
/// - Shapes: `[batch, time]` ids to `[batch, time, width]`.
public protocol Embedding {
  /// The vector of every token, `[vocabulary, token width]`; a tied head reads it, too.
  var tokens: Tensor { get }
  /// The vectors of a batch.
  ///
  /// - Throws: `ShapeError` for a text that is longer than the context; `MemoryError`.
  func callAsFunction(_ batch: TokenBatch, _ pass: Pass) throws -> Tensor
}

/// Token, position and segment tables summed, then norm and dropout. The norm is of the kind that the first layer has.
///
/// Where the tables are factorised, they are narrower than the model, and a linear map brings their sum to its width, or
/// the vectors of tokens alone, to which tables of the model's width are then added.
///
/// - Shapes: `[batch, time]` ids to `[batch, time, width]`.
/// - Source: Vaswani et al., 2017; segments and norm: Devlin et al., "BERT", 2019; factorised: Lan et al., "ALBERT",
///   2020; tokens alone: Zhang et al., "OPT", 2022.
struct TokenEmbedding: Embedding {
  let path: String
  let tokens: Tensor
  let position: any Position
  let segments: Tensor?
  let scale: Double
  let norm: (any Norm)?
  let dropout: Double
  let map: Linear?
  let mapped: MappedVectors
  let context: Int

  init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws {
    path = scope.path
    let (sizes, start) = (build.dimensions, build.initialisation)
    context = sizes.context
    tokens = try scope.child("token").parameter(
      "weight", ["vocabulary": sizes.vocabulary, "width": sizes.tokenWidth], initial: start.embedding)
    position = build.position
    mapped = settings[ModelSettings.mapped]
    segments =
      settings[EmbeddingSettings.segments]
      ? try scope.child("segment").parameter(
        "weight", ["segments": settings[EmbeddingSettings.segmentCount], "width": sizes.addedWidth],
        initial: start.embedding) : nil
    scale = settings[EmbeddingSettings.scale] ? Double(sizes.tokenWidth).squareRoot() : 1
    norm = try build.norm.flatMap { chosen in
      settings[EmbeddingSettings.norm]
        ? try build.at(width: sizes.addedWidth).make(.norm, chosen, scope.child("norm"))
        : nil
    }
    dropout = build.dropout
    map =
      settings[ModelSettings.tokenWidth] == nil
      ? nil
      : try Linear(
        scope.child("map"), inputs: sizes.tokenWidth, outputs: sizes.width,
        bias: settings[EmbeddingSettings.mapBias],
        initial: start.weight(inputs: sizes.tokenWidth, outputs: sizes.width))
  }

  func callAsFunction(_ batch: TokenBatch, _ pass: Pass) throws -> Tensor {
    let shape: Shape = ["batch": batch.batch, "time": batch.time]
    try expect(
      batch.time >= 1 && batch.time <= context, "input", in: path,
      expected: "1 to \(context) tokens a sequence (the model's context)", actual: "\(shape)")
    let own = EmbeddingLookup(ids: try pass.context.indices(batch.ids, shape), table: tokens, scale: scale)
    let added = try added(batch, shape, pass)
    var x: Tensor
    if let map, mapped == .tokens {
      x = try map(try pass.embedding([own], name: path), pass)
      if !added.isEmpty { x = try pass.add(x, try pass.embedding(added, name: path)) }
    } else {
      x = try pass.embedding([own] + added, name: path)
    }
    if let norm { x = try norm(x, pass) }
    x = try pass.dropout(x, rate: dropout, name: path)
    return mapped == .sum ? try map?(x, pass) ?? x : x
  }

  /// What is added to the vectors of tokens.
  private func added(_ batch: TokenBatch, _ shape: Shape, _ pass: Pass) throws -> [EmbeddingLookup] {
    var lookups: [EmbeddingLookup] = []
    if let table = position.table {
      let places = try pass.positions(batch: batch.batch, time: batch.time)
      lookups.append(EmbeddingLookup(ids: try pass.context.indices(places, shape), table: table))
    }
    if let segments {
      // A single vector belongs to every token: such models know no segments (RoBERTa).
      let known = segments.shape.sizes[0] > 1 ? batch.segments : nil
      let ids = known ?? [Int32](repeating: 0, count: batch.ids.count)
      lookups.append(EmbeddingLookup(ids: try pass.context.indices(ids, shape), table: segments))
    }
    return lookups
  }
}

/// What the core's embedding lets you choose.
package enum EmbeddingSettings {
  static let segments = Key.flag(
    "segments", default: false, help: "add learned segment vectors")
  static let segmentCount = Key.integer(
    "segmentCount", 1...1024, default: 2, help: "number of segment vectors, if they are added")
  static let scale = Key.flag(
    "scale", default: false, help: "multiply token vectors by √width")
  static let norm = Key.flag("norm", default: false, help: "normalise the sum")
  static let mapBias = Key.flag(
    "mapBias", default: true, help: "bias of the linear layer of tokenWidth, if there is one")

  /// How many segments a model distinguishes: 1 where it has no segment vectors, or one for all; nil for an embedding of
  /// a plugin.
  package static func segmentCount(of model: Resolved) -> Int? {
    guard let embedding = model.value(of: ModelSettings.embedding),
      let hasSegments = embedding.value(of: segments)
    else { return nil }
    return hasSegments ? embedding[segmentCount] : 1
  }
}

extension Registry {
  mutating func addEmbeddings() throws {
    try add(
      "tokens", to: .embedding, summary: "token, position and segment tables, summed",
      keys: [
        EmbeddingSettings.segments, EmbeddingSettings.segmentCount, EmbeddingSettings.scale,
        EmbeddingSettings.norm, ModelSettings.tokenWidth, ModelSettings.mapped, EmbeddingSettings.mapBias,
      ], source: "Vaswani et al. 2017"
    ) { settings, scope, build in try TokenEmbedding(settings, scope, build) }
  }
}

extension Family where Member == ComponentMaker<any Embedding> {
  /// Tokens to vectors.
  public static var embedding: Self { Self("embedding") }
}
