import Settings

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

/// The kinds of tokenizers that come with the core, by the names that descriptors use.
enum StandardTokenizer: String, CaseIterable {
  case bytes, characters
  case bytePairs = "byte-bpe"
  case wordPieces = "wordpiece"

  /// One line for `list`.
  var summary: String {
    switch self {
    case .bytes: "one token per byte; lossless"
    case .characters: "one token per character"
    case .bytePairs: "byte pairs merged by frequency; lossless"
    case .wordPieces: "word pieces chosen by likelihood"
    }
  }

  /// Where the method was published.
  var source: String {
    switch self {
    case .bytes, .characters: ""
    case .bytePairs: "Sennrich et al. 2016"
    case .wordPieces: "Schuster and Nakajima 2012"
    }
  }

  /// The minimum size of the vocabulary; nil for a kind that learns none.
  var smallestVocabulary: Int? {
    switch self {
    case .bytes, .characters: nil
    case .bytePairs: SpecialTokens.standard.tokens.count + 256
    case .wordPieces: 64
    }
  }

  /// A tokenizer of this kind.
  ///
  /// - Throws: `TextError` for a vocabulary that is too small, or a text without anything to learn from.
  func trained(on text: UnsafeBufferPointer<UInt8>, vocabulary: Int) throws -> TokenizerPipeline {
    let place = "tokenizer \(rawValue)"
    if self != .bytes, text.isEmpty {
      throw TextError(
        place: place, reason: "the training text is empty", suggestion: "train it on some text")
    }
    if let smallest = smallestVocabulary, vocabulary < smallest {
      throw TextError(
        place: place, reason: "a vocabulary of \(vocabulary) is too small",
        suggestion: "give it at least \(smallest) tokens")
    }
    let room = vocabulary - SpecialTokens.standard.tokens.count
    switch self {
    case .bytes: return .bytes
    case .characters: return try .characters(CharacterModel(trainedOn: text))
    case .bytePairs: return try .bytePairs(BytePairModel(trainedOn: text, tokens: room))
    case .wordPieces: return try .wordPieces(WordPieceModel(trainedOn: text, tokens: room))
    }
  }
}

/// What tokenizers that learn let one choose.
package enum TokenizerSettings {
  /// The most tokens, of a tokenizer that has at least so many by itself.
  package static func vocabulary(atLeast smallest: Int) -> Key<Int> {
    Key.integer(
      "vocabulary", smallest...1_000_000, default: TokenizerTrainer.defaultVocabulary,
      help: "maximum vocabulary size, including special tokens")
  }
  /// The most tokens that any tokenizer may learn.
  package static let vocabulary = vocabulary(atLeast: 1)
}

extension Registry {
  mutating func addTokenizers() throws {
    for kind in StandardTokenizer.allCases {
      let vocabulary = kind.smallestVocabulary.map(TokenizerSettings.vocabulary(atLeast:))
      try add(
        kind.rawValue, to: .tokenizer, summary: kind.summary, keys: vocabulary.map { [$0] } ?? [],
        source: kind.source
      ) { settings, text in
        try kind.trained(
          on: text, vocabulary: vocabulary.map { settings[$0] } ?? TokenizerTrainer.defaultVocabulary)
      }
    }
  }
}
