/// Makes a tokenizer by its name in descriptors.
public enum TokenizerTrainer {
  /// The names that `make` knows.
  public static let kinds = ["bytes", "characters", "byte-bpe", "wordpiece"]
  /// The most tokens when a descriptor does not say.
  public static let defaultVocabulary = 1024

  /// A tokenizer, trained on a text where its kind learns anything. The same text gives the same tokenizer.
  ///
  /// - Parameters:
  ///   - kind: one of `kinds`.
  ///   - vocabulary: the most tokens to learn, special tokens included; kinds that learn none ignore it.
  ///   - text: the training text.
  /// - Throws: `TextError` for an unknown kind, a vocabulary too small for it, or a text without anything to
  ///   learn from.
  public static func make(
    kind: String, vocabulary: Int? = nil, from text: UnsafeBufferPointer<UInt8>
  ) throws -> any Tokenizer {
    let size = vocabulary ?? defaultVocabulary
    func check(atLeast smallest: Int) throws {
      guard size >= smallest else {
        throw TextError(
          place: "tokenizer \(kind)", reason: "a vocabulary of \(size) is too small",
          mend: "give it at least \(smallest) tokens")
      }
    }
    if kind != "bytes", text.isEmpty {
      throw TextError(
        place: "tokenizer \(kind)", reason: "the training text is empty", mend: "train it on some text")
    }
    switch kind {
    case "bytes": return ByteTokenizer()
    case "characters": return CharacterTokenizer(trainedOn: text)
    case "byte-bpe":
      try check(atLeast: SpecialTokens.standard.tokens.count + 256)
      return try BytePairTokenizer(trainedOn: text, vocabulary: size)
    case "wordpiece":
      try check(atLeast: 64)
      return try WordPieceTokenizer(trainedOn: text, vocabulary: size)
    default:
      throw TextError(
        place: "tokenizer \(kind)", reason: "there is no such tokenizer",
        mend: "take one of \(kinds.joined(separator: ", "))")
    }
  }
}
