import Kernels
import Settings
import Tensors

/// Softmax attention with one or several query heads a key head.
///
/// Queries, keys and values come from one product; positions turn queries and keys; an output map
/// brings the heads together.
///
/// - Source: Vaswani et al., 2017; multi-query: Shazeer, 2019; grouped: Ainslie et al., 2023;
///   windows: Beltagy et al., "Longformer", 2020; local and global layers: Warner et al., "ModernBERT", 2024, and
///   Gemma Team, "Gemma 3", 2025; cap: Gemma Team, "Gemma 2", 2024; clip: MosaicML, "MPT-7B", 2023; sinks: OpenAI,
///   "gpt-oss", 2025; scores of distances: He et al., "DeBERTa", 2021.
struct SoftmaxAttention: Attention {
  let path: String
  let heads: Int
  let keyValueHeads: Int
  let headWidth: Int
  let window: Int?
  let dropout: Double
  let scale: Double
  let cap: Double?
  let clip: Double?
  let projection: Linear
  let output: Linear
  let position: HeadPosition
  let queryKeyNorm: QueryKeyNorm?
  let sinks: Tensor?

  /// A cache keeps keys; the scores of distances need them beside its rows.
  var usesCache: Bool { position.distances == nil }

  init(_ settings: Resolved, keyValueHeads: Int, _ scope: Scope, _ build: BuildContext) throws {
    let (width, start) = (build.dimensions.width, build.initialisation)
    path = scope.path
    heads = settings[AttentionSettings.heads]
    self.keyValueHeads = keyValueHeads
    let ownWidth = settings[AttentionSettings.headWidth]
    try expect(
      (ownWidth != nil || width.isMultiple(of: heads)) && heads.isMultiple(of: keyValueHeads), "heads",
      in: scope.path,
      expected: ownWidth == nil
        ? "a divisor of width \(width), and a multiple of the key heads" : "a multiple of the key heads",
      actual: "\(heads) and \(keyValueHeads)")
    headWidth = ownWidth ?? width / heads
    window = Self.window(settings, layer: build.layer)
    dropout = build.attentionDropout
    cap = settings[AttentionSettings.cap]
    clip = settings[AttentionSettings.clip]
    let bias = settings[AttentionSettings.bias]
    let (queries, keys) = (heads * headWidth, keyValueHeads * headWidth)
    projection = try Linear(
      scope.child("projection"), inputs: width, outputs: queries + 2 * keys,
      bias: settings[AttentionSettings.projectionBias] ?? bias,
      initial: start.weight(inputs: width, outputs: queries + 2 * keys),
      parts: [.init("query", queries), .init("key", keys), .init("value", keys)])
    output = try Linear(
      scope.child("output"), inputs: queries, outputs: width,
      bias: settings[AttentionSettings.outputBias] ?? bias,
      initial: start.residual(inputs: queries, outputs: width, layers: build.dimensions.layers))
    position = try build.position.headPosition(
      HeadLayout(heads: heads, headWidth: headWidth, window: window, layer: build.layer), scope)
    // Scores of distances are two more sums of as many products.
    scale =
      settings[AttentionSettings.scale]
      ?? 1 / Double(headWidth * (position.distances == nil ? 1 : 3)).squareRoot()
    queryKeyNorm =
      settings[AttentionSettings.queryKeyNorm]
      ? try QueryKeyNorm(
        settings, heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth, scope) : nil
    sinks =
      settings[AttentionSettings.sinks]
      ? try scope.parameter("sinks", ["heads": heads], initial: .constant(0)) : nil
  }

  /// How near keys must be in a layer: no limit where `globalEvery` makes it a global one.
  private static func window(_ settings: Resolved, layer: Int?) -> Int? {
    let first = settings[AttentionSettings.firstGlobal]
    if let every = settings[AttentionSettings.globalEvery], let layer {
      let past = layer - first
      if past >= 0 && past.isMultiple(of: every) { return nil }
    }
    return settings[AttentionSettings.window]
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
    var packed = try projected(x, pass)  // [B, T, (H + 2·K)·D]
    if let table = position.rotaryTable {
      packed = try pass.rotary(
        packed, table: table, heads: heads + keyValueHeads, headWidth: headWidth, name: path)
    }
    return try pass.attention(  // [B, T, H·D]
      packed,
      AttentionOptions(
        heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth,
        visible: try visibility.ranges(window: window), window: window, slopes: position.slopes,
        bias: try bias(packed, pass), sinks: sinks, scale: scale, cap: cap, dropoutRate: dropout),
      name: path)
  }

  /// Queries, keys and values, side by side.
  private func projected(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    var packed = try projection(x, pass)
    if let clip { packed = try pass.map(packed, Clamp(Float(-clip), Float(clip))) }
    return try queryKeyNorm?(packed, pass) ?? packed
  }

  /// What positions add to the scores, `[1 or B, H, T, keys]`.
  private func bias(_ packed: Tensor, _ pass: Pass) throws -> Tensor? {
    let (batch, time) = (packed.shape.sizes[0], packed.shape.sizes[1])
    guard let distances = try position.distances?(time, pass) else {
      return try position.bias?(batch, time, pass)
    }
    return try pass.distanceScores(
      packed, positions: try projected(distances.vectors, pass), rows: distances.rows, heads: heads,
      keyValueHeads: keyValueHeads, headWidth: headWidth, scale: scale, name: path)
  }
}
