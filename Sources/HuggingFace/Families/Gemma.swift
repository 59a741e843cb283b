import Settings

extension HubFamily {
  /// Gemma 1: gains counted from zero, and tokens times the root of the width.
  ///
  /// - Source: Gemma Team, "Gemma", 2024; `modeling_gemma.py`.
  static let gemma = HubFamily(
    modelType: "gemma", title: "Gemma", descriptor: gemmaDescriptor(placement: "pre"),
    configuration: gemmaSizes(
      vocabulary: 256_000, width: 3072, hidden: 24576, layers: 28, heads: 16, keyValueHeads: 16, context: 8192
    )
      + [
        .activation("hidden_act", absent: "gelu_pytorch_tanh", isGated: true, geluIsTanh: true),
        .setting("rms_norm_eps", "block.norm.epsilon", absent: 1e-6),
        .rotary(absent: 10_000),
        .only(
          "use_bidirectional_attention", [Node(.null), false], absent: Node(.null),
          reason: "the model would look to both sides"),
      ],
    // Older files name the activation twice; the class reads the other one.
    harmless: ["hidden_activation"],
    completing: withoutFeedForwardBias,
    trunk: { _ in
      gatedBranches
        + gains(
          [
            ("blocks.#.attention.norm", "layers.#.input_layernorm"),
            ("blocks.#.feedForward.norm", "layers.#.post_attention_layernorm"), ("finalNorm", "norm"),
          ], steps: [.plus(1)])
    },
    classes: gatedClasses("Gemma"),
    classifiers: HubClassifier.decoder("Gemma", words: "score"),
    otherHeads: llama.otherHeads)

  /// Gemma 2: norms around the branches, caps of scores and logits, and a window in every second layer.
  ///
  /// - Source: Gemma Team, "Gemma 2", 2024; `modeling_gemma2.py`.
  static let gemma2 = HubFamily(
    modelType: "gemma2", title: "Gemma 2", descriptor: gemmaDescriptor(placement: "sandwich"),
    configuration: gemmaSizes(
      vocabulary: 256_000, width: 2304, hidden: 9216, layers: 26, heads: 8, keyValueHeads: 4, context: 8192)
      + [
        .activation("hidden_activation", absent: "gelu_pytorch_tanh", isGated: true),
        .setting("rms_norm_eps", "block.norm.epsilon", absent: 1e-6),
        .inverseSquareScale("query_pre_attn_scalar", absent: 256),
        .optional(
          "attn_logit_softcapping", "block.attention.cap", null: Node(.null), absent: 50.0, type: .number),
        .optional("final_logit_softcapping", "head.cap", null: Node(.null), absent: 30.0, type: .number),
        .window("sliding_window", absent: 4096, isOptional: true),
        .layerTypes { layer, _ in layer.isMultiple(of: 2) },
        .rotary(absent: 10_000),
        .only(
          "use_bidirectional_attention", [Node(.null), false], absent: Node(.null),
          reason: "the model would look to both sides"),
      ],
    harmless: ["hidden_act", "cache_implementation"],
    completing: withoutFeedForwardBias,
    trunk: { _ in gatedBranches + gemmaGains },
    classes: gatedClasses("Gemma2"),
    classifiers: HubClassifier.decoder("Gemma2", words: "score"),
    otherHeads: llama.otherHeads)

  /// The text models of Gemma 3: norms of queries and keys, and five layers with a window for one without, which turns
  /// by another base.
  ///
  /// - Source: Gemma Team, "Gemma 3", 2025; `modeling_gemma3.py`.
  static let gemma3 = HubFamily(
    modelType: "gemma3_text", title: "Gemma 3", descriptor: gemmaDescriptor(placement: "sandwich"),
    configuration: gemmaSizes(
      vocabulary: 262_208, width: 2304, hidden: 9216, layers: 26, heads: 8, keyValueHeads: 4,
      context: 131_072)
      + [
        .activation("hidden_activation", absent: "gelu_pytorch_tanh", isGated: true),
        .settings(
          "rms_norm_eps", ["block.norm.epsilon", "block.attention.queryKeyNormEpsilon"], absent: 1e-6),
        .inverseSquareScale("query_pre_attn_scalar", absent: 256),
        .optional("final_logit_softcapping", "head.cap", null: Node(.null), type: .number),
        .window("sliding_window", absent: 4096, isOptional: true),
        .layerTypes(every: ("sliding_window_pattern", 6), unused: "_sliding_window_pattern") {
          !($0 + 1).isMultiple(of: $1)
        },
        .rotary(
          absent: (1_000_000, 10_000), keys: ("rope_theta", "rope_local_base_freq"), scalesLocal: false),
        .only(
          "use_bidirectional_attention", [false, Node(.null)], absent: false,
          reason: "the model would look to both sides, through half of the window"),
      ],
    // The class reads the cap of scores and never uses it.
    harmless: ["attn_logit_softcapping", "hidden_act", "cache_implementation"],
    completing: { reading, draft in
      draft["block.attention.queryKeyNorm"] = true
      withoutFeedForwardBias(reading, &draft)
    },
    trunk: { _ in gatedBranches + gemmaGains + gains(headGains, steps: [.plus(1)]) },
    classes: gatedClasses("Gemma3").map { one in
      guard one.output == .trunk else { return one }
      return HubClass(name: "Gemma3TextModel", output: .trunk)
    }, classifiers: HubClassifier.decoder("Gemma3Text", words: nil), otherHeads: llama.otherHeads)

  private static func gemmaDescriptor(placement: String) -> String {
    """
    {
      architecture: "gpt", tokenizer: "imported", mask: "causal", position: { type: "rotary" },
      embedding: { type: "tokens", scale: true },
      block: {
        placement: "\(placement)", norm: { type: "rms" }, attention: { type: "multi-head" },
        feedForward: { type: "gated-mlp" },
      },
      head: "none",
    }
    """
  }

  private static func gemmaSizes(
    vocabulary: Int, width: Int, hidden: Int, layers: Int, heads: Int, keyValueHeads: Int, context: Int
  ) -> [ConfigurationRule] {
    [
      .setting("vocab_size", "vocabulary", absent: Node(.integer(vocabulary))),
      .setting("hidden_size", "width", absent: Node(.integer(width))),
      .setting("intermediate_size", "block.feedForward.hidden", absent: Node(.integer(hidden))),
      .layers("num_hidden_layers", absent: Node(.integer(layers))),
      .setting("num_attention_heads", "block.attention.heads", absent: Node(.integer(heads))),
      .keyValueHeads("num_key_value_heads", absent: Node(.integer(keyValueHeads))),
      .setting("head_dim", "block.attention.headWidth", absent: 256),
      .setting("max_position_embeddings", "context", absent: Node(.integer(context))),
      .setting("attention_bias", "block.attention.bias", absent: false),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      .setting("tie_word_embeddings", "head.tied", absent: true),
    ]
  }

  /// The gains around the branches of Gemma 2 and 3.
  private static let gemmaGains = gains(
    [
      ("blocks.#.attention.norm", "layers.#.input_layernorm"),
      ("blocks.#.attention.outputNorm", "layers.#.post_attention_layernorm"),
      ("blocks.#.feedForward.norm", "layers.#.pre_feedforward_layernorm"),
      ("blocks.#.feedForward.outputNorm", "layers.#.post_feedforward_layernorm"), ("finalNorm", "norm"),
    ], steps: [.plus(1)])

  static let withoutFeedForwardBias: @Sendable (FamilyReading, inout DescriptorDraft) -> Void = { _, draft in
    draft["block.feedForward.bias"] = false
  }
}
