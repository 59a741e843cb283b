import Settings
import Tensors

/// Where the norms of a block stand.
public enum NormPlacement: String, CaseIterable, Sendable {
  /// `x + f(norm(x))`; Xiong et al. 2020.
  case pre
  /// `norm(x + f(x))`; Vaswani et al. 2017.
  case post
  /// `x + norm(f(norm(x)))`; Ding et al., "CogView", 2021.
  case sandwich
  /// `x + attention(norm(x)) + feedForward(norm(x))`; Wang and Komatsuzaki, GPT-J, 2021. With a norm for each of
  /// the two: Black et al., "GPT-NeoX", 2022.
  case parallel
}

/// One layer: attention and feed-forward, each joined to the residual stream.
///
/// After attention everything works on each position by itself. Where few positions are read afterwards, the
/// last block drops the others there: their outputs, and the gradients of these, would be computed in vain.
///
/// - Shapes: `[batch, time, width]` in and out; `[rows, width]` out where only some rows are kept.
struct Block {
  let placement: NormPlacement
  let attention: Sublayer
  let feedForward: Sublayer
  let attend: any Attention
  let transform: any FeedForward

  /// A sublayer's path and its norms; which of them exist follows from the placement.
  struct Sublayer {
    let path: String
    let norm: (any Norm)?
    let outputNorm: (any Norm)?
  }

  init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws {
    let placement = NormPlacement(rawValue: settings.text("placement")) ?? .pre
    self.placement = placement
    func sublayer(_ scope: Scope, sharesNorm: Bool) throws -> Sublayer {
      func norm(_ name: String) throws -> any Norm {
        try build.components.norm.make(settings.component("norm"), scope.child(name), build)
      }
      return Sublayer(
        path: scope.path, norm: sharesNorm ? nil : try norm("norm"),
        outputNorm: placement == .sandwich ? try norm("outputNorm") : nil)
    }
    let (first, second) = (scope.child("attention"), scope.child("feedForward"))
    attention = try sublayer(first, sharesNorm: false)
    attend = try build.components.attention.make(settings.component("attention"), first, build)
    feedForward = try sublayer(
      second, sharesNorm: placement == .parallel && settings.flag("sharedNorm"))
    transform = try build.components.feedForward.make(settings.component("feedForward"), second, build)
  }

  /// Sends the stream through the block.
  ///
  /// - Parameter rows: the flat positions that are read afterwards, `[rows]`; nil: all.
  func callAsFunction(
    _ stream: inout ResidualStream, _ visibility: Visibility, at rows: Indices?, _ pass: Pass
  ) throws {
    func attended(_ x: Tensor) throws -> Tensor {
      try rows.map { try attend(x, visibility, at: $0, pass) } ?? attend(x, visibility, pass)
    }
    if placement == .parallel, let norm = attention.norm {
      let x = try stream.normalised(by: norm, pass)
      if let rows { try stream.keep(rows, pass) }
      // Before the branch of attention joins: both read the stream as it comes in.
      let own = try feedForward.norm.map { try stream.normalised(by: $0, pass) }
      try stream.add(try attended(x), from: attention.path, pass)
      let read = try own ?? rows.map { try pass.gather(x, rows: $0, name: feedForward.path) } ?? x
      try stream.add(try transform(read, pass), from: feedForward.path, pass)
      return
    }
    try join(attention, to: &stream, at: rows, pass) { try attended($0) }
    try join(feedForward, to: &stream, at: nil, pass) { try transform($0, pass) }
  }

  private func join(
    _ sublayer: Sublayer, to stream: inout ResidualStream, at rows: Indices?, _ pass: Pass,
    _ branch: (Tensor) throws -> Tensor
  ) throws {
    guard let norm = sublayer.norm else { return }
    let isPost = placement == .post
    let x = isPost ? try stream.joined(pass) : try stream.normalised(by: norm, pass)
    if let rows { try stream.keep(rows, pass) }
    var y = try branch(x)
    if let outputNorm = sublayer.outputNorm { y = try outputNorm(y, pass) }
    try stream.add(y, from: sublayer.path, pass)
    if isPost { try stream.normalise(by: norm, pass) }
  }

  /// What a block's descriptor may say.
  static let declaration = ComponentDeclaration(
    family: "block", name: "transformer",
    summary: "attention, then feed-forward, each on the residual stream",
    settings: [
      Setting(
        "placement", .choice(NormPlacement.allCases.map(\.rawValue)), default: .text("pre"),
        help: "where the norms stand"),
      Setting("norm", .component("norm"), default: .text("layer"), help: "the norms of the block"),
      Setting(
        "sharedNorm", .flag, default: .flag(true),
        help: "whether both branches of placement parallel read one norm; false: each has its own"),
      Setting("attention", .component("attention"), default: .text("multi-head"), help: "between positions"),
      Setting("feedForward", .component("feedForward"), default: .text("gelu"), help: "within a position"),
    ], source: "Vaswani et al. 2017", origin: "Transformer")
}
