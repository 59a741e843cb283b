import Settings

extension HubFamily {
  /// OPT, but for the model of 350 million parameters, whose norms stand elsewhere.
  ///
  /// - Source: Zhang et al., "OPT", 2022; `modeling_opt.py`.
  static let opt = HubFamily(
    modelType: "opt", title: "OPT",
    descriptor: """
      {
        architecture: "gpt", tokenizer: "imported", mask: "causal", position: "learned",
        block: {
          placement: "pre", norm: { type: "layer", epsilon: 1e-5 }, attention: "multi-head",
          feedForward: { type: "relu" },
        },
        head: "none",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 50272),
      .setting("hidden_size", "width", absent: 768),
      .layers("num_hidden_layers", absent: 12),
      .setting("num_attention_heads", "block.attention.heads", absent: 12),
      .setting("ffn_dim", "block.feedForward.hidden", absent: 3072),
      .activation("activation_function", absent: "relu"),
      .setting("dropout", "dropout", absent: 0.1),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      .setting("max_position_embeddings", "context", absent: 2048),
      .setting("tie_word_embeddings", "head.tied", absent: true),
      .same(
        "word_embed_proj_dim", "width",
        reason: "this program has no embedding of another width than the blocks"),
      .only("do_layer_norm_before", [true], reason: "the norms of this model stand behind the branches"),
      .only("_remove_final_layer_norm", [false], reason: "this program closes the blocks with a norm"),
      .only("enable_bias", [true], reason: "this family has biases here"),
      .only("layer_norm_elementwise_affine", [true], reason: "this family has gains here"),
    ],
    harmless: ["layerdrop", "init_std", "activation_dropout"],
    trunk: { _ in
      [
        TensorRule("embedding.token.weight", ["decoder.embed_tokens.weight"]),
        TensorRule("embedding.position.weight", ["decoder.embed_positions.weight"], [[.droppingRows(2)]]),
      ] + TensorRule.linear("blocks.#.attention.norm", "decoder.layers.#.self_attn_layer_norm")
        + TensorRule.linear(
          "blocks.#.attention.projection", "decoder.layers.#.self_attn.q_proj",
          "decoder.layers.#.self_attn.k_proj", "decoder.layers.#.self_attn.v_proj")
        + TensorRule.linear("blocks.#.attention.output", "decoder.layers.#.self_attn.out_proj")
        + TensorRule.linear("blocks.#.feedForward.norm", "decoder.layers.#.final_layer_norm")
        + TensorRule.linear("blocks.#.feedForward.input", "decoder.layers.#.fc1")
        + TensorRule.linear("blocks.#.feedForward.output", "decoder.layers.#.fc2")
        + TensorRule.linear("finalNorm", "decoder.final_layer_norm")
    },
    classes: [
      HubClass(
        name: "OPTForCausalLM", output: .nextToken, prefix: "model.",
        settings: [("head.type", "lm"), ("head.bias", false)],
        head: [TensorRule("head.weight", ["lm_head.weight"])]),
      HubClass(name: "OPTModel", output: .trunk),
    ],
    otherHeads: [("score.", "classification"), ("qa_outputs.", "answering questions")])
}
