import Settings
import Text

/// Makes a tokenizer, trained on a text where its kind learns anything. The same text gives the same tokenizer.
public typealias TokenizerMaker =
  @Sendable (_ settings: Resolved, _ text: UnsafeBufferPointer<UInt8>) throws -> any Tokenizer

extension Family where Member == TokenizerMaker {
  /// How text becomes tokens.
  public static var tokenizer: Self { Self("tokenizer") }
}

/// What tokenizers that learn let one choose.
public enum TokenizerSettings {
  /// The most tokens, of a tokenizer that has at least so many by itself.
  public static func vocabulary(atLeast smallest: Int) -> Key<Int> {
    Key.integer(
      "vocabulary", smallest...1_000_000, default: 1024,
      help: "most tokens to learn, special tokens included")
  }
  /// The most tokens that any tokenizer may learn.
  public static let vocabulary = vocabulary(atLeast: 1)
}

extension Registry {
  mutating func addTokenizers() throws {
    try add("bytes", to: .tokenizer, summary: "one token a byte; loses nothing") { _, text in
      try TokenizerTrainer.make(kind: "bytes", from: text)
    }
    try add("characters", to: .tokenizer, summary: "one token a character of the text") { _, text in
      try TokenizerTrainer.make(kind: "characters", from: text)
    }
    for (name, smallest, summary, source) in [
      ("byte-bpe", 261, "byte pairs merged by frequency; loses nothing", "Sennrich et al. 2016"),
      ("wordpiece", 64, "word pieces chosen by likelihood", "Schuster and Nakajima 2012"),
    ] {
      let vocabulary = TokenizerSettings.vocabulary(atLeast: smallest)
      try add(name, to: .tokenizer, summary: summary, keys: [vocabulary], source: source) { settings, text in
        try TokenizerTrainer.make(kind: name, vocabulary: settings[vocabulary], from: text)
      }
    }
  }
}
