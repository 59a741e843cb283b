import Settings

extension Registry {
  /// Registers the families of models that can be imported and exported.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  package mutating func addHuggingFace() throws {
    for family: HubFamily in [
      .albert, .bert, .bloom, .camembert, .debertaV2, .distilbert, .electra, .eurobert, .gemma, .gemma2,
      .gemma3, .gpt1,
      .gpt2, .gptj, .gptNeoX, .llama, .mistral, .modernbert, .modernbertDecoder, .nanochat, .neobert, .nomic,
      .olmo,
      .olmo2, .olmo3, .opt, .qwen2, .qwen3, .roberta, .smollm3, .xlmRoberta,
    ] {
      try add(
        family.modelType, to: .hubFamily, summary: "\(family.title) in Hugging Face's layout", family)
    }
  }
}
