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
      .optional("head_dim", "block.attention.headWidth", null: Node(.null)),
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
    classes: [
      HubClass(
        name: "LlamaForCausalLM", output: .nextToken, prefix: "model.",
        settings: [("head.type", "lm"), ("head.bias", false)],
        head: [TensorRule("head.weight", ["lm_head.weight"])]),
      HubClass(name: "LlamaModel", output: .trunk),
    ], otherHeads: [("score.", "classification"), ("qa_outputs.", "answering questions")])

  /// The names that decoders of LLaMA's design have in common.
  static let gatedDecoder: [TensorRule] =
    [
      TensorRule("embedding.token.weight", ["embed_tokens.weight"]),
      TensorRule("blocks.#.attention.norm.weight", ["layers.#.input_layernorm.weight"]),
      TensorRule("blocks.#.feedForward.norm.weight", ["layers.#.post_attention_layernorm.weight"]),
      TensorRule("finalNorm.weight", ["norm.weight"]),
    ]
    + TensorRule.linear(
      "blocks.#.attention.projection", "layers.#.self_attn.q_proj", "layers.#.self_attn.k_proj",
      "layers.#.self_attn.v_proj")
    + TensorRule.linear("blocks.#.attention.output", "layers.#.self_attn.o_proj")
    + TensorRule.linear("blocks.#.feedForward.input", "layers.#.mlp.gate_proj", "layers.#.mlp.up_proj")
    + TensorRule.linear("blocks.#.feedForward.output", "layers.#.mlp.down_proj")
}
