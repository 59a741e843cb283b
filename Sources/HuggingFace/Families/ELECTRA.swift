import Settings

extension HubFamily {
  /// ELECTRA: a discriminator that finds replaced tokens, and the generator that replaced them in training.
  ///
  /// - Source: Clark et al., "ELECTRA", 2020; `modeling_electra.py`.
  static let electra = HubFamily(
    modelType: "electra", title: "ELECTRA", descriptor: bert.descriptor,
    configuration: bert.configuration.filter { !["hidden_size", "hidden_act"].contains($0.key) } + [
      .setting("hidden_size", "width", absent: 256),
      .tokenWidth("embedding_size", absent: 128, always: false),
      .activation("hidden_act", absent: "gelu", and: "head.activation"),
    ],
    harmless: ["summary_type", "summary_use_proj", "summary_activation", "summary_last_dropout"],
    completing: { reading, draft in
      if reading.hubClass.output == .hiddenTokens {
        draft["head.norm"] = draft["block.norm"]
        draft["head.activation"] = "gelu"
      }
      if reading.hubClass.output == .replacedTokens { draft["head.tied"] = nil }
    },
    trunk: { model in
      bert.trunk(model).filter { !$0.ours.hasPrefix("pooler.") }
        + TensorRule.linear("embedding.map", "embeddings_project")
    },
    classes: [
      HubClass(
        name: "ElectraForPreTraining", output: .replacedTokens, prefix: "electra.",
        settings: [("head.type", "discriminator")],
        head: TensorRule.linear("head.transform", "discriminator_predictions.dense")
          + [
            TensorRule("head.weight", ["discriminator_predictions.dense_prediction.weight"]),
            TensorRule("head.bias", ["discriminator_predictions.dense_prediction.bias"]),
          ]),
      HubClass(
        name: "ElectraForMaskedLM", output: .hiddenTokens, prefix: "electra.",
        settings: [("head.type", "masked-lm"), ("head.bias", true)],
        head: TensorRule.linear("head.transform", "generator_predictions.dense")
          + TensorRule.linear("head.norm", "generator_predictions.LayerNorm")
          + [
            TensorRule("head.bias", ["generator_lm_head.bias"]),
            TensorRule("head.weight", ["generator_lm_head.weight"]),
          ]),
      HubClass(name: "ElectraModel", output: .trunk),
    ],
    classifiers: HubClassifier.bert(
      "Electra", .gelu, dense: "classifier.dense", map: "classifier.out_proj"),
    otherHeads: [("classifier.", "classification"), ("qa_outputs.", "answering questions")])
}
