import Settings

extension HubFamily {
  /// GPT-2.
  ///
  /// - Source: Radford et al., "Language models are unsupervised multitask learners", 2019; `modeling_gpt2.py`.
  static let gpt2 = HubFamily(
    modelType: "gpt2", title: "GPT-2",
    descriptor: """
      {
        architecture: "gpt", tokenizer: "imported", mask: "causal", position: "learned",
        block: {
          placement: "pre", norm: { type: "layer", epsilon: 1e-5 }, attention: "multi-head",
          feedForward: { type: "gelu-tanh" },
        },
        head: "none", initialisation: { type: "normal", deviation: 0.02, scalesResidual: true },
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 50257),
      .setting("n_embd", "width", absent: 768, aliases: ["hidden_size"]),
      .layers("n_layer", absent: 12, aliases: ["num_hidden_layers"]),
      .setting("n_head", "block.attention.heads", absent: 12, aliases: ["num_attention_heads"]),
      .setting("n_positions", "context", absent: 1024, aliases: ["max_position_embeddings"]),
      .unread("n_ctx", "context"),
      .optional("n_inner", "block.feedForward.hidden", null: "auto", type: .integer()),
      .activation("activation_function", absent: "gelu_new"),
      .setting("layer_norm_epsilon", "block.norm.epsilon", absent: 1e-5),
      .setting("resid_pdrop", "dropout", absent: 0.1),
      .unread("embd_pdrop", "dropout"),
      .setting("attn_pdrop", "attentionDropout", absent: 0.1),
      .setting("tie_word_embeddings", "head.tied", absent: true),
      .only(
        "scale_attn_weights", [true], reason: "this program divides scores by the root of the head width"),
      .only(
        "scale_attn_by_inverse_layer_idx", [false], reason: "this program has no scale of scores by layer"),
      .only("add_cross_attention", [false], reason: "this program has no attention to a second text"),
    ],
    harmless: [
      "reorder_and_upcast_attn", "summary_type", "summary_use_proj", "summary_activation",
      "summary_proj_to_labels", "summary_first_dropout",
    ],
    defaultTokens: [50256],
    trunk: { _ in
      [
        TensorRule("embedding.token.weight", ["wte.weight"]),
        TensorRule("embedding.position.weight", ["wpe.weight"]),
      ] + TensorRule.linear("blocks.#.attention.norm", "h.#.ln_1")
        + TensorRule.linear("blocks.#.attention.projection", "h.#.attn.c_attn", steps: [.transposed])
        + TensorRule.linear("blocks.#.attention.output", "h.#.attn.c_proj", steps: [.transposed])
        + TensorRule.linear("blocks.#.feedForward.norm", "h.#.ln_2")
        + TensorRule.linear("blocks.#.feedForward.input", "h.#.mlp.c_fc", steps: [.transposed])
        + TensorRule.linear("blocks.#.feedForward.output", "h.#.mlp.c_proj", steps: [.transposed])
        + TensorRule.linear("finalNorm", "ln_f")
    },
    classes: [
      HubClass(
        name: "GPT2LMHeadModel", output: .nextToken, prefix: "transformer.",
        settings: [("head.type", "lm"), ("head.bias", false)],
        head: [TensorRule("head.weight", ["lm_head.weight"])]),
      HubClass(name: "GPT2Model", output: .trunk),
    ],
    classifiers: HubClassifier.decoder("GPT2", words: "classifier"),
    otherHeads: [
      ("score.", "classification"), ("classifier.", "classification"),
      ("multiple_choice_head.", "multiple choice"), ("qa_outputs.", "answering questions"),
    ])
}
