import Settings
import Tensors

/// Softmax attention with one or several query heads a key head.
///
/// Queries, keys and values come from one product; positions turn queries and keys; an output map
/// brings the heads together.
///
/// - Source: Vaswani et al., 2017; multi-query: Shazeer, 2019; grouped: Ainslie et al., 2023;
///   windows: Beltagy et al., "Longformer", 2020; local and global layers: Warner et al., "ModernBERT", 2024, and
///   Gemma Team, "Gemma 3", 2025; cap: Gemma Team, "Gemma 2", 2024; sinks: OpenAI, "gpt-oss", 2025.
struct SoftmaxAttention: Attention {
  let path: String
  let heads: Int
  let keyValueHeads: Int
  let headWidth: Int
  let window: Int?
  let dropout: Double
  let scale: Double?
  let cap: Double?
  let projection: Linear
  let output: Linear
  let position: HeadPosition
  let queryNorm: Tensor?
  let keyNorm: Tensor?
  let normEpsilon: Double
  let sinks: Tensor?

  var usesCache: Bool { true }

  init(_ settings: Resolved, keyValueHeads: Int, _ scope: Scope, _ build: BuildContext) throws {
    let (width, start) = (build.dimensions.width, build.initialisation)
    path = scope.path
    heads = settings.integer("heads")
    self.keyValueHeads = keyValueHeads
    let ownWidth = settings.optionalInteger("headWidth")
    try expect(
      (ownWidth != nil || width.isMultiple(of: heads)) && heads.isMultiple(of: keyValueHeads), "heads",
      in: scope.path,
      expected: ownWidth == nil
        ? "a divisor of width \(width), and a multiple of the key heads" : "a multiple of the key heads",
      actual: "\(heads) and \(keyValueHeads)")
    headWidth = ownWidth ?? width / heads
    window = Self.window(settings, layer: build.layer)
    dropout = build.attentionDropout
    scale = settings.optionalNumber("scale")
    cap = settings.optionalNumber("cap")
    let bias = settings.flag("bias")
    let (queries, keys) = (heads * headWidth, keyValueHeads * headWidth)
    projection = try Linear(
      scope.child("projection"), inputs: width, outputs: queries + 2 * keys,
      bias: settings.optionalFlag("projectionBias") ?? bias,
      initial: start.weight(inputs: width, outputs: queries + 2 * keys),
      parts: [.init("query", queries), .init("key", keys), .init("value", keys)])
    output = try Linear(
      scope.child("output"), inputs: queries, outputs: width,
      bias: settings.optionalFlag("outputBias") ?? bias,
      initial: start.residual(inputs: queries, outputs: width, layers: build.dimensions.layers))
    position = try build.position.headPosition(heads: heads, headWidth: headWidth, scope)
    let (isNormed, gain): (Bool, Shape) = (settings.flag("queryKeyNorm"), ["head width": headWidth])
    queryNorm = isNormed ? try scope.parameter("queryNorm.weight", gain, initial: .constant(1)) : nil
    keyNorm = isNormed ? try scope.parameter("keyNorm.weight", gain, initial: .constant(1)) : nil
    normEpsilon = settings.number("queryKeyNormEpsilon")
    sinks =
      settings.flag("sinks") ? try scope.parameter("sinks", ["heads": heads], initial: .constant(0)) : nil
  }

  /// How near keys must be in a layer: no limit where `globalEvery` makes it a global one.
  private static func window(_ settings: Resolved, layer: Int?) -> Int? {
    if let every = settings.optionalInteger("globalEvery"), let layer {
      let past = layer - settings.integer("firstGlobal")
      if past >= 0 && past.isMultiple(of: every) { return nil }
    }
    return settings.optionalInteger("window")
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
        keyWeight: keyNorm, epsilon: normEpsilon, name: path)
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
        bias: try position.bias?(x.shape.sizes[0], x.shape.sizes[1], pass), sinks: sinks, scale: scale,
        cap: cap, dropoutRate: dropout),
      name: path)
  }
}

extension Components {
  mutating func addAttentions() throws {
    let common = Self.softmaxSettings
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
  /// What every softmax attention lets you choose.
  private static let softmaxSettings = [
    Setting("heads", .integer(1...1024), default: .integer(4), help: "query heads; divides the width"),
    Setting(
      "headWidth", .optionalInteger(1...65_536), default: .null,
      help: "width of one head; null: the width divided by the heads"),
    Setting("bias", .flag, default: .flag(true), help: "whether the projections have biases"),
    Setting(
      "projectionBias", .optionalFlag, default: .null,
      help: "whether queries, keys and values have biases; null: as bias says"),
    Setting(
      "outputBias", .optionalFlag, default: .null,
      help: "whether the output map has a bias; null: as bias says"),
    Setting(
      "scale", .optionalNumber(1e-6...1e3), default: .null,
      help: "factor on the scores; null: 1/√(width of a head)"),
    Setting(
      "cap", .optionalNumber(1e-3...1e6), default: .null,
      help: "bound of the scores, by cap·tanh(score/cap); null: none"),
    Setting(
      "sinks", .flag, default: .flag(false),
      help: "whether each head has a learned score that takes a share of the attention and gives nothing"),
    Setting(
      "window", .optionalInteger(1...1_000_000), default: .null,
      help: "a position sees only keys nearer than this, in tokens; null: no limit"),
    Setting(
      "globalEvery", .optionalInteger(1...1000), default: .null,
      help: "the window holds in all layers but one in this many; null: in all layers"),
    Setting(
      "firstGlobal", .integer(0...999), default: .integer(0),
      help: "the first layer without a window, counted from 0, where globalEvery is given"),
    Setting(
      "queryKeyNorm", .flag, default: .flag(false), help: "RMS norm of queries and keys, head by head"),
    Setting(
      "queryKeyNormEpsilon", .number(0...1e-2), default: .number(1e-6),
      help: "added to the mean square of that norm so that nothing is divided by zero"),
  ]
}
