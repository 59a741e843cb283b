import Settings

extension HubFamily {
  /// OLMo: layer norms without gain and bias.
  ///
  /// - Source: Groeneveld et al., "OLMo", 2024; `modeling_olmo.py`.
  static let olmo = HubFamily(
    modelType: "olmo", title: "OLMo",
    descriptor: olmoDescriptor(
      placement: "pre", norm: "{ type: \"layer\", epsilon: 1e-5, gain: false, bias: false }"),
    configuration: olmoSizes + [
      .rotary(absent: 10_000),
      .optional("clip_qkv", "block.attention.clip", null: Node(.null), type: .number),
    ],
    defaultTokens: olmoTokens, completing: withoutFeedForwardBias,
    trunk: { _ in gatedBranches }, classes: gatedClasses("Olmo"),
    classifiers: HubClassifier.decoder("Olmo", words: nil),
    otherHeads: llama.otherHeads)

  /// OLMo 2: norms of what the branches give, and of all queries and all keys together.
  ///
  /// - Source: Team OLMo, "2 OLMo 2 Furious", 2025; `modeling_olmo2.py`.
  static let olmo2 = HubFamily(
    modelType: "olmo2", title: "OLMo 2", descriptor: olmoDescriptor(placement: "res-post", norm: "\"rms\""),
    configuration: olmoSizes + [olmoEpsilon, .rotary(absent: 10_000)],
    defaultTokens: olmoTokens, completing: olmoNorms, trunk: { _ in gatedBranches + olmoGains },
    classes: gatedClasses("Olmo2"),
    classifiers: HubClassifier.decoder("Olmo2", words: nil),
    otherHeads: llama.otherHeads)

  /// OLMo 3: OLMo 2 with a window in three of four layers.
  ///
  /// - Source: Team OLMo, "OLMo 3", 2025; `modeling_olmo3.py`.
  static let olmo3 = HubFamily(
    modelType: "olmo3", title: "OLMo 3", descriptor: olmo2.descriptor,
    configuration: olmoSizes + [
      olmoEpsilon,
      .window("sliding_window", absent: 4096, isOptional: true),
      .layerTypes { layer, _ in !(layer + 1).isMultiple(of: 4) },
      .rotary(absent: (500_000, 500_000), keys: ("rope_theta", nil), scalesLocal: false),
    ],
    defaultTokens: olmoTokens, completing: olmoNorms, trunk: { _ in gatedBranches + olmoGains },
    classes: gatedClasses("Olmo3"),
    classifiers: HubClassifier.decoder("Olmo3", words: nil),
    otherHeads: llama.otherHeads)

  private static func olmoDescriptor(placement: String, norm: String) -> String {
    """
    {
      architecture: "gpt", tokenizer: "imported", mask: "causal", position: { type: "rotary" },
      block: {
        placement: "\(placement)", norm: \(norm), attention: { type: "multi-head" },
        feedForward: { type: "swiglu" },
      },
      head: "none",
    }
    """
  }

  private static let olmoTokens: Set = [50279]

  private static let olmoSizes: [ConfigurationRule] = [
    .setting("vocab_size", "vocabulary", absent: 50304),
    .setting("hidden_size", "width", absent: 4096),
    .setting("intermediate_size", "block.feedForward.hidden", absent: 11008),
    .layers("num_hidden_layers", absent: 32),
    .setting("num_attention_heads", "block.attention.heads", absent: 32),
    .keyValueHeads("num_key_value_heads"),
    .activation("hidden_act", absent: "silu", isGated: true),
    .setting("max_position_embeddings", "context", absent: 2048),
    .setting("attention_bias", "block.attention.bias", absent: false),
    .setting("attention_dropout", "attentionDropout", absent: 0.0),
    .setting("tie_word_embeddings", "head.tied", absent: false),
  ]

  private static let olmoEpsilon = ConfigurationRule.settings(
    "rms_norm_eps", ["block.norm.epsilon", "block.attention.queryKeyNormEpsilon"], absent: 1e-5)

  private static let olmoNorms: @Sendable (FamilyReading, inout DescriptorDraft) -> Void = { reading, draft in
    draft["block.attention.queryKeyNorm"] = true
    draft["block.attention.queryKeyNormSpan"] = "all"
    withoutFeedForwardBias(reading, &draft)
  }

  private static let olmoGains = gains(
    [
      ("blocks.#.attention.outputNorm", "layers.#.post_attention_layernorm"),
      ("blocks.#.feedForward.outputNorm", "layers.#.post_feedforward_layernorm"), ("finalNorm", "norm"),
    ] + headGains)
}
