import Settings
import Transformer

extension HubFamily {
  /// GPT-J: both branches read one norm, and the first channels of a head rotate as neighbours.
  ///
  /// - Source: Wang and Komatsuzaki, "GPT-J-6B", 2021; `modeling_gptj.py`.
  static let gptj = HubFamily(
    modelType: "gptj", title: "GPT-J",
    descriptor: """
      {
        architecture: "gpt", tokenizer: "imported", mask: "causal", position: { type: "rotary" },
        block: {
          placement: "parallel", norm: { type: "layer", epsilon: 1e-5 },
          attention: { type: "multi-head", bias: false }, feedForward: { type: "gelu-tanh" },
        },
        head: "none",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 50400),
      .setting("n_embd", "width", absent: 4096, aliases: ["hidden_size"]),
      .layers("n_layer", absent: 28, aliases: ["num_hidden_layers"]),
      .setting("n_head", "block.attention.heads", absent: 16, aliases: ["num_attention_heads"]),
      .setting("n_positions", "context", absent: 2048, aliases: ["max_position_embeddings"]),
      .optional("n_inner", "block.feedForward.hidden", null: "auto", type: .integer()),
      .rotatedWidth("rotary_dim", absent: 64),
      .activation("activation_function", absent: "gelu_new"),
      .setting("layer_norm_epsilon", "block.norm.epsilon", absent: 1e-5),
      .setting("resid_pdrop", "dropout", absent: 0.0),
      .unread("embd_pdrop", "dropout"),
      .setting("attn_pdrop", "attentionDropout", absent: 0.0),
      .setting("tie_word_embeddings", "head.tied", absent: false),
      .only("rotary", [true], reason: "this program has no other positions here"),
      .only(
        "scale_attn_weights", [true], reason: "this program divides scores by the root of the head width"),
    ],
    harmless: [
      "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels",
      "summary_first_dropout", "n_ctx",
    ],
    defaultTokens: [50256],
    trunk: { model in
      let (width, fraction) = (model.headWidth, model["position.fraction"]?.number ?? 1)
      let pairs = [
        Arrangement.pairsToHalves(
          headWidth: width, rotated: rotatedChannels(ofHead: width, fraction: fraction))
      ]
      return [
        TensorRule("embedding.token.weight", ["wte.weight"]),
        TensorRule(
          "blocks.#.attention.projection.weight",
          ["h.#.attn.q_proj.weight", "h.#.attn.k_proj.weight", "h.#.attn.v_proj.weight"],
          [pairs, pairs, []]),
      ] + TensorRule.linear("blocks.#.attention.norm", "h.#.ln_1")
        + TensorRule.linear("blocks.#.attention.output", "h.#.attn.out_proj")
        + TensorRule.linear("blocks.#.feedForward.input", "h.#.mlp.fc_in")
        + TensorRule.linear("blocks.#.feedForward.output", "h.#.mlp.fc_out")
        + TensorRule.linear("finalNorm", "ln_f")
    },
    classes: [
      HubClass(
        name: "GPTJForCausalLM", output: .nextToken, prefix: "transformer.",
        settings: [("head.type", "lm"), ("head.bias", true)],
        head: TensorRule.linear("head", "lm_head")),
      HubClass(name: "GPTJModel", output: .trunk),
    ],
    classifiers: HubClassifier.decoder("GPTJ", words: nil),
    otherHeads: gpt2.otherHeads)
}
