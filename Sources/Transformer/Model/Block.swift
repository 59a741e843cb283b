import Settings
import Tensors

/// One layer of a stack: what it adds to the residual stream.
///
/// - Shapes: `[batch, time, width]` in and out; `[rows, width]` out where only some rows are kept.
public protocol Block {
  /// Whether what it knows of earlier positions lies in the cache of the pass, see `Attention.usesCache`.
  var usesCache: Bool { get }
  /// A position sees only keys nearer than this, in tokens; nil: all that the mask allows.
  var window: Int? { get }
  /// Whether the stream leaves it normalised; otherwise a norm of its kind closes the stack.
  var endsInNorm: Bool { get }
  /// Sends the stream through the block.
  ///
  /// - Parameters:
  ///   - stream: the residual stream.
  ///   - visibility: the positions that each position may attend to.
  ///   - rows: the flat positions that are read afterwards, `[rows]`, which a last block may keep alone by
  ///     `ResidualStream.keep` as soon as nothing looks at other positions any more, and at its end at the
  ///     latest; nil: all.
  ///   - pass: the forward pass.
  func callAsFunction(
    _ stream: inout ResidualStream, _ visibility: Visibility, at rows: Indices?, _ pass: Pass) throws
}

extension Block {
  public var usesCache: Bool { false }
  public var window: Int? { nil }
  public var endsInNorm: Bool { false }
}

/// Attention and feed-forward, each joined to the residual stream.
///
/// After attention everything works on each position by itself. Where few positions are read afterwards, the
/// last block drops the others there: their outputs, and the gradients of these, would be computed in vain.
///
/// - Source: Vaswani et al., 2017.
struct TransformerBlock: Block {
  let placement: any NormPlacement
  let attention: Branch.Norms
  let feedForward: Branch.Norms
  let attend: any Attention
  let transform: any FeedForward

  var usesCache: Bool { attend.usesCache }
  var window: Int? { attend.window }
  var endsInNorm: Bool { placement.endsInNorm }

  init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws {
    let (first, second) = (scope.child("attention"), scope.child("feedForward"))
    placement = try build.make(.placement, settings[BlockSettings.placement], scope)
    let has = placement.norms(shared: settings[BlockSettings.sharedNorm])
    func norms(_ scope: Scope, _ has: NormsOfBranch) throws -> Branch.Norms {
      func norm(_ name: String) throws -> any Norm {
        try build.make(.norm, settings[BlockSettings.norm], scope.child(name))
      }
      return Branch.Norms(
        path: scope.path, input: has.contains(.input) ? try norm("norm") : nil,
        output: has.contains(.output) ? try norm("outputNorm") : nil)
    }
    attention = try norms(first, has.attention)
    attend = try build.make(.attention, settings[BlockSettings.attention], first)
    feedForward = try norms(second, has.feedForward)
    transform = try build.make(.feedForward, settings[BlockSettings.feedForward], second)
  }

  func callAsFunction(
    _ stream: inout ResidualStream, _ visibility: Visibility, at rows: Indices?, _ pass: Pass
  ) throws {
    try placement(
      &stream,
      Branch(norms: attention) { x, rows, pass in
        try rows.map { try attend(x, visibility, at: $0, pass) } ?? attend(x, visibility, pass)
      },
      Branch(norms: feedForward) { x, rows, pass in
        try transform(try rows.map { try pass.gather(x, rows: $0, name: feedForward.path) } ?? x, pass)
      }, at: rows, pass)
  }
}

extension Registry {
  mutating func addBlocks() throws {
    try add(
      "transformer", to: .block, summary: "attention, then feed-forward, each on the residual stream",
      keys: [
        BlockSettings.placement, BlockSettings.norm, BlockSettings.sharedNorm, BlockSettings.attention,
        BlockSettings.feedForward,
      ], source: "Vaswani et al. 2017"
    ) { settings, scope, build in try TransformerBlock(settings, scope, build) }
    try add(ModelSettings.sharedLayersAreEqual)
  }
}

extension Family where Member == ComponentMaker<any Block> {
  /// Layers.
  public static var block: Self { Self("block") }
}
