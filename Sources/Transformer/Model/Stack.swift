import Settings
import Tensors

/// The blocks of a model, and the norm that closes them.
///
/// Layers may share their parameters: each then has a path of its own, for its cache, its dropout and its attention
/// maps, and the tensors of the first (Lan et al., "ALBERT", 2020).
///
/// - Shapes: `[batch, time, width]` in and out; `[rows, width]` out where only some rows are needed.
public struct Stack {
  let blocks: [any Block]
  /// What each position may see.
  public let mask: any Mask
  /// Of the kind that the last block has; blocks that end with a norm of their own need none.
  let finalNorm: (any Norm)?
  let dropout: Double
  /// Whether tokens may be read one after the other through a cache.
  var usesCache: Bool { !mask.seesFuture && blocks.allSatisfy(\.usesCache) }
  /// The window of each block's attention; nil: no limit.
  var windows: [Int?] { blocks.map(\.window) }

  /// The blocks and the mask of a resolved descriptor, under `scope`.
  ///
  /// - Parameters:
  ///   - settings: the resolved descriptor.
  ///   - mask: for an architecture whose positions always see the same, which has no such setting; nil: the
  ///     setting's.
  ///   - scope: the scope of its parameters.
  ///   - build: what the model shares: dimensions, initialisation, dropout rates, positional encoding.
  /// - Throws: what the parts throw when they are made.
  public init(_ settings: Resolved, mask: (any Mask)? = nil, _ scope: Scope, _ build: BuildContext) throws {
    let layers = settings[ModelSettings.blocks]
    let sharesLayers = ModelSettings.sharesLayers(settings)
    blocks = try layers.enumerated().map { index, block in
      let place = scope.child("blocks.\(index)")
      let first = sharesLayers && index > 0 ? scope.child("blocks.0") : place
      return try build.inside(layer: index).make(.block, block, place.sharing(first))
    }
    self.mask = try mask ?? build.make(.mask, settings[ModelSettings.mask], scope.child("mask"))
    dropout = build.dropout
    let isOpen = blocks.last.map { !$0.endsInNorm } ?? false
    let norm = isOpen ? layers.last?.value(of: BlockSettings.norm) : nil
    finalNorm = try norm.map { try build.make(.norm, $0, scope.child("finalNorm")) }
  }

  /// The vectors after the last block.
  ///
  /// - Parameters:
  ///   - x: the vectors of the embedding.
  ///   - documents: a number a position that changes where a document begins, `[batch, time]`.
  ///   - lengths: how many tokens of each sequence are no padding, `[batch]`; nil: all.
  ///   - rows: the flat positions that are wanted, `[rows]`; nil: all.
  ///   - pass: the forward pass.
  /// - Throws: `ShapeError` that names the part; `MemoryError`.
  public func callAsFunction(
    _ x: Tensor, documents: [Int32]?, lengths: [Int]? = nil, at rows: Indices? = nil, _ pass: Pass
  ) throws -> Tensor {
    let visibility = try Visibility(
      mask, batch: x.shape.sizes[0], time: x.shape.sizes[1], documents: documents, lengths: lengths, pass)
    var stream = ResidualStream(x, dropout: dropout)
    pass.layerSink?(0, x)
    if blocks.isEmpty, let rows { try stream.keep(rows, pass) }
    for (index, block) in blocks.enumerated() {
      let isLast = index + 1 == blocks.count
      try block(&stream, visibility, at: isLast ? rows : nil, pass)
      if !isLast { try show(stream, after: index + 1, pass) }
    }
    let output: Tensor
    if let finalNorm {
      output = try stream.normalised(by: finalNorm, pass)
    } else {
      output = try stream.joined(pass)
    }
    if !blocks.isEmpty { pass.layerSink?(blocks.count, output) }
    return output
  }

  /// Vectors of the stream behind the norm that closes the stack; the same where it has none. Shape kept.
  func closed(_ x: Tensor, _ pass: Pass) throws -> Tensor { try finalNorm.map { try $0(x, pass) } ?? x }

  /// Shows the stream between two blocks. A copy is joined: the stream itself continues with the bits that it has
  /// when there are no observers.
  private func show(_ stream: ResidualStream, after layer: Int, _ pass: Pass) throws {
    guard let sink = pass.layerSink else { return }
    var copy = stream
    sink(layer, try copy.joined(pass))
  }
}
