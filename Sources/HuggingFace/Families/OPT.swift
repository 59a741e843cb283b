import Settings

extension HubFamily {
  /// OPT. In the model of 350 million parameters norms stand behind the branches, and the vectors of tokens are narrower
  /// than the model.
  ///
  /// - Source: Zhang et al., "OPT", 2022; `modeling_opt.py`.
  static let opt = HubFamily(
    modelType: "opt", title: "OPT",
    descriptor: """
      {
        architecture: "gpt", tokenizer: "imported", mask: "causal", position: "learned",
        embedding: { type: "tokens" },
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
      .mappedTokens("word_embed_proj_dim"),
      .normsBefore("do_layer_norm_before"),
      .only("_remove_final_layer_norm", [false], reason: "this program closes the blocks with a norm"),
      .only("enable_bias", [true], reason: "this family has biases here"),
      .only("layer_norm_elementwise_affine", [true], reason: "this family has gains here"),
    ],
    harmless: ["layerdrop", "init_std", "activation_dropout"],
    trunk: { _ in
      [
        TensorRule("embedding.token.weight", ["decoder.embed_tokens.weight"]),
        TensorRule("embedding.position.weight", ["decoder.embed_positions.weight"], [[.droppingRows(2)]]),
        TensorRule("embedding.map.weight", ["decoder.project_in.weight"]),
        TensorRule("head.map.weight", ["decoder.project_out.weight"]),
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
    classifiers: HubClassifier.decoder("OPT", words: nil).map {
      // The class reads vectors that are mapped to the width of the tokens.
      $0.with(keys: [], needs: [("word_embed_proj_dim", "hidden_size")])
    },
    otherHeads: [("score.", "classification"), ("qa_outputs.", "answering questions")])
}

extension ConfigurationRule {
  /// The width of the vectors of tokens, which are mapped to the model's and back where it is another.
  fileprivate static func mappedTokens(_ key: String) -> Self {
    Self(key, type: .integer().orNull, absent: Node(.null)) { value, _, draft in
      guard value != Node(.null), value != draft["width"] else { return }
      draft["embedding.tokenWidth"] = value
      draft["embedding.mapped"] = "tokens"
      draft["embedding.mapBias"] = false
      draft["head.map"] = true
    } write: { model in
      model["embedding.tokenWidth"].flatMap { $0 == Node(.null) ? nil : $0 } ?? model["width"]
    }
  }

  /// Whether norms stand before the branches of a layer; else behind them.
  fileprivate static func normsBefore(_ key: String) -> Self {
    Self(key, type: .flag, absent: true) { value, _, draft in
      draft["block.placement"] = value == false ? "post" : "pre"
    } write: { model in
      Node(.flag(model["block.placement.type"] == "pre"))
    }
  }
}
