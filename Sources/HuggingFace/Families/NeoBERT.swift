import Settings

extension HubFamily {
  /// NeoBERT: LLaMA's blocks with attention to both sides, queries, keys and values fused head by head.
  ///
  /// Its classes are not in `transformers` but in the folders of its models, so it is imported only.
  ///
  /// - Source: Le Breton et al., "NeoBERT", 2025; `model.py` of the model's folder.
  static let neobert = HubFamily(
    modelType: "neobert", title: "NeoBERT",
    descriptor: """
      {
        architecture: "bert", tokenizer: "imported", mask: "bidirectional", position: { type: "rotary" },
        block: {
          placement: "pre", norm: { type: "rms" }, attention: { type: "multi-head", bias: false },
          feedForward: { type: "swiglu", bias: false },
        },
        head: "none",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 30522),
      .setting("hidden_size", "width", absent: 768),
      .layers("num_hidden_layers", absent: 28),
      .setting("num_attention_heads", "block.attention.heads", absent: 12),
      .equalHeads("dim_head"),
      .twoThirds("intermediate_size", "block.feedForward.hidden", absent: 3072),
      .setting("max_length", "context", absent: 1024),
      .setting("norm_eps", "block.norm.epsilon", absent: 1e-6),
    ],
    harmless: [
      "embedding_init_range", "decoder_init_range", "classifier_init_range", "kwargs", "trust_remote_code",
      "pretrained_model_name_or_path", "tie_word_embeddings",
    ],
    isInTransformers: false,
    trunk: { model in
      let (width, all) = (model.headWidth, model["width"]?.integer ?? 0)
      return [
        TensorRule("embedding.token.weight", ["encoder.weight"]),
        TensorRule(
          "blocks.#.attention.projection.weight", ["transformer_encoder.#.qkv.weight"],
          [
            [
              .perHead(parts: 3, headWidth: width),
              .pairsToHalves(headWidth: width, rotated: width, end: 2 * all),
            ]
          ]),
        TensorRule("blocks.#.attention.output.weight", ["transformer_encoder.#.wo.weight"]),
        TensorRule("blocks.#.feedForward.input.weight", ["transformer_encoder.#.ffn.w12.weight"]),
        TensorRule("blocks.#.feedForward.output.weight", ["transformer_encoder.#.ffn.w3.weight"]),
      ]
        + gains([
          ("blocks.#.attention.norm", "transformer_encoder.#.attention_norm"),
          ("blocks.#.feedForward.norm", "transformer_encoder.#.ffn_norm"), ("finalNorm", "layer_norm"),
        ])
    },
    classes: [
      HubClass(
        name: "NeoBERTLMHead", output: .hiddenTokens, prefix: "model.",
        settings: [("head.type", "lm"), ("head.tied", false), ("head.bias", true)],
        head: TensorRule.linear("head", "decoder")),
      HubClass(name: "NeoBERT", output: .trunk),
    ],
    otherHeads: [("classifier.", "classification"), ("dense.", "classification")], buffers: ["freqs_cis"])
}

extension ConfigurationRule {
  /// The width of a gated feed-forward layer, given as that of one without a gate: two thirds of it are taken, rounded up
  /// to a multiple of 8.
  fileprivate static func twoThirds(_ key: String, _ path: String, absent: Int) -> Self {
    Self(key, type: .integer(), absent: Node(.integer(absent))) { value, _, draft in
      draft[path] = value.integer.map { Node(.integer((2 * $0 / 3 + 7) / 8 * 8)) }
    } write: { model in
      model[path]?.integer.map { Node(.integer($0 * 3 / 2)) }
    }
  }
}
