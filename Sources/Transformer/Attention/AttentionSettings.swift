import Settings

/// The settings of softmax attention. Other attentions declare those that they have, too: the meaning of a setting
/// is the same for all.
public enum AttentionSettings {
  public static let heads = Key.integer(
    "heads", 1...1024, default: 4, help: "number of query heads; divides the width")
  public static let keyValueHeads = Key.integer(
    "keyValueHeads", 1...1024, default: 2, help: "number of key heads; divides the number of query heads")
  public static let headWidth = Key.optionalInteger(
    "headWidth", 1...65_536, help: "width of one head; null: the width divided by the heads")
  public static let bias = Key.flag("bias", default: true, help: "biases of the projections")
  public static let projectionBias = Key.optionalFlag(
    "projectionBias", help: "biases of queries, keys and values; null: as bias")
  public static let outputBias = Key.optionalFlag(
    "outputBias", help: "bias of the output projection; null: as bias")
  public static let scale = Key.optionalNumber(
    "scale", 1e-6...1e3, help: "scale of the scores; null: 1/√(width of a head)")
  public static let cap = Key.optionalNumber(
    "cap", 1e-3...1e6, help: "soft cap of the scores, cap·tanh(score/cap); null: none")
  public static let clip = Key.optionalNumber(
    "clip", 1e-3...1e6, help: "bound of queries, keys and values, beyond which they are clipped; null: none")
  public static let sinks = Key.flag(
    "sinks", default: false,
    help: "attention sink: a learned score per head that takes part in the softmax but has no value")
  public static let window = Key.optionalInteger(
    "window", 1...1_000_000,
    help: "attention window in tokens: a position sees only nearer keys; null: no limit")
  public static let globalEvery = Key.optionalInteger(
    "globalEvery", 1...1000,
    help: "one layer in this many has no window; null: all layers have it")
  public static let firstGlobal = Key.integer(
    "firstGlobal", 0...999, default: 0,
    help: "the first layer without a window, counted from 0, if globalEvery is given")
  public static let queryKeyNorm = Key.flag(
    "queryKeyNorm", default: false, help: "RMS norm of queries and keys")
  static let queryKeyNormGain = Key.flag(
    "queryKeyNormGain", default: true, help: "learned gains of queryKeyNorm")
  static let queryKeyNormSpan = Key.choice(
    "queryKeyNormSpan", default: QueryKeyNormSpan.head,
    help: "what queryKeyNorm normalises together: head: each head; all: all heads")
  public static let queryKeyNormEpsilon = Key.number(
    "queryKeyNormEpsilon", 0...1e-2, default: 1e-6,
    help: "added to the mean square of queryKeyNorm, for numerical stability")

  static let softmax: [any SettingKey] = [
    heads, headWidth, bias, projectionBias, outputBias, scale, cap, clip, sinks, window, globalEvery,
    firstGlobal, queryKeyNorm, queryKeyNormGain, queryKeyNormSpan, queryKeyNormEpsilon,
  ]

  /// The attentions of a model's layers, first to last; nil for a layer that has none.
  public static func layers(of model: Resolved) -> [Resolved?] {
    ModelSettings.blocks(of: model).map { $0.value(of: BlockSettings.attention) }
  }

  /// The attentions that are cut into heads; none in a model without layers, or with other parts in them.
  package static func headed(in model: Resolved) -> [Resolved] {
    layers(of: model).compactMap { $0 }.filter { $0.declares(heads) }
  }

  /// Heads of each layer, first to last: one where an attention is not cut into heads.
  package static func headCounts(of model: Resolved) -> [Int] {
    layers(of: model).map { $0?.value(of: heads) ?? 1 }
  }

  /// The width of the heads of an attention; nil if the width cannot be divided by their number.
  public static func headWidth(of attention: Resolved, in model: Resolved) -> Int? {
    if let own = attention.value(of: headWidth) ?? nil { return own }
    guard let width = model.value(of: ModelSettings.width) else { return nil }
    let heads = attention[heads]
    return width.isMultiple(of: heads) ? width / heads : nil
  }
}

extension Registry {
  mutating func addAttentions() throws {
    try add(
      "multi-head", to: .attention, summary: "every query head has its own key head",
      keys: AttentionSettings.softmax, source: "Vaswani et al. 2017"
    ) { settings, scope, build in
      try SoftmaxAttention(settings, keyValueHeads: settings[AttentionSettings.heads], scope, build)
    }
    try add(
      "multi-query", to: .attention, summary: "all query heads share one key head",
      keys: AttentionSettings.softmax, source: "Shazeer 2019"
    ) { settings, scope, build in try SoftmaxAttention(settings, keyValueHeads: 1, scope, build) }
    try add(
      "grouped-query", to: .attention, summary: "groups of query heads share a key head",
      keys: AttentionSettings.softmax + [AttentionSettings.keyValueHeads], source: "Ainslie et al. 2023"
    ) { settings, scope, build in
      try SoftmaxAttention(settings, keyValueHeads: settings[AttentionSettings.keyValueHeads], scope, build)
    }
    for rule in [
      AttentionSettings.headsDivideWidth, AttentionSettings.keyHeadsDivideHeads,
      AttentionSettings.globalLayersNeedWindow,
    ] { try add(rule) }
  }
}

extension AttentionSettings {
  static let headsDivideWidth = Rule(
    name: "heads-divide-width", reason: "every head takes an equal part of the width", about: "architecture"
  ) { model in
    headed(in: model).compactMap { attention in
      guard let width = model.value(of: ModelSettings.width), headWidth(of: attention, in: model) == nil
      else { return nil }
      let heads = attention[heads]
      let divisors = (1...min(width, 1024)).filter { width.isMultiple(of: $0) }
      let nearest = divisors.min { abs($0 - heads) < abs($1 - heads) }
      return Problem(
        path: attention.path + ".heads", found: "\(heads)", allowed: "a divisor of width \(width)",
        nearest: nearest.map { "\($0)" })
    }
  }

  static let keyHeadsDivideHeads = Rule(
    name: "key-heads-divide-heads", reason: "each key head serves a group of query heads of one size",
    about: "architecture"
  ) { model in
    headed(in: model).compactMap { attention in
      guard let keys = attention.value(of: keyValueHeads), !attention[heads].isMultiple(of: keys) else {
        return nil
      }
      return Problem(
        path: attention.path + ".keyValueHeads", found: "\(keys)",
        allowed: "a divisor of heads \(attention[heads])")
    }
  }

  static let globalLayersNeedWindow = Rule(
    name: "global-layers-need-window", reason: "without a window every layer is global",
    about: "architecture"
  ) { model in
    headed(in: model).compactMap { attention in
      guard let every = attention.value(of: globalEvery) ?? nil, attention[window] == nil else { return nil }
      return Problem(
        path: attention.path + ".globalEvery", found: "\(every)",
        allowed: "null, or a number together with a window", nearest: "null")
    }
  }
}
