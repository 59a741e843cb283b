import Settings
import Tensors

/// What a position component gives to the heads of one attention layer.
public struct HeadPosition {
  /// Angles for queries and keys, `[context, rotated width]`: cosines, then sines.
  public var rotaryTable: Tensor?
  /// One slope per head, `[heads]`: scores lose slope·distance.
  public var slopes: Tensor?

  /// Makes what is added to the scores in a pass, `[1 or batch, heads, query, key]`; keys count from the beginning of
  /// a sequence.
  public var bias: ((_ batch: Int, _ time: Int, _ pass: Pass) throws -> Tensor)?

  /// Makes the vectors of the distances in a pass, which meet queries and keys (disentangled attention). `bias` is
  /// then not read, and tokens are not read through a cache.
  public var distances: ((_ time: Int, _ pass: Pass) throws -> DistanceVectors)?

  /// Nothing, a table, slopes, a bias or vectors of distances.
  public init(
    rotaryTable: Tensor? = nil, slopes: Tensor? = nil,
    bias: ((_ batch: Int, _ time: Int, _ pass: Pass) throws -> Tensor)? = nil,
    distances: ((_ time: Int, _ pass: Pass) throws -> DistanceVectors)? = nil
  ) {
    self.rotaryTable = rotaryTable
    self.slopes = slopes
    self.bias = bias
    self.distances = distances
  }
}

/// The vectors of the distances between the positions of a pass, which heads project like tokens.
public struct DistanceVectors {
  /// The vectors of the distances between the positions, some shared by several, `[vectors, width]`.
  public let vectors: Tensor
  /// The row of each distance of a query from a key, from 1 − time to time − 1, `[2·time − 1]`.
  public let rows: Indices

  /// Vectors with the rows of distances.
  public init(vectors: Tensor, rows: Indices) {
    self.vectors = vectors
    self.rows = rows
  }
}

/// The heads of one attention layer, as its positions see them.
public struct HeadLayout: Sendable, Equatable {
  /// The number of query heads.
  public let heads: Int
  /// The width of a head.
  public let headWidth: Int
  /// Keys must be nearer than this, in tokens; nil: no limit.
  public let window: Int?
  /// Which layer they are in, counted from 0; nil: in none.
  public let layer: Int?

  /// Heads of a layer.
  public init(heads: Int, headWidth: Int, window: Int? = nil, layer: Int? = nil) {
    self.heads = heads
    self.headWidth = headWidth
    self.window = window
    self.layer = layer
  }
}

/// A component that tells positions apart: added to the embedding, turned into queries and keys, taken
/// from the scores, or attended to.
public protocol Position {
  /// A table `[context, addedWidth]` whose rows are added to the embedding; nil adds nothing.
  var table: Tensor? { get }
  /// What the heads of a layer need.
  ///
  /// - Throws: `ShapeError` when the head width does not fit; `MemoryError`.
  func headPosition(_ layout: HeadLayout, _ scope: Scope) throws -> HeadPosition
}

extension Position {
  public var table: Tensor? { nil }
  public func headPosition(_ layout: HeadLayout, _ scope: Scope) throws -> HeadPosition { HeadPosition() }
}

/// No positions: what stands where is lost on an encoder, and known to a decoder by its mask alone.
struct NoPosition: Position {}

extension Family where Member == ComponentMaker<any Position> {
  /// What tells positions apart.
  public static var position: Self { Self("position") }
}
