import Settings

extension HubFamily {
  /// GPT-NeoX and Pythia: both branches read the stream at one place, through norms of their own.
  ///
  /// - Source: Black et al., "GPT-NeoX-20B", 2022; Biderman et al., "Pythia", 2023; `modeling_gpt_neox.py`.
  static let gptNeoX = HubFamily(
    modelType: "gpt_neox", title: "GPT-NeoX",
    descriptor: """
      {
        architecture: "gpt", tokenizer: "imported", mask: "causal", position: { type: "rotary" },
        block: {
          norm: { type: "layer", epsilon: 1e-5 }, attention: { type: "multi-head" },
          feedForward: { type: "gelu" },
        },
        head: "none",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 50432),
      .setting("hidden_size", "width", absent: 6144),
      .layers("num_hidden_layers", absent: 44),
      .setting("num_attention_heads", "block.attention.heads", absent: 64),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 24576),
      .activation("hidden_act", absent: "gelu"),
      .setting("hidden_dropout", "dropout", absent: 0.0),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      .setting("max_position_embeddings", "context", absent: 2048),
      .setting("layer_norm_eps", "block.norm.epsilon", absent: 1e-5),
      .rotary(absent: 10_000, base: "rotary_emb_base", fraction: ("rotary_pct", 0.25)),
      .setting("attention_bias", "block.attention.bias", absent: true),
      .setting("tie_word_embeddings", "head.tied", absent: false),
      .parallelBranches("use_parallel_residual", absent: true),
    ],
    // Only the cache of generation asks for it.
    harmless: ["is_decoder"],
    trunk: { model in
      let fused = [Arrangement.perHead(parts: 3, headWidth: model.headWidth)]
      return [TensorRule("embedding.token.weight", ["embed_in.weight"])]
        + TensorRule.linear("blocks.#.attention.norm", "layers.#.input_layernorm")
        + TensorRule.linear(
          "blocks.#.attention.projection", "layers.#.attention.query_key_value", steps: fused)
        + TensorRule.linear("blocks.#.attention.output", "layers.#.attention.dense")
        + TensorRule.linear("blocks.#.feedForward.norm", "layers.#.post_attention_layernorm")
        + TensorRule.linear("blocks.#.feedForward.input", "layers.#.mlp.dense_h_to_4h")
        + TensorRule.linear("blocks.#.feedForward.output", "layers.#.mlp.dense_4h_to_h")
        + TensorRule.linear("finalNorm", "final_layer_norm")
    },
    classes: [
      HubClass(
        name: "GPTNeoXForCausalLM", output: .nextToken, prefix: "gpt_neox.",
        settings: [("head.type", "lm"), ("head.bias", false)],
        head: [TensorRule("head.weight", ["embed_out.weight"])],
        spellings: ["embed_out.weight": "lm_head.weight"]),
      HubClass(name: "GPTNeoXModel", output: .trunk),
    ],
    classifiers: HubClassifier.decoder("GPTNeoX", words: "classifier"),
    otherHeads: [
      ("score.", "classification"), ("classifier.", "classification"), ("qa_outputs.", "answering questions"),
    ])

  /// BLOOM: distances instead of positions, and a norm behind the embedding.
  ///
  /// - Source: BigScience Workshop, "BLOOM", 2022; `modeling_bloom.py`.
  static let bloom = HubFamily(
    modelType: "bloom", title: "BLOOM",
    descriptor: """
      {
        architecture: "gpt", tokenizer: "imported", mask: "causal", position: "alibi",
        embedding: { type: "tokens", norm: true },
        block: {
          placement: "pre", norm: { type: "layer", epsilon: 1e-5 }, attention: "multi-head",
          feedForward: { type: "gelu-tanh" },
        },
        head: "none",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 250_880),
      .setting("hidden_size", "width", absent: 64, aliases: ["n_embed"]),
      .layers("n_layer", absent: 2, aliases: ["num_hidden_layers"]),
      .setting("n_head", "block.attention.heads", absent: 8, aliases: ["num_attention_heads"]),
      .setting("layer_norm_epsilon", "block.norm.epsilon", absent: 1e-5),
      .setting("hidden_dropout", "dropout", absent: 0.0),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      // What it was trained with; distances continue beyond.
      .setting("seq_length", "context", absent: 2048),
      .setting("tie_word_embeddings", "head.tied", absent: true),
      .only(
        "apply_residual_connection_post_layernorm", [false],
        reason: "this program adds branches to the stream before its norm"),
    ],
    harmless: [
      "slow_but_exact", "skip_bias_add", "skip_bias_add_qkv", "offset_alibi", "attention_softmax_in_fp32",
      "bias_dropout_fusion", "masked_softmax_fusion", "unk_token_id", "n_inner",
    ],
    trunk: { model in
      let fused = [Arrangement.perHead(parts: 3, headWidth: model.headWidth)]
      return [TensorRule("embedding.token.weight", ["word_embeddings.weight"])]
        + TensorRule.linear("embedding.norm", "word_embeddings_layernorm")
        + TensorRule.linear("blocks.#.attention.norm", "h.#.input_layernorm")
        + TensorRule.linear(
          "blocks.#.attention.projection", "h.#.self_attention.query_key_value", steps: fused)
        + TensorRule.linear("blocks.#.attention.output", "h.#.self_attention.dense")
        + TensorRule.linear("blocks.#.feedForward.norm", "h.#.post_attention_layernorm")
        + TensorRule.linear("blocks.#.feedForward.input", "h.#.mlp.dense_h_to_4h")
        + TensorRule.linear("blocks.#.feedForward.output", "h.#.mlp.dense_4h_to_h")
        + TensorRule.linear("finalNorm", "ln_f")
    },
    classes: [
      HubClass(
        name: "BloomForCausalLM", output: .nextToken, prefix: "transformer.",
        settings: [("head.type", "lm"), ("head.bias", false)],
        head: [TensorRule("head.weight", ["lm_head.weight"])]),
      HubClass(name: "BloomModel", output: .trunk),
    ],
    classifiers: HubClassifier.decoder("Bloom", words: "classifier"),
    otherHeads: [("score.", "classification"), ("classifier.", "classification")])
}

extension DescriptorDraft {
  /// The width of a head.
  var headWidth: Int {
    if let own = self["block.attention.headWidth"]?.integer { return own }
    let (width, heads) = (self["width"]?.integer ?? 0, self["block.attention.heads"]?.integer ?? 1)
    return max(1, width / max(1, heads))
  }
}
