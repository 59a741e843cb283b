import Settings
import Text

extension Registry {
  /// Registers the families of models that can be imported and exported.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  package mutating func addHuggingFace() throws {
    for family: HubFamily in [
      .bert, .bloom, .distilbert, .gpt2, .gptNeoX, .llama, .mistral, .opt, .qwen2, .qwen3, .roberta,
    ] {
      try add(
        family.modelType, to: .hubFamily, summary: "\(family.title) in Hugging Face's layout", family)
    }
    try add(
      "imported", to: .tokenizer, summary: "comes with an imported model"
    ) { _, _ in
      throw TextError(
        place: "tokenizer imported", reason: "comes with an imported model, and cannot be trained",
        suggestion: "continue the model with train --from RUN, or choose a tokenizer such as byte-bpe")
    }
  }
}
