/// Makes a tokenizer by its name in descriptors.
public enum TokenizerTrainer {
  /// The kinds that come with the core.
  public static let kinds = (try? TokenizerParts.standard())?.tokenizers.entries.map(\.name) ?? []
  /// The most tokens when a descriptor does not say.
  public static let defaultVocabulary = 1024

  /// A tokenizer, trained on a text where its kind learns anything. The same text gives the same tokenizer.
  ///
  /// - Parameters:
  ///   - kind: a name of `parts.tokenizers`.
  ///   - vocabulary: the most tokens to learn, special tokens included; kinds that learn none ignore it.
  ///   - text: the training text.
  ///   - parts: what is registered; nil: what comes with the core.
  /// - Throws: `TextError` for an unknown kind, a vocabulary too small for it, or a text without anything to
  ///   learn from.
  public static func make(
    kind: String, vocabulary: Int? = nil, from text: UnsafeBufferPointer<UInt8>, parts: TokenizerParts? = nil
  ) throws -> any Tokenizer {
    try (parts ?? .standard()).tokenizers.make(
      kind, from: TokenizerTraining(vocabulary: vocabulary, text: text))
  }
}
