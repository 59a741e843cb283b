import Settings

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
  }
}
