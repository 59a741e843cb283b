import Settings
import Tensors

/// Which norms a branch of a block has.
public struct NormsOfBranch: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
  /// One that belongs to its input.
  public static let input = NormsOfBranch(rawValue: 1)
  /// One of its output, before that joins the stream.
  public static let output = NormsOfBranch(rawValue: 2)
}

/// The positions of the norms of a block, and the order in which its branches read the stream and join it.
public protocol NormPlacement: Sendable {
  /// The norms that the branches have.
  ///
  /// - Parameter shared: whether branches that read the stream at one place share a norm.
  func norms(shared: Bool) -> (attention: NormsOfBranch, feedForward: NormsOfBranch)
  /// Whether the stream leaves the block normalised.
  var endsInNorm: Bool { get }
  /// Sends the stream through both branches.
  ///
  /// - Parameters:
  ///   - stream: the residual stream.
  ///   - attention: the attention branch.
  ///   - feedForward: the feed-forward branch.
  ///   - rows: the flat positions that are read afterwards, `[rows]`; nil: all. The stream keeps them alone
  ///     after attention has read it.
  ///   - pass: the forward pass.
  /// - Throws: what the branches and the norms throw.
  func callAsFunction(
    _ stream: inout ResidualStream, _ attention: Branch, _ feedForward: Branch, at rows: Indices?,
    _ pass: Pass) throws
}

extension NormPlacement {
  public var endsInNorm: Bool { false }
}

/// One of the branches of a block: what it computes, its path and its norms.
public struct Branch {
  /// A branch's path, which its dropout depends on, and its norms.
  struct Norms {
    let path: String
    let input: (any Norm)?
    let output: (any Norm)?
  }

  private let norms: Norms
  private let compute: (_ x: Tensor, _ rows: Indices?, _ pass: Pass) throws -> Tensor

  init(norms: Norms, compute: @escaping (Tensor, Indices?, Pass) throws -> Tensor) {
    self.norms = norms
    self.compute = compute
  }

  /// The path in the model.
  public var path: String { norms.path }
  /// The norm that belongs to its input; nil if the placement has none.
  public var norm: (any Norm)? { norms.input }
  /// The norm of its output; nil if the placement has none.
  public var outputNorm: (any Norm)? { norms.output }

  /// What joins the stream.
  ///
  /// - Parameters:
  ///   - x: what the branch reads, `[batch, time, width]`, or `[rows, width]` once the stream has kept rows
  ///     alone.
  ///   - rows: the flat positions of `x` that are wanted, `[rows]`; nil: all.
  ///   - pass: the forward pass.
  /// - Throws: what the part throws.
  public func callAsFunction(_ x: Tensor, at rows: Indices?, _ pass: Pass) throws -> Tensor {
    try compute(x, rows, pass)
  }
}

/// `x + f(norm(x))`; Xiong et al. 2020. With a norm of the output it is `x + norm(f(norm(x)))`: Ding et al.,
/// "CogView", 2021. With a norm of the output alone it is `x + norm(f(x))`: Liu et al., "Swin transformer V2", 2022;
/// Team OLMo, "2 OLMo 2 Furious", 2025.
struct SeparateBranches: NormPlacement {
  let norms: NormsOfBranch
  /// Whether attention reads the stream as it is: in a first layer behind an embedding that ends with a norm (Warner
  /// et al., "ModernBERT", 2024).
  var readsEmbedding = false

  func norms(shared: Bool) -> (attention: NormsOfBranch, feedForward: NormsOfBranch) {
    (readsEmbedding ? norms.subtracting(.input) : norms, norms)
  }

  func callAsFunction(
    _ stream: inout ResidualStream, _ attention: Branch, _ feedForward: Branch, at rows: Indices?,
    _ pass: Pass
  ) throws {
    for (branch, rows) in [(attention, rows), (feedForward, nil)] {
      let x = try branch.norm.map { try stream.normalised(by: $0, pass) } ?? stream.joined(pass)
      if let rows { try stream.keep(rows, pass) }
      var y = try branch(x, at: rows, pass)
      if let outputNorm = branch.outputNorm { y = try outputNorm(y, pass) }
      try stream.add(y, from: branch.path, pass)
    }
  }
}

