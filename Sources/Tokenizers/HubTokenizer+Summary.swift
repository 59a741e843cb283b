extension HubTokenizer {
  /// The name of the model that spells words, as `tokenizer.json` has it: `BPE`, `WordPiece`, `Unigram` or `WordLevel`.
  public var modelType: String { "\(type(of: model))" }
}
