import Settings

/// What a tokenizer is trained on.
public struct TokenizerTraining {
  /// The most tokens to learn, special tokens included; nil: the default. Kinds that learn none ignore it.
  public let vocabulary: Int?
  /// The training text.
  public let text: UnsafeBufferPointer<UInt8>
}

extension TokenizerPipeline {
  /// One token a character.
  ///
  /// - Throws: `TextError` where a special token lies outside the vocabulary or there is none for unknown characters.
  public static func characters(_ model: CharacterModel, _ special: SpecialTokens = .standard) throws
    -> TokenizerPipeline
  {
    try TokenizerPipeline(kind: "characters", special: special, model: model)
  }

  /// Byte pairs within words that carry the space before them.
  ///
  /// - Throws: `TextError` where a special token lies outside the vocabulary.
  public static func bytePairs(_ model: BytePairModel, _ special: SpecialTokens = .standard) throws
    -> TokenizerPipeline
  {
    try TokenizerPipeline(kind: "byte-bpe", special: special, preTokenizer: SpacedWords(), model: model)
  }

  /// Pieces of words between white space and punctuation; decoding puts one space between words.
  ///
  /// - Throws: `TextError` where a special token lies outside the vocabulary or there is none for unknown words.
  public static func wordPieces(_ model: WordPieceModel, _ special: SpecialTokens = .standard) throws
    -> TokenizerPipeline
  {
    try TokenizerPipeline(
      kind: "wordpiece", special: special, preTokenizer: SeparateWords(), model: model,
      decoder: SpacingDecoder())
  }
}

extension TokenizerParts {
  mutating func addTokenizers() throws {
    let special = SpecialTokens.standard
    /// How many tokens a model may have.
    @Sendable func room(_ kind: String, _ training: TokenizerTraining, atLeast smallest: Int) throws -> Int {
      let size = training.vocabulary ?? TokenizerTrainer.defaultVocabulary
      guard size >= smallest else {
        throw TextError(
          place: "tokenizer \(kind)", reason: "a vocabulary of \(size) is too small",
          mend: "give it at least \(smallest) tokens")
      }
      return size - special.tokens.count
    }
    @Sendable func expectText(_ kind: String, _ training: TokenizerTraining) throws {
      guard training.text.isEmpty else { return }
      throw TextError(
        place: "tokenizer \(kind)", reason: "the training text is empty", mend: "train it on some text")
    }
    try tokenizers.add("bytes", summary: "one token a byte; loses nothing") { _ in
      TokenizerPipeline.bytes
    }
    try tokenizers.add("characters", summary: "one token a character of the text") { training in
      try expectText("characters", training)
      return try TokenizerPipeline.characters(CharacterModel(trainedOn: training.text))
    }
    try tokenizers.add(
      "byte-bpe", summary: "byte pairs merged by frequency; loses nothing", source: "Sennrich et al. 2016"
    ) { training in
      try expectText("byte-bpe", training)
      let room = try room("byte-bpe", training, atLeast: special.tokens.count + 256)
      return try TokenizerPipeline.bytePairs(BytePairModel(trainedOn: training.text, tokens: room))
    }
    try tokenizers.add(
      "wordpiece", summary: "word pieces chosen by likelihood", source: "Schuster and Nakajima 2012"
    ) { training in
      try expectText("wordpiece", training)
      let room = try room("wordpiece", training, atLeast: 64)
      return try TokenizerPipeline.wordPieces(WordPieceModel(trainedOn: training.text, tokens: room))
    }
  }
}
