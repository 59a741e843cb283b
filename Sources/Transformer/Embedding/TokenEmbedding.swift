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

/// Turns tokens into vectors: token, position and segment tables summed, then norm and dropout.
///
/// - Shapes: `[batch, time]` ids to `[batch, time, width]`.
/// - Source: Vaswani et al., 2017; segments and norm: Devlin et al., "BERT", 2019.
public struct TokenEmbedding {
  let path: String
  /// `[vocabulary, width]`; a tied head reads it too.
  public let tokens: Tensor
  let position: any Position
  let segments: Tensor?
  let scale: Double
  let norm: (any Norm)?
  let dropout: Double
  let context: Int

  /// The tables of a resolved descriptor, under `scope`. Its norm is that of the first block.
  ///
  /// - Throws: what the parts throw when they are made.
  public init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws {
    let normSettings = settings.components("blocks").first?.component("norm")
    try self.init(settings.component("embedding"), norm: normSettings, scope, build)
  }

  init(_ settings: Resolved, norm normSettings: Resolved?, _ scope: Scope, _ build: BuildContext) throws {
    path = scope.path
    let (sizes, start) = (build.dimensions, build.initialisation)
    context = sizes.context
    tokens = try scope.child("token").parameter(
      "weight", ["vocabulary": sizes.vocabulary, "width": sizes.width], initial: start.embedding)
    position = build.position
    segments =
      settings.flag("segments")
      ? try scope.child("segment").parameter(
        "weight", ["segments": settings.integer("segmentCount"), "width": sizes.width],
        initial: start.embedding) : nil
    scale = settings.flag("scale") ? Double(sizes.width).squareRoot() : 1
    norm = try normSettings.flatMap { chosen in
      settings.flag("norm") ? try build.components.norm.make(chosen, scope.child("norm"), build) : nil
    }
    dropout = build.dropout
  }

  /// - Throws: `ShapeError` for a text that is longer than the context; `MemoryError`.
  public func callAsFunction(_ batch: TokenBatch, _ pass: Pass) throws -> Tensor {
    let shape: Shape = ["batch": batch.batch, "time": batch.time]
    try expect(
      batch.time >= 1 && batch.time <= context, "input", in: path,
      expected: "1 to \(context) tokens a sequence (the model's context)", actual: "\(shape)")
    var lookups = [
      EmbeddingLookup(ids: try pass.context.indices(batch.ids, shape), table: tokens, scale: scale)
    ]
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
    var x = try pass.embedding(lookups, name: path)
    if let norm { x = try norm(x, pass) }
    return try pass.dropout(x, rate: dropout, name: path)
  }

  /// What an embedding's descriptor may say.
  static let declaration = ComponentDeclaration(
    family: "embedding", name: "tokens", summary: "token, position and segment tables, summed",
    settings: [
      Setting(
        "segments", .flag, default: .flag(false), help: "whether learned segment vectors are added"),
      Setting(
        "segmentCount", .integer(1...1024), default: .integer(2),
        help: "how many segment vectors, where they are added"),
      Setting("scale", .flag, default: .flag(false), help: "whether token vectors are multiplied by √width"),
      Setting("norm", .flag, default: .flag(false), help: "whether a norm follows the sum"),
    ], source: "Vaswani et al. 2017", origin: "Transformer")
}
