import Settings

extension HubFamily {
  /// EuroBERT: LLaMA's blocks with attention to both sides.
  ///
  /// - Source: Boizard et al., "EuroBERT", 2025; `modeling_eurobert.py`.
  static let eurobert = HubFamily(
    modelType: "eurobert", title: "EuroBERT",
    descriptor: llama.descriptor.replacing("\"gpt\"", with: "\"bert\"")
      .replacing("causal", with: "bidirectional"),
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 128_256),
      .setting("hidden_size", "width", absent: 768),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 3072),
      .layers("num_hidden_layers", absent: 12),
      .setting("num_attention_heads", "block.attention.heads", absent: 12),
      .keyValueHeads("num_key_value_heads"),
      .optional("head_dim", "block.attention.headWidth", null: Node(.null), type: .integer()),
      .activation("hidden_act", absent: "silu", isGated: true),
      .setting("max_position_embeddings", "context", absent: 8192),
      .setting("rms_norm_eps", "block.norm.epsilon", absent: 1e-5),
      .rotary(absent: 10_000),
      .setting("attention_bias", "block.attention.bias", absent: false),
      .setting("mlp_bias", "block.feedForward.bias", absent: false),
      .setting("attention_dropout", "attentionDropout", absent: 0.0),
      .setting("tie_word_embeddings", "head.tied", absent: false),
    ],
    defaultTokens: [128_000, 128_001, 128_002],
    trunk: { _ in gatedDecoder },
    classes: [
      HubClass(
        name: "EuroBertForMaskedLM", output: .hiddenTokens, prefix: "model.",
        settings: [("head.type", "lm"), ("head.bias", false)],
        head: [TensorRule("head.weight", ["lm_head.weight"])]),
      HubClass(name: "EuroBertModel", output: .trunk),
    ],
    classifiers: HubClassifier.bert("EuroBert", .gelu, dense: "dense").map {
      $0.with(keys: [("classifier_pooling", "bos")])
    },
    otherHeads: [("classifier.", "classification"), ("dense.", "classification")])

  /// Nomic BERT: rotary positions and gated feed-forward layers in BERT's order of norms.
  ///
  /// - Source: Nussbaum et al., "Nomic Embed", 2024; `modeling_nomic_bert.py`.
  static let nomic = HubFamily(
    modelType: "nomic_bert", title: "Nomic BERT",
    descriptor: """
      {
        architecture: "bert", tokenizer: "imported", mask: "bidirectional", position: { type: "rotary" },
        embedding: { type: "tokens", segments: true, norm: true },
        block: {
          placement: "post", norm: { type: "layer", epsilon: 1e-12 }, attention: { type: "multi-head", bias: false },
          feedForward: { type: "swiglu", bias: false },
        },
        head: "none",
      }
      """,
    configuration: [
      .setting("vocab_size", "vocabulary", absent: 30528),
      .setting("hidden_size", "width", absent: 768),
      .layers("num_hidden_layers", absent: 12),
      .setting("num_attention_heads", "block.attention.heads", absent: 12),
      .setting("intermediate_size", "block.feedForward.hidden", absent: 3072),
      .optional("head_dim", "block.attention.headWidth", null: Node(.null), type: .integer()),
      .activation("hidden_act", absent: "silu", isGated: true, and: "head.activation"),
      .setting("hidden_dropout_prob", "dropout", absent: 0.0),
      .setting("attention_probs_dropout_prob", "attentionDropout", absent: 0.0),
      .setting("max_position_embeddings", "context", absent: 2048),
      .setting("type_vocab_size", "embedding.segmentCount", absent: 2),
      .setting("layer_norm_eps", "block.norm.epsilon", absent: 1e-12),
      .setting("tie_word_embeddings", "head.tied", absent: true),
      .rotary(absent: 1000),
      .padding(absentFromTokenizer: 0),
    ],
    completing: { _, draft in draft["head.norm"] = draft["block.norm"] },
    trunk: { _ in
      [
        TensorRule("embedding.token.weight", ["embeddings.word_embeddings.weight"]),
        TensorRule("embedding.segment.weight", ["embeddings.token_type_embeddings.weight"]),
      ] + TensorRule.linear("embedding.norm", "emb_ln")
        + TensorRule.linear("blocks.#.attention.projection", "encoder.layers.#.attn.Wqkv")
        + TensorRule.linear("blocks.#.attention.output", "encoder.layers.#.attn.out_proj")
        + TensorRule.linear("blocks.#.attention.norm", "encoder.layers.#.norm1")
        // The second of the two is the gate.
        + TensorRule.linear(
          "blocks.#.feedForward.input", "encoder.layers.#.mlp.fc12", "encoder.layers.#.mlp.fc11")
        + TensorRule.linear("blocks.#.feedForward.output", "encoder.layers.#.mlp.fc2")
        + TensorRule.linear("blocks.#.feedForward.norm", "encoder.layers.#.norm2")
    },
    classes: [
      HubClass(
        name: "NomicBertForMaskedLM", output: .hiddenTokens, prefix: "nomic_bert.",
        settings: [("head.type", "masked-lm"), ("head.bias", true)],
        head: TensorRule.linear("head.transform", "cls.predictions.transform.dense")
          + TensorRule.linear("head.norm", "cls.predictions.transform.layer_norm")
          + [
            TensorRule("head.bias", ["cls.predictions.bias"]),
            TensorRule("head.weight", ["cls.predictions.decoder.weight"]),
          ],
        synonyms: ["cls.predictions.bias": "cls.predictions.decoder.bias"]),
      HubClass(name: "NomicBertModel", output: .trunk),
    ],
    classifiers: HubClassifier.bert("NomicBert", dense: "nomic_bert.pooler.dense"),
    otherHeads: [("classifier.", "classification"), ("pooler.", "classification")])
}
