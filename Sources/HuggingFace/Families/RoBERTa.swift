import Settings

extension HubFamily {
  /// RoBERTa: BERT's trunk with positions that are counted from 2 and a head of its own.
  ///
  /// - Source: Liu et al., "RoBERTa", 2019; `modeling_roberta.py`.
  static let roberta = roberta(modelType: "roberta", title: "RoBERTa", name: "Roberta", vocabulary: 50265)

  /// A family of RoBERTa's design.
  ///
  /// - Parameters:
  ///   - modelType: the family's `model_type`.
  ///   - title: its name in tables.
  ///   - name: what the names of its classes begin with.
  ///   - vocabulary: the size of the vocabulary where the configuration names none.
  private static func roberta(modelType: String, title: String, name: String, vocabulary: Int) -> HubFamily {
    HubFamily(
      modelType: modelType, title: title, descriptor: bert.descriptor,
      configuration: bert.configuration.filter {
        !["max_position_embeddings", "hidden_act", "vocab_size"].contains($0.key)
      } + [
        .setting("vocab_size", "vocabulary", absent: Node(.integer(vocabulary))),
        // The head's activation is always GELU.
        .activation("hidden_act", absent: "gelu"),
        .positions("max_position_embeddings", absent: 512, unread: 2),
        .only(
          "pad_token_id", [1],
          reason: "positions are counted from the padding token's id + 1, which is 2 here"),
      ],
      completing: bert.completing,
      trunk: { model in
        bert.trunk(model).map {
          $0.ours == "embedding.position.weight" ? TensorRule($0.ours, $0.theirs, [[.droppingRows(2)]]) : $0
        }
      },
      classes: [
        HubClass(
          name: name + "ForMaskedLM", output: .hiddenTokens, prefix: "roberta.",
          settings: [("head.type", "masked-lm"), ("head.bias", true), ("head.activation", "gelu")],
          head: TensorRule.linear("head.transform", "lm_head.dense")
            + TensorRule.linear("head.norm", "lm_head.layer_norm")
            + [
              TensorRule("head.bias", ["lm_head.bias"]),
              TensorRule("head.weight", ["lm_head.decoder.weight"]),
            ],
          synonyms: ["lm_head.bias": "lm_head.decoder.bias"]),
        HubClass(name: name + "Model", output: .trunk),
      ],
      classifiers: HubClassifier.bert(name, dense: "classifier.dense", map: "classifier.out_proj"),
      otherHeads: bert.otherHeads + [("pooler.", "classification")])
  }

  /// XLM-RoBERTa: RoBERTa in a hundred languages.
  ///
  /// - Source: Conneau et al., "Unsupervised cross-lingual representation learning at scale", 2020.
  static let xlmRoberta = roberta(
    modelType: "xlm-roberta", title: "XLM-RoBERTa", name: "XLMRoberta", vocabulary: 30522)

  /// CamemBERT: RoBERTa in French.
  ///
  /// - Source: Martin et al., "CamemBERT", 2020.
  static let camembert = roberta(
    modelType: "camembert", title: "CamemBERT", name: "Camembert", vocabulary: 30522)

  /// DistilBERT: half of BERT's layers, without segments and pooler.
  ///
  /// - Source: Sanh et al., "DistilBERT", 2019; `modeling_distilbert.py`.
  static let distilbert = HubFamily(
    modelType: "distilbert", title: "DistilBERT",
    descriptor: """
      {
        architecture: "bert", tokenizer: "imported", mask: "bidirectional", position: "learned",
        embedding: { type: "tokens", norm: true },
        block: {
          placement: "post", norm: { type: "layer", epsilon: 1e-12 }, attention: "multi-head",
          feedForward: { type: "gelu" },
        },
        head: "none", initialisation: "truncated-normal",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 30522),
      .setting("dim", "width", absent: 768, aliases: ["hidden_size"]),
      .layers("n_layers", absent: 6, aliases: ["num_hidden_layers"]),
      .setting("n_heads", "block.attention.heads", absent: 12, aliases: ["num_attention_heads"]),
      .setting("hidden_dim", "block.feedForward.hidden", absent: 3072),
      .activation("activation", absent: "gelu", and: "head.activation"),
      .setting("dropout", "dropout", absent: 0.1),
      .setting("attention_dropout", "attentionDropout", absent: 0.1),
      .setting("max_position_embeddings", "context", absent: 512),
      .setting("tie_word_embeddings", "head.tied", absent: true),
    ],
    // A table of sines is stored like a learned one.
    harmless: ["sinusoidal_pos_embds", "qa_dropout", "seq_classif_dropout"],
    completing: { _, draft in draft["head.norm"] = draft["block.norm"] },
    trunk: { _ in
      [
        TensorRule("embedding.token.weight", ["embeddings.word_embeddings.weight"]),
        TensorRule("embedding.position.weight", ["embeddings.position_embeddings.weight"]),
      ] + TensorRule.linear("embedding.norm", "embeddings.LayerNorm")
        + TensorRule.linear(
          "blocks.#.attention.projection", "transformer.layer.#.attention.q_lin",
          "transformer.layer.#.attention.k_lin", "transformer.layer.#.attention.v_lin")
        + TensorRule.linear("blocks.#.attention.output", "transformer.layer.#.attention.out_lin")
        + TensorRule.linear("blocks.#.attention.norm", "transformer.layer.#.sa_layer_norm")
        + TensorRule.linear("blocks.#.feedForward.input", "transformer.layer.#.ffn.lin1")
        + TensorRule.linear("blocks.#.feedForward.output", "transformer.layer.#.ffn.lin2")
        + TensorRule.linear("blocks.#.feedForward.norm", "transformer.layer.#.output_layer_norm")
    },
    classes: [
      HubClass(
        name: "DistilBertForMaskedLM", output: .hiddenTokens, prefix: "distilbert.",
        settings: [("head.type", "masked-lm"), ("head.bias", true)],
        head: TensorRule.linear("head.transform", "vocab_transform")
          + TensorRule.linear("head.norm", "vocab_layer_norm")
          + [
            TensorRule("head.bias", ["vocab_projector.bias"]),
            TensorRule("head.weight", ["vocab_projector.weight"]),
          ]),
      HubClass(name: "DistilBertModel", output: .trunk),
    ],
    classifiers: HubClassifier.bert("DistilBert", .relu, dense: "pre_classifier"),
    otherHeads: [
      ("pre_classifier.", "classification"), ("classifier.", "classification"),
      ("qa_outputs.", "answering questions"),
    ])
}
