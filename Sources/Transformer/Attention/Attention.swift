import Settings
import Tensors

/// The part of a block that moves information between positions.
///
/// - Shapes: input and output `[batch, time, width]`.
public protocol Attention {
  /// Whether what it knows of earlier positions lies in the cache of the pass: its queries, keys and values
  /// go through `pass.attention` once, under its own path, or it keeps a state by `pass.storeState`. By default not;
  /// tokens are then read anew for each token that is written.
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

/// Softmax attention with one or several query heads a key head.
///
/// Queries, keys and values come from one product; positions turn queries and keys; an output map
/// brings the heads together.
///
/// - Source: Vaswani et al., 2017; multi-query: Shazeer, 2019; grouped: Ainslie et al., 2023;
///   windows: Beltagy et al., "Longformer", 2020.
struct SoftmaxAttention: Attention {
  let path: String
  let heads: Int
  let keyValueHeads: Int
  let headWidth: Int
  let window: Int?
  let dropout: Double
  let projection: Linear
  let output: Linear
  let position: HeadPosition
  let queryNorm: Tensor?
  let keyNorm: Tensor?

  var usesCache: Bool { true }

  init(_ settings: Resolved, keyValueHeads: Int, _ scope: Scope, _ build: BuildContext) throws {
    let (width, start) = (build.dimensions.width, build.initialisation)
    path = scope.path
    heads = settings.integer("heads")
    self.keyValueHeads = keyValueHeads
    try expect(
      width.isMultiple(of: heads) && heads.isMultiple(of: keyValueHeads), "heads", in: scope.path,
      expected: "a divisor of width \(width), and a multiple of the key heads",
      actual: "\(heads) and \(keyValueHeads)")
    headWidth = width / heads
    window = settings.optionalInteger("window")
    dropout = build.attentionDropout
    let bias = settings.flag("bias")
    let packed = (heads + 2 * keyValueHeads) * headWidth
    projection = try Linear(
      scope.child("projection"), inputs: width, outputs: packed, bias: bias,
      initial: start.weight(inputs: width, outputs: packed))
    output = try Linear(
      scope.child("output"), inputs: width, outputs: width, bias: bias,
      initial: start.residual(inputs: width, outputs: width, layers: build.dimensions.layers))
    position = try build.position.headPosition(heads: heads, headWidth: headWidth, scope)
    let (isNormed, gain): (Bool, Shape) = (settings.flag("queryKeyNorm"), ["head width": headWidth])
    queryNorm = isNormed ? try scope.parameter("queryNorm.weight", gain, initial: .constant(1)) : nil
    keyNorm = isNormed ? try scope.parameter("keyNorm.weight", gain, initial: .constant(1)) : nil
  }

  func callAsFunction(_ x: Tensor, _ visibility: Visibility, _ pass: Pass) throws -> Tensor {
    try output(try mixed(x, visibility, pass), pass)  // [B, T, C]
  }

  func callAsFunction(_ x: Tensor, _ visibility: Visibility, at rows: Indices, _ pass: Pass) throws -> Tensor
  {
    try output(try pass.gather(try mixed(x, visibility, pass), rows: rows, name: path), pass)  // [N, C]
  }

  /// The values that each head has gathered, side by side.
  private func mixed(_ x: Tensor, _ visibility: Visibility, _ pass: Pass) throws -> Tensor {
    var packed = try projection(x, pass)  // [B, T, (H + 2·K)·D]
    if let queryNorm, let keyNorm {
      packed = try pass.headNorm(
        packed, heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth, queryWeight: queryNorm,
        keyWeight: keyNorm, epsilon: 1e-6, name: path)
    }
    if let table = position.rotaryTable {
      packed = try pass.rotary(
        packed, table: table, heads: heads + keyValueHeads, headWidth: headWidth, name: path)
    }
    return try pass.attention(  // [B, T, H·D]
      packed,
      AttentionOptions(
        heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth,
        visible: try visibility.ranges(window: window), window: window, slopes: position.slopes,
        dropoutRate: dropout),
      name: path)
  }
}

extension Components {
  mutating func addAttentions() throws {
    let common = [
      Setting("heads", .integer(1...1024), default: .integer(4), help: "query heads; divides the width"),
      Setting("bias", .flag, default: .flag(true), help: "whether the projections have biases"),
      Setting(
        "window", .optionalInteger(1...1_000_000), default: .null,
        help: "a position sees only keys nearer than this, in tokens; null: no limit"),
      Setting(
        "queryKeyNorm", .flag, default: .flag(false), help: "RMS norm of queries and keys, head by head"),
    ]
    try attention.add(
      "multi-head", summary: "every query head has a key head of its own", settings: common,
      source: "Vaswani et al. 2017"
    ) { settings, scope, build in
      try SoftmaxAttention(settings, keyValueHeads: settings.integer("heads"), scope, build)
    }
    try attention.add(
      "multi-query", summary: "all query heads share one key head", settings: common, source: "Shazeer 2019"
    ) { settings, scope, build in try SoftmaxAttention(settings, keyValueHeads: 1, scope, build) }
    try attention.add(
      "grouped-query", summary: "groups of query heads share a key head",
      settings: common + [
        Setting(
          "keyValueHeads", .integer(1...1024), default: .integer(2),
          help: "key heads; divides the query heads")
      ], source: "Ainslie et al. 2023"
    ) { settings, scope, build in
      try SoftmaxAttention(settings, keyValueHeads: settings.integer("keyValueHeads"), scope, build)
    }
  }
}
