import Settings

extension HubFamily {
  /// GPT-1: norms behind the branches, and none at the end.
  ///
  /// - Source: Radford et al., "Improving language understanding by generative pre-training", 2018;
  ///   `modeling_openai.py`.
  static let gpt1 = HubFamily(
    modelType: "openai-gpt", title: "GPT",
    descriptor: """
      {
        architecture: "gpt", tokenizer: "imported", mask: "causal", position: "learned",
        block: {
          placement: "post", norm: { type: "layer", epsilon: 1e-5 }, attention: "multi-head",
          feedForward: { type: "gelu-tanh" },
        },
        head: "none",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 40478),
      .setting("n_embd", "width", absent: 768, aliases: ["hidden_size"]),
      .layers("n_layer", absent: 12, aliases: ["num_hidden_layers"]),
      .setting("n_head", "block.attention.heads", absent: 12, aliases: ["num_attention_heads"]),
      .setting("n_positions", "context", absent: 512, aliases: ["max_position_embeddings"]),
      .unread("n_ctx", "context"),
      .activation("afn", absent: "gelu", geluIsTanh: true),
      .setting("layer_norm_epsilon", "block.norm.epsilon", absent: 1e-5),
      .setting("resid_pdrop", "dropout", absent: 0.1),
      .unread("embd_pdrop", "dropout"),
      .setting("attn_pdrop", "attentionDropout", absent: 0.1),
      .setting("tie_word_embeddings", "head.tied", absent: true),
    ],
    harmless: [
      "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels",
      "summary_first_dropout", "predict_special_tokens", "n_special",
    ],
    trunk: { _ in
      [
        TensorRule("embedding.token.weight", ["tokens_embed.weight"]),
        TensorRule("embedding.position.weight", ["positions_embed.weight"]),
      ] + TensorRule.linear("blocks.#.attention.projection", "h.#.attn.c_attn", steps: [.transposed])
        + TensorRule.linear("blocks.#.attention.output", "h.#.attn.c_proj", steps: [.transposed])
        + TensorRule.linear("blocks.#.attention.norm", "h.#.ln_1")
        + TensorRule.linear("blocks.#.feedForward.input", "h.#.mlp.c_fc", steps: [.transposed])
        + TensorRule.linear("blocks.#.feedForward.output", "h.#.mlp.c_proj", steps: [.transposed])
        + TensorRule.linear("blocks.#.feedForward.norm", "h.#.ln_2")
    },
    classes: [
      HubClass(
        name: "OpenAIGPTLMHeadModel", output: .nextToken, prefix: "transformer.",
        settings: [("head.type", "lm"), ("head.bias", false)],
        head: [TensorRule("head.weight", ["lm_head.weight"])]),
      HubClass(name: "OpenAIGPTModel", output: .trunk),
    ],
    classifiers: HubClassifier.decoder("OpenAIGPT", words: nil),
    otherHeads: gpt2.otherHeads)
}