/// `norm(x + f(x))`; Vaswani et al. 2017.
struct PostNorm: NormPlacement {
  let endsInNorm = true

  func norms(shared: Bool) -> (attention: NormsOfBranch, feedForward: NormsOfBranch) { (.input, .input) }

  func callAsFunction(
    _ stream: inout ResidualStream, _ attention: Branch, _ feedForward: Branch, at rows: Indices?,
    _ pass: Pass
  ) throws {
    for (branch, rows) in [(attention, rows), (feedForward, nil)] {
      guard let norm = branch.norm else { continue }
      let x = try stream.joined(pass)
      if let rows { try stream.keep(rows, pass) }
      try stream.add(try branch(x, at: rows, pass), from: branch.path, pass)
      try stream.normalise(by: norm, pass)
    }
  }
}

/// `x + attention(norm(x)) + feedForward(norm(x))`; Wang and Komatsuzaki, GPT-J, 2021. With a norm for each of
/// the two: Black et al., "GPT-NeoX", 2022.
struct ParallelBranches: NormPlacement {
  func norms(shared: Bool) -> (attention: NormsOfBranch, feedForward: NormsOfBranch) {
    (.input, shared ? [] : .input)
  }

  func callAsFunction(
    _ stream: inout ResidualStream, _ attention: Branch, _ feedForward: Branch, at rows: Indices?,
    _ pass: Pass
  ) throws {
    guard let norm = attention.norm else { return }
    let x = try stream.normalised(by: norm, pass)
    if let rows { try stream.keep(rows, pass) }
    // Before the branch of attention joins: both read the stream as it comes in.
    let own = try feedForward.norm.map { try stream.normalised(by: $0, pass) }
    try stream.add(try attention(x, at: rows, pass), from: attention.path, pass)
    let transformed = try own.map { try feedForward($0, at: nil, pass) } ?? feedForward(x, at: rows, pass)
    try stream.add(transformed, from: feedForward.path, pass)
  }
}

extension Registry {
  mutating func addPlacements() throws {
    let firstNorm = Key.flag(
      "firstNorm", default: true,
      help: "a norm before the attention of the first layer; false: none, if the embedding ends with a norm")
    try add(
      "pre", to: .placement, summary: "x + f(norm(x))", keys: [firstNorm], source: "Xiong et al. 2020"
    ) { settings, _, build in
      SeparateBranches(norms: .input, readsEmbedding: build.layer == 0 && !settings[firstNorm])
    }
    try add(
      "res-post", to: .placement, summary: "x + norm(f(x))", source: "Liu et al. 2022"
    ) { _, _, _ in SeparateBranches(norms: .output) }
    try add(
      "post", to: .placement, summary: "norm(x + f(x))", source: "Vaswani et al. 2017"
    ) { _, _, _ in PostNorm() }
    try add(
      "sandwich", to: .placement, summary: "x + norm(f(norm(x)))", source: "Ding et al. 2021"
    ) { _, _, _ in SeparateBranches(norms: [.input, .output]) }
    try add(
      "parallel", to: .placement, summary: "x + attention(norm(x)) + feedForward(norm(x))",
      source: "Wang and Komatsuzaki 2021"
    ) { _, _, _ in ParallelBranches() }
    try add(Self.sharedNormNeedsParallel)
  }

  private static let sharedNormNeedsParallel = Rule(
    name: "shared-norm-needs-parallel",
    reason: "only in placement parallel do two branches read the same norm",
    about: "architecture"
  ) { model in
    ModelSettings.blocks(of: model).compactMap { block in
      guard block.value(of: BlockSettings.sharedNorm) == false,
        let placement = block.value(of: BlockSettings.placement)?.type,
        ["pre", "post", "sandwich", "res-post"].contains(placement)
      else { return nil }
      return Problem(
        path: block.path + ".sharedNorm", found: "false", allowed: "true (or placement \"parallel\")",
        reason:
          "in placement \"\(placement)\" no two branches read one norm",
        nearest: "true")
    }
  }
}

extension Family where Member == ComponentMaker<any NormPlacement> {
  /// The positions of the norms of a layer.
  public static var placement: Self { Self("placement") }
}
