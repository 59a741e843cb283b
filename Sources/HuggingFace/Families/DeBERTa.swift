import Settings

extension HubFamily {
  /// DeBERTa of the second and third version, without the convolution of the largest models: queries and keys attend to
  /// the vectors of distances.
  ///
  /// The models of the third version were trained to find replaced tokens, by a head that is not in their files' class:
  /// of these the trunk is imported.
  ///
  /// - Source: He et al., "DeBERTa", 2021, and "DeBERTaV3", 2023; `modeling_deberta_v2.py`.
  static let debertaV2 = HubFamily(
    modelType: "deberta-v2", title: "DeBERTa v2 and v3",
    descriptor: """
      {
        architecture: "bert", tokenizer: "imported", mask: "bidirectional", position: "disentangled",
        embedding: { type: "tokens", norm: true },
        block: {
          placement: "post", norm: { type: "layer", epsilon: 1e-7 }, attention: "multi-head",
          feedForward: { type: "gelu" },
        },
        head: "none", initialisation: "truncated-normal",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 128100),
      .setting("hidden_size", "width", absent: 1536),
      .layers("num_hidden_layers", absent: 24),
      .setting("num_attention_heads", "block.attention.heads", absent: 24),
      .equalHeads("attention_head_size"),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 6144),
      .activation("hidden_act", absent: "gelu", and: "head.activation"),
      .setting("hidden_dropout_prob", "dropout", absent: 0.1),
      .setting("attention_probs_dropout_prob", "attentionDropout", absent: 0.1),
      .setting("max_position_embeddings", "context", absent: 512),
      .segments("type_vocab_size", absent: 0),
      .setting("layer_norm_eps", "block.norm.epsilon", absent: 1e-7),
      .setting("tie_word_embeddings", "head.tied", absent: true),
      .only(
        "relative_attention", [true], absent: false, reason: "this family has vectors of distances here"),
      .only(
        "position_biased_input", [false], absent: true,
        reason: "this program adds no positions to the embedding beside vectors of distances"),
      .only(
        "share_att_key", [true], absent: false,
        reason: "this program projects vectors of distances as it projects tokens"),
      .bothDirections("pos_att_type"),
      .positiveOrNull("position_buckets", "position.buckets"),
      .positiveOrNull("max_relative_positions", "position.maxDistance"),
      .names(
        "norm_rel_ebd", ["position.norm"], absent: "none", [("layer_norm", true), ("none", false)]),
      .only("conv_kernel_size", [0], reason: "this program has no convolution behind the first layer"),
      .same(
        "embedding_size", "width", reason: "this program has no embedding of another width in this family"),
    ],
    harmless: [
      "pooler_dropout", "pooler_hidden_act", "pooler_hidden_size", "legacy", "conv_act", "conv_groups",
    ],
    completing: { _, draft in draft["head.norm"] = draft["block.norm"] },
    trunk: { model in
      [
        TensorRule("embedding.token.weight", ["embeddings.word_embeddings.weight"]),
        TensorRule("embedding.segment.weight", ["embeddings.token_type_embeddings.weight"]),
        TensorRule("embedding.position.weight", ["encoder.rel_embeddings.weight"]),
      ] + TensorRule.linear("embedding.position.norm", "encoder.LayerNorm")
        + TensorRule.linear("embedding.norm", "embeddings.LayerNorm")
        + TensorRule.linear(
          "blocks.#.attention.projection", "encoder.layer.#.attention.self.query_proj",
          "encoder.layer.#.attention.self.key_proj", "encoder.layer.#.attention.self.value_proj")
        + bert.trunk(model).filter {
          $0.ours.hasPrefix("blocks.") && !$0.ours.contains("projection")
        }
    },
    classes: [
      HubClass(
        name: "DebertaV2ForMaskedLM", output: .hiddenTokens, prefix: "deberta.",
        settings: [("head.type", "masked-lm"), ("head.bias", true)],
        head: bert.classes[0].head, synonyms: bert.classes[0].synonyms,
        spellings: [
          "cls.predictions.transform.dense.weight": "lm_predictions.lm_head.dense.weight",
          "cls.predictions.transform.dense.bias": "lm_predictions.lm_head.dense.bias",
          "cls.predictions.transform.LayerNorm.weight": "lm_predictions.lm_head.LayerNorm.weight",
          "cls.predictions.transform.LayerNorm.bias": "lm_predictions.lm_head.LayerNorm.bias",
          "cls.predictions.bias": "lm_predictions.lm_head.bias",
        ]),
      HubClass(name: "DebertaV2Model", output: .trunk),
    ],
    classifiers: HubClassifier.bert("DebertaV2", .gelu, dense: "pooler.dense").map {
      $0.output == .textLabels ? $0.with(keys: [("pooler_hidden_act", "gelu")]) : $0
    } + [
      .texts(
        "DebertaV2ForSequenceClassification", .tanh, .start, map: "classifier", dense: "pooler.dense"
      ).with(keys: [("pooler_hidden_act", "tanh")])
    ],
    otherHeads: [
      ("mask_predictions.", "finding replaced tokens"), ("lm_predictions.", "predicting masked tokens"),
      ("embeddings.position_embeddings.", "adding positions to the embedding"),
      ("pooler.", "classification"), ("classifier.", "classification"),
      ("qa_outputs.", "answering questions"),
    ])
}

extension ConfigurationRule {
  /// The number of segments, where 0 means that there is no table of them.
  fileprivate static func segments(_ key: String, absent: Int) -> Self {
    Self(key, type: .integer(), absent: Node(.integer(absent))) { value, _, draft in
      draft["embedding.segments"] = Node(.flag(value != 0))
      if value != 0 { draft["embedding.segmentCount"] = value }
    } write: { model in
      model["embedding.segments"] == true ? model["embedding.segmentCount"] : 0
    }
  }

  /// A number of which those below 1 mean that there is none.
  fileprivate static func positiveOrNull(_ key: String, _ path: String) -> Self {
    Self(key, type: .integer(), absent: -1) { value, _, draft in
      let isNone = value.integer.map { $0 < 1 } == true
      draft[path] = isNone ? Node(.null) : value
    } write: { model in
      model[path].map { $0 == Node(.null) ? -1 : $0 }
    }
  }

  /// The scores that distances have a part in: this program has queries with distances and distances with keys together.
  fileprivate static func bothDirections(_ key: String) -> Self {
    Self(key, absent: Node(.null)) { value, _, _ throws(ConfigurationFault) in
      let listed: [String]? = value.elements?.map { $0.text ?? "" }
      let written = (value.text ?? "").lowercased().filter { $0 != " " }.split(separator: "|").map(
        String.init)
      let kinds = listed ?? written
      guard Set(kinds) == ["c2p", "p2c"], kinds.count == 2 else {
        throw ConfigurationFault(
          allowed: "\"p2c|c2p\"", reason: "this program has both scores of distances, or none")
      }
    } write: { _ in
      ["p2c", "c2p"]
    }
  }
}
