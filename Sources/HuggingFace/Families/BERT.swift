import Settings

extension HubFamily {
  /// BERT; RoBERTa and others have tables of their own.
  ///
  /// - Source: Devlin et al., "BERT", 2019; `modeling_bert.py`.
  static let bert = HubFamily(
    modelType: "bert", title: "BERT",
    descriptor: """
      {
        architecture: "bert", tokenizer: "imported", mask: "bidirectional", position: "learned",
        embedding: { type: "tokens", segments: true, norm: true },
        block: {
          placement: "post", norm: { type: "layer", epsilon: 1e-12 }, attention: "multi-head",
          feedForward: { type: "gelu" },
        },
        head: "none", initialisation: "truncated-normal",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 30522),
      .setting("hidden_size", "width", absent: 768),
      .layers("num_hidden_layers", absent: 12),
      .setting("num_attention_heads", "block.attention.heads", absent: 12),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 3072),
      .activation("hidden_act", absent: "gelu", and: "head.activation"),
      .setting("hidden_dropout_prob", "dropout", absent: 0.1),
      .setting("attention_probs_dropout_prob", "attentionDropout", absent: 0.1),
      .setting("max_position_embeddings", "context", absent: 512),
      .setting("type_vocab_size", "embedding.segmentCount", absent: 2),
      .setting("layer_norm_eps", "block.norm.epsilon", absent: 1e-12),
      .setting("tie_word_embeddings", "head.tied", absent: true),
      .only("position_embedding_type", ["absolute"], reason: "this program has only absolute positions here"),
      .only("is_decoder", [false], reason: "the model would look to the left only"),
      .only("add_cross_attention", [false], reason: "this program has no attention to a second text"),
    ],
    completing: bertHead(pooler: "pooler.dense.weight"),
    trunk: { _ in
      [
        TensorRule("embedding.token.weight", ["embeddings.word_embeddings.weight"]),
        TensorRule("embedding.position.weight", ["embeddings.position_embeddings.weight"]),
        TensorRule("embedding.segment.weight", ["embeddings.token_type_embeddings.weight"]),
      ] + TensorRule.linear("embedding.norm", "embeddings.LayerNorm")
        + TensorRule.linear(
          "blocks.#.attention.projection", "encoder.layer.#.attention.self.query",
          "encoder.layer.#.attention.self.key", "encoder.layer.#.attention.self.value")
        + TensorRule.linear("blocks.#.attention.output", "encoder.layer.#.attention.output.dense")
        + TensorRule.linear("blocks.#.attention.norm", "encoder.layer.#.attention.output.LayerNorm")
        + TensorRule.linear("blocks.#.feedForward.input", "encoder.layer.#.intermediate.dense")
        + TensorRule.linear("blocks.#.feedForward.output", "encoder.layer.#.output.dense")
        + TensorRule.linear("blocks.#.feedForward.norm", "encoder.layer.#.output.LayerNorm")
        + TensorRule.linear("pooler", "pooler.dense")
    },
    classes: [
      HubClass(
        name: "BertForMaskedLM", output: .hiddenTokens, prefix: "bert.",
        settings: [("head.type", "masked-lm"), ("head.bias", true)],
        head: TensorRule.linear("head.transform", "cls.predictions.transform.dense")
          + TensorRule.linear("head.norm", "cls.predictions.transform.LayerNorm")
          + [
            TensorRule("head.bias", ["cls.predictions.bias"]),
            TensorRule("head.weight", ["cls.predictions.decoder.weight"]),
          ],
        synonyms: ["cls.predictions.bias": "cls.predictions.decoder.bias"]),
      HubClass(name: "BertModel", output: .trunk),
    ],
    classifiers: HubClassifier.bert("Bert", dense: "bert.pooler.dense"),
    otherHeads: [
      ("cls.seq_relationship.", "next-sentence prediction"), ("bert.pooler.", "classification"),
      ("classifier.", "classification"), ("qa_outputs.", "answering questions"),
    ])

  /// The head has the norm of the blocks; a trunk may have a pooler.
  ///
  /// - Parameter pooler: the name of the pooler's tensor.
  static func bertHead(pooler: String) -> @Sendable (FamilyReading, inout DescriptorDraft) -> Void {
    { reading, draft in
      draft["head.norm"] = draft["block.norm"]
      if reading.hubClass.output == .trunk, reading.hasTensor(pooler) { draft["pooler"] = true }
    }
  }
}
