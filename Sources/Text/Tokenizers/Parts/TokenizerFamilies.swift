import Settings

/// Makes a part of a tokenizer from its content in a tokenizer file.
public typealias TokenizerPartMaker<Part> = @Sendable (_ content: Node) throws -> Part

/// Makes a tokenizer, trained on a text where its kind learns anything. The same text gives the same tokenizer.
public typealias TokenizerMaker =
  @Sendable (_ settings: Resolved, _ text: UnsafeBufferPointer<UInt8>) throws -> any Tokenizer

extension Family where Member == TokenizerMaker {
  /// How text becomes tokens.
  public static var tokenizer: Self { Self("tokenizer") }
}
extension Family where Member == TokenizerPartMaker<any Normaliser> {
  /// Normalisers.
  public static var normaliser: Self { Self("normaliser") }
}
extension Family where Member == TokenizerPartMaker<any PreTokenizer> {
  /// What cuts a text into words.
  public static var preTokenizer: Self { Self("pre-tokenizer") }
}
extension Family where Member == TokenizerPartMaker<any TokenModel> {
  /// What turns words into tokens.
  public static var tokenModel: Self { Self("token model") }
}
extension Family where Member == TokenizerPartMaker<any Template> {
  /// Templates, which put special tokens around texts.
  public static var template: Self { Self("template") }
}
extension Family where Member == TokenizerPartMaker<any TokenDecoder> {
  /// Decoders, which join tokens to text.
  public static var decoder: Self { Self("decoder") }
}

extension Registry {
  /// Registers the tokenizers and the parts that they are made of.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  package mutating func addText() throws {
    try addTokenizers()
    try addNormalisers()
    try addPreTokenizers()
    try addTokenModels()
    try addTemplates()
    try addDecoders()
  }

  /// What comes with the core, for files that are read without plugins.
  static func text() throws -> Registry {
    var registry = Registry()
    try registry.addText()
    return registry
  }
}
