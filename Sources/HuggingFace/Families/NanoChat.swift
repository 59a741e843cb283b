import Settings

extension HubFamily {
  /// nanochat as of October 2025: norms without gains, squared ReLU, a cap of the logits, and positions that rotate
  /// backwards.
  ///
  /// - Source: Karpathy, nanochat, 2025; `modeling_nanochat.py`.
  static let nanochat = HubFamily(
    modelType: "nanochat", title: "nanochat",
    descriptor: """
      {
        architecture: "gpt", tokenizer: "imported", mask: "causal", position: { type: "rotary" },
        embedding: { type: "tokens", norm: true },
        block: {
          placement: "pre", norm: { type: "rms", gain: false },
          attention: { type: "multi-head", queryKeyNorm: true, queryKeyNormGain: false },
          feedForward: { type: "relu-squared", bias: false },
        },
        head: "none",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 50304),
      .setting("hidden_size", "width", absent: 768),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 8192),
      .layers("num_hidden_layers", absent: 12),
      .setting("num_attention_heads", "block.attention.heads", absent: 6),
      .keyValueHeads("num_key_value_heads"),
      .activation("hidden_act", absent: "relu2"),
      .setting("max_position_embeddings", "context", absent: 2048),
      .settings(
        "rms_norm_eps", ["block.norm.epsilon", "block.attention.queryKeyNormEpsilon"], absent: 1e-6),
      .rotary(absent: 10_000),
      .optional("final_logit_softcapping", "head.cap", null: Node(.null), absent: 15.0, type: .number),
      .setting("attention_bias", "block.attention.bias", absent: false),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      .setting("tie_word_embeddings", "head.tied", absent: false),
    ],
    // Queries and keys are normalised behind the rotation, which takes its factor away.
    completing: { _, draft in
      if draft["position.scaling.type"] == "yarn" { draft["position.scaling.magnitude"] = 1.0 }
    },
    trunk: { model in
      let swap = [Arrangement.swappedHalves(headWidth: model.headWidth)]
      let names = ["q", "k", "v"].map { "layers.#.self_attn.\($0)_proj" }
      return [TensorRule("embedding.token.weight", ["embed_tokens.weight"])]
        + ["weight", "bias"].map { kind in
          TensorRule(
            "blocks.#.attention.projection.\(kind)", names.map { "\($0).\(kind)" }, [swap, swap, []])
        } + TensorRule.linear("blocks.#.attention.output", "layers.#.self_attn.o_proj")
        + TensorRule.linear("blocks.#.feedForward.input", "layers.#.mlp.fc1")
        + TensorRule.linear("blocks.#.feedForward.output", "layers.#.mlp.fc2")
    },
    classes: gatedClasses("NanoChat"))
}
