import Settings
import Tensors

/// The part of a block that moves information between positions.
///
/// - Shapes: input and output `[batch, time, width]`.
public protocol Attention {
  /// Whether what it knows of earlier positions lies in the cache of the pass: its queries, keys and values
  /// go through `pass.attention` once, under its own path, or it keeps a state by `pass.storeState`. By default not;
  /// tokens are then read again for each token that is written.
  var usesCache: Bool { get }
  /// A position sees only keys nearer than this, in tokens. By default nil: all that the mask allows.
  var window: Int? { get }
  /// The branch that joins the residual stream.
  func callAsFunction(_ x: Tensor, _ visibility: Visibility, _ pass: Pass) throws -> Tensor
  /// The branch at some flat positions `[rows]` only: `[rows, width]`. By default they are taken from all.
  func callAsFunction(_ x: Tensor, _ visibility: Visibility, at rows: Indices, _ pass: Pass) throws -> Tensor
}

extension Attention {
  public var usesCache: Bool { false }
  public var window: Int? { nil }
  public func callAsFunction(_ x: Tensor, _ visibility: Visibility, at rows: Indices, _ pass: Pass) throws
    -> Tensor
  {
    try pass.gather(try self(x, visibility, pass), rows: rows, name: "attention")
  }
}

extension Family where Member == ComponentMaker<any Attention> {
  /// Attentions, which move information between positions.
  public static var attention: Self { Self("attention") }
}
