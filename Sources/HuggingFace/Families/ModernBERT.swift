import Settings

extension HubFamily {
  /// ModernBERT, and the encoders of the Ettin suite.
  ///
  /// - Source: Warner et al., "Smarter, better, faster, longer", 2024; `modeling_modernbert.py`.
  static let modernbert = HubFamily(
    modelType: "modernbert", title: "ModernBERT",
    descriptor: """
      {
        architecture: "bert", tokenizer: "imported", mask: "bidirectional", position: { type: "rotary" },
        embedding: { type: "tokens", norm: true },
        block: {
          placement: { type: "pre", firstNorm: false }, norm: { type: "layer" }, attention: "multi-head",
          feedForward: { type: "geglu" },
        },
        head: "none", initialisation: "truncated-normal",
      }
      """,
    // Keys nearer than half the window, and the own one.
    configuration: modern(
      .window("local_attention", absent: 128, ours: { $0 / 2 + 1 }, theirs: { 2 * ($0 - 1) })),
    harmless: modernHarmless, defaultTokens: modernTokens,
    completing: modernHead,
    trunk: { _ in
      modernTrunk + TensorRule.linear("blocks.#.attention.projection", "layers.#.attn.Wqkv")
    },
    classes: [
      HubClass(
        name: "ModernBertForMaskedLM", output: .hiddenTokens, prefix: "model.",
        settings: [("head.type", "masked-lm")], head: modernHead("head")),
      HubClass(name: "ModernBertModel", output: .trunk),
    ],
    classifiers: [
      .modern("ModernBertForSequenceClassification", .textLabels, [.start]),
      .modern("ModernBertForTokenClassification", .wordLabels, [.first, .last]),
    ],
    otherHeads: [("classifier.", "classification"), ("head.", "classification")])

  /// The decoders of the Ettin suite: ModernBERT behind a causal mask.
  ///
  /// A layer with a window sees half of it with its own token; training saw one token more.
  ///
  /// - Source: Weller et al., "Seq vs Seq", 2025; `modeling_modernbert_decoder.py`.
  static let modernbertDecoder = HubFamily(
    modelType: "modernbert-decoder", title: "ModernBERT decoder",
    descriptor: modernbert.descriptor.replacing("\"bert\"", with: "\"gpt\"")
      .replacing("bidirectional", with: "causal"),
    configuration: modern(
      .window(
        "local_attention", absent: 128, direct: "sliding_window", ours: { $0 / 2 }, theirs: { 2 * $0 })
    ) + [.padding(absentFromTokenizer: 0)],
    harmless: modernHarmless, defaultTokens: modernTokens,
    completing: modernHead,
    trunk: { _ in
      modernTrunk
        + TensorRule.linear(
          "blocks.#.attention.projection", "layers.#.attn.q_proj", "layers.#.attn.k_proj",
          "layers.#.attn.v_proj")
    },
    classes: [
      HubClass(
        name: "ModernBertDecoderForCausalLM", output: .nextToken, prefix: "model.",
        settings: [("head.type", "masked-lm")], head: modernHead("lm_head")),
      HubClass(name: "ModernBertDecoderModel", output: .trunk),
    ],
    classifiers: [.modern("ModernBertDecoderForSequenceClassification", .textLabels, [.last])],
    otherHeads: [("classifier.", "classification"), ("head.", "classification")])

  private static func modern(_ window: ConfigurationRule) -> [ConfigurationRule] {
    [
      .setting("vocab_size", "vocabulary", absent: 50368),
      .setting("hidden_size", "width", absent: 768),
      .layers("num_hidden_layers", absent: 22),
      .setting("num_attention_heads", "block.attention.heads", absent: 12),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 1152),
      .activation("hidden_activation", absent: "gelu", isGated: true),
      .setting("max_position_embeddings", "context", absent: 8192),
      .setting("norm_eps", "block.norm.epsilon", absent: 1e-5),
      .setting("norm_bias", "block.norm.bias", absent: false),
      .setting("attention_bias", "block.attention.bias", absent: false),
      .setting("mlp_bias", "block.feedForward.bias", absent: false),
      .setting("mlp_dropout", "dropout", absent: 0.0),
      .unread("embedding_dropout", "dropout"),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      .setting("decoder_bias", "head.bias", absent: true),
      .setting("classifier_bias", "head.transformBias", absent: false),
      .names(
        "classifier_activation", ["head.activation"], absent: "gelu",
        [("gelu", "gelu"), ("gelu_new", "gelu-tanh"), ("relu", "relu"), ("silu", "silu")]),
      .setting("tie_word_embeddings", "head.tied", absent: true),
      window,
      .layerTypes(every: ("global_attn_every_n_layers", 3)) { !$0.isMultiple(of: $1) },
      .rotary(
        absent: (160_000, 10_000), keys: ("global_rope_theta", "local_rope_theta"), scalesLocal: true),
    ]
  }

  private static let modernTokens: Set = [50281, 50282, 50283]

  private static let modernHarmless: Set<String> = [
    "deterministic_flash_attn", "position_embedding_type", "layer_norm_eps",
  ]

  private static let modernHead: @Sendable (FamilyReading, inout DescriptorDraft) -> Void = { _, draft in
    draft["head.norm"] = draft["block.norm"]
  }

  private static func modernHead(_ name: String) -> [TensorRule] {
    TensorRule.linear("head.transform", name + ".dense") + TensorRule.linear("head.norm", name + ".norm")
      + TensorRule.linear("head", "decoder")
  }

  private static let modernTrunk: [TensorRule] =
    [TensorRule("embedding.token.weight", ["embeddings.tok_embeddings.weight"])]
    + TensorRule.linear("embedding.norm", "embeddings.norm")
    + TensorRule.linear("blocks.#.attention.norm", "layers.#.attn_norm")
    + TensorRule.linear("blocks.#.attention.output", "layers.#.attn.Wo")
    + TensorRule.linear("blocks.#.feedForward.norm", "layers.#.mlp_norm")
    + TensorRule.linear("blocks.#.feedForward.input", "layers.#.mlp.Wi")
    + TensorRule.linear("blocks.#.feedForward.output", "layers.#.mlp.Wo")
    + TensorRule.linear("finalNorm", "final_norm")
}
