import Settings

extension HubFamily {
  /// LLaMA 1 and 2, SmolLM, and what shares their class.
  ///
  /// - Source: Touvron et al., "LLaMA", 2023; `modeling_llama.py`.
  static let llama = HubFamily(
    modelType: "llama", title: "LLaMA",
    descriptor: """
      {
        architecture: "gpt", tokenizer: "imported", mask: "causal", position: { type: "rotary" },
        block: {
          placement: "pre", norm: { type: "rms" }, attention: { type: "multi-head" },
          feedForward: { type: "swiglu" },
        },
        head: "none",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 32000),
      .setting("hidden_size", "width", absent: 4096),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 11008),
      .layers("num_hidden_layers", absent: 32),
      .setting("num_attention_heads", "block.attention.heads", absent: 32),
      .keyValueHeads("num_key_value_heads"),
      .optional("head_dim", "block.attention.headWidth", null: Node(.null), type: .integer()),
      .activation("hidden_act", absent: "silu", isGated: true),
      .setting("max_position_embeddings", "context", absent: 2048),
      .setting("rms_norm_eps", "block.norm.epsilon", absent: 1e-6),
      .rotary(absent: 10_000),
      .setting("attention_bias", "block.attention.bias", absent: false),
      .setting("mlp_bias", "block.feedForward.bias", absent: false),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      .setting("tie_word_embeddings", "head.tied", absent: false),
    ],
    trunk: { _ in gatedDecoder },
    classes: gatedClasses("Llama"),
    classifiers: HubClassifier.decoder("Llama", words: "score"),
    otherHeads: [("score.", "classification"), ("qa_outputs.", "answering questions")])

  /// SmolLM 3: LLaMA without rotation in every fourth layer.
  ///
  /// - Source: Bakouch et al., "SmolLM3", 2025; `modeling_smollm3.py`.
  static let smollm3 = HubFamily(
    modelType: "smollm3", title: "SmolLM 3", descriptor: llama.descriptor,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 128_256),
      .setting("hidden_size", "width", absent: 2048),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 11008),
      .layers("num_hidden_layers", absent: 36),
      .setting("num_attention_heads", "block.attention.heads", absent: 16),
      .keyValueHeads("num_key_value_heads", absent: 4),
      .activation("hidden_act", absent: "silu", isGated: true),
      .setting("max_position_embeddings", "context", absent: 32768),
      .setting("rms_norm_eps", "block.norm.epsilon", absent: 1e-6),
      .rotary(absent: 2_000_000),
      .unrotatedLayers("no_rope_layers", every: "no_rope_layer_interval", absent: 4),
      .setting("attention_bias", "block.attention.bias", absent: false),
      .setting("mlp_bias", "block.feedForward.bias", absent: false),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      .setting("tie_word_embeddings", "head.tied", absent: true),
      .only(
        "use_sliding_window", [false], reason: "this program has no windows in some of its layers only here"),
      .fullAttention,
    ],
    harmless: ["sliding_window", "max_window_layers"],
    defaultTokens: [128_000, 128_001, 128_004],
    trunk: { _ in gatedDecoder }, classes: gatedClasses("SmolLM3"),
    classifiers: HubClassifier.decoder("SmolLM3", words: "score"),
    otherHeads: llama.otherHeads)

  /// Mistral 7B.
  ///
  /// - Source: Jiang et al., "Mistral 7B", 2023; `modeling_mistral.py`.
  static let mistral = HubFamily(
    modelType: "mistral", title: "Mistral", descriptor: llama.descriptor,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 32000),
      .setting("hidden_size", "width", absent: 4096),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 14336),
      .layers("num_hidden_layers", absent: 32),
      .setting("num_attention_heads", "block.attention.heads", absent: 32),
      .keyValueHeads("num_key_value_heads", absent: 8),
      .optional("head_dim", "block.attention.headWidth", null: Node(.null), type: .integer()),
      .activation("hidden_act", absent: "silu", isGated: true),
      .setting("max_position_embeddings", "context", absent: 131_072),
      .setting("rms_norm_eps", "block.norm.epsilon", absent: 1e-6),
      .rotary(absent: 10_000),
      .setting("sliding_window", "block.attention.window", absent: 4096, type: .integer().orNull),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      .setting("tie_word_embeddings", "head.tied", absent: false),
    ],
    completing: withoutBiases, trunk: { _ in gatedDecoder },
    classes: gatedClasses("Mistral"),
    classifiers: HubClassifier.decoder("Mistral", words: "score"),
    otherHeads: llama.otherHeads)

  /// Qwen 2 and 2.5, which have biases of queries, keys and values only.
  ///
  /// - Source: Yang et al., "Qwen2 technical report", 2024; `modeling_qwen2.py`.
  static let qwen2 = HubFamily(
    modelType: "qwen2", title: "Qwen 2", descriptor: llama.descriptor,
    configuration: qwen + [
      .setting("rms_norm_eps", "block.norm.epsilon", absent: 1e-6)
    ],
    harmless: ["sliding_window", "max_window_layers"],
    completing: { _, draft in
      draft["block.attention.bias"] = false
      draft["block.attention.projectionBias"] = true
      draft["block.feedForward.bias"] = false
    },
    trunk: { _ in gatedDecoder }, classes: gatedClasses("Qwen2"),
    classifiers: HubClassifier.decoder("Qwen2", words: "score"),
    otherHeads: llama.otherHeads)

  /// Qwen 3, whose queries and keys are normalised head by head.
  ///
  /// - Source: Yang et al., "Qwen3 technical report", 2025; `modeling_qwen3.py`.
  static let qwen3 = HubFamily(
    modelType: "qwen3", title: "Qwen 3", descriptor: llama.descriptor,
    configuration: qwen + [
      .setting("head_dim", "block.attention.headWidth", absent: 128),
      .setting("attention_bias", "block.attention.bias", absent: false),
      .settings(
        "rms_norm_eps", ["block.norm.epsilon", "block.attention.queryKeyNormEpsilon"], absent: 1e-6),
    ],
    harmless: ["sliding_window", "max_window_layers"],
    completing: { _, draft in
      draft["block.attention.queryKeyNorm"] = true
      draft["block.feedForward.bias"] = false
    },
    trunk: { _ in
      gatedDecoder + gains(headGains)
    },
    classes: gatedClasses("Qwen3"),
    classifiers: HubClassifier.decoder("Qwen3", words: "score"),
    otherHeads: llama.otherHeads)

  /// The gains of queries and keys.
  static let headGains = [
    (ours: "blocks.#.attention.queryNorm", theirs: "layers.#.self_attn.q_norm"),
    (ours: "blocks.#.attention.keyNorm", theirs: "layers.#.self_attn.k_norm"),
  ]

  /// What the configurations of both have in common.
  private static let qwen: [ConfigurationRule] = [
    .setting("vocab_size", "vocabulary", absent: 151_936),
    .setting("hidden_size", "width", absent: 4096),
    .setting("intermediate_size", "block.feedForward.hidden", absent: 22016),
    .layers("num_hidden_layers", absent: 32),
    .setting("num_attention_heads", "block.attention.heads", absent: 32),
    .keyValueHeads("num_key_value_heads", absent: 32),
    .activation("hidden_act", absent: "silu", isGated: true),
    .setting("max_position_embeddings", "context", absent: 32768),
    .rotary(absent: 10_000),
    .setting("attention_dropout", "attentionDropout", absent: 0.0),
    .setting("tie_word_embeddings", "head.tied", absent: false),
    .only(
      "use_sliding_window", [false], reason: "this program has no windows in some of its layers only here"),
    .fullAttention,
  ]

  private static let withoutBiases: @Sendable (FamilyReading, inout DescriptorDraft) -> Void = { _, draft in
    draft["block.attention.bias"] = false
    draft["block.feedForward.bias"] = false
  }

  /// The classes of a decoder of LLaMA's design.
  static func gatedClasses(_ name: String) -> [HubClass] {
    [
      HubClass(
        name: name + "ForCausalLM", output: .nextToken, prefix: "model.",
        settings: [("head.type", "lm"), ("head.bias", false)],
        head: [TensorRule("head.weight", ["lm_head.weight"])]),
      HubClass(name: name + "Model", output: .trunk),
    ]
  }

  /// The names that decoders of LLaMA's design have in common.
  static let gatedDecoder =
    gatedBranches
    + gains([
      ("blocks.#.attention.norm", "layers.#.input_layernorm"),
      ("blocks.#.feedForward.norm", "layers.#.post_attention_layernorm"), ("finalNorm", "norm"),
    ])

  /// The token table and the linear maps of them.
  static let gatedBranches: [TensorRule] =
    [TensorRule("embedding.token.weight", ["embed_tokens.weight"])]
    + TensorRule.linear(
      "blocks.#.attention.projection", "layers.#.self_attn.q_proj", "layers.#.self_attn.k_proj",
      "layers.#.self_attn.v_proj")
    + TensorRule.linear("blocks.#.attention.output", "layers.#.self_attn.o_proj")
    + TensorRule.linear("blocks.#.feedForward.input", "layers.#.mlp.gate_proj", "layers.#.mlp.up_proj")
    + TensorRule.linear("blocks.#.feedForward.output", "layers.#.mlp.down_proj")

  /// The gains of norms by their paths here and there.
  static func gains(_ names: [(ours: String, theirs: String)], steps: [Arrangement] = []) -> [TensorRule] {
    names.map { TensorRule($0.ours + ".weight", [$0.theirs + ".weight"], [steps]) }
  }
}
