import Settings

extension HubFamily {
  /// ALBERT: all layers share the parameters of one, and the token table is narrower than the model.
  ///
  /// - Source: Lan et al., "ALBERT", 2020; `modeling_albert.py`.
  static let albert = HubFamily(
    modelType: "albert", title: "ALBERT",
    descriptor: """
      {
        architecture: "bert", tokenizer: "imported", mask: "bidirectional", position: "learned",
        embedding: { type: "tokens", segments: true, norm: true }, sharedLayers: true,
        block: {
          placement: "post", norm: { type: "layer", epsilon: 1e-12 }, attention: "multi-head",
          feedForward: { type: "gelu-tanh" },
        },
        head: "none", initialisation: "truncated-normal",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 30000),
      .setting("hidden_size", "width", absent: 4096),
      .tokenWidth("embedding_size", absent: 128, always: true),
      .layers("num_hidden_layers", absent: 12),
      .setting("num_attention_heads", "block.attention.heads", absent: 64),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 16384),
      .activation("hidden_act", absent: "gelu_new", and: "head.activation"),
      .setting("hidden_dropout_prob", "dropout", absent: 0.0),
      .setting("attention_probs_dropout_prob", "attentionDropout", absent: 0.0),
      .setting("max_position_embeddings", "context", absent: 512),
      .setting("type_vocab_size", "embedding.segmentCount", absent: 2),
      .setting("layer_norm_eps", "block.norm.epsilon", absent: 1e-12),
      .setting("tie_word_embeddings", "head.tied", absent: true),
      .only("num_hidden_groups", [1], reason: "this program shares one layer among all"),
      .only("inner_group_num", [1], reason: "this program shares one layer among all"),
      .only("position_embedding_type", ["absolute"], reason: "this program has only absolute positions here"),
    ],
    harmless: [
      "classifier_dropout_prob", "net_structure_type", "gap_size", "num_memory_blocks", "down_scale_factor",
    ],
    completing: bertHead(pooler: "pooler.weight"),
    trunk: { _ in
      let layer = "encoder.albert_layer_groups.0.albert_layers.0."
      return [
        TensorRule("embedding.token.weight", ["embeddings.word_embeddings.weight"]),
        TensorRule("embedding.position.weight", ["embeddings.position_embeddings.weight"]),
        TensorRule("embedding.segment.weight", ["embeddings.token_type_embeddings.weight"]),
      ] + TensorRule.linear("embedding.norm", "embeddings.LayerNorm")
        + TensorRule.linear("embedding.map", "encoder.embedding_hidden_mapping_in")
        + TensorRule.linear(
          "blocks.#.attention.projection", layer + "attention.query", layer + "attention.key",
          layer + "attention.value")
        + TensorRule.linear("blocks.#.attention.output", layer + "attention.dense")
        + TensorRule.linear("blocks.#.attention.norm", layer + "attention.LayerNorm")
        + TensorRule.linear("blocks.#.feedForward.input", layer + "ffn")
        + TensorRule.linear("blocks.#.feedForward.output", layer + "ffn_output")
        + TensorRule.linear("blocks.#.feedForward.norm", layer + "full_layer_layer_norm")
        + TensorRule.linear("pooler", "pooler")
    },
    classes: [
      HubClass(
        name: "AlbertForMaskedLM", output: .hiddenTokens, prefix: "albert.",
        settings: [("head.type", "masked-lm"), ("head.bias", true)],
        head: TensorRule.linear("head.transform", "predictions.dense")
          + TensorRule.linear("head.norm", "predictions.LayerNorm")
          + [
            TensorRule("head.bias", ["predictions.bias"]),
            TensorRule("head.weight", ["predictions.decoder.weight"]),
          ],
        synonyms: ["predictions.bias": "predictions.decoder.bias"]),
      HubClass(name: "AlbertModel", output: .trunk),
    ],
    classifiers: HubClassifier.bert("Albert", dense: "albert.pooler"),
    otherHeads: [
      ("sop_classifier.", "sentence order"), ("pooler.", "classification"),
      ("classifier.", "classification"), ("qa_outputs.", "answering questions"),
    ])
}
