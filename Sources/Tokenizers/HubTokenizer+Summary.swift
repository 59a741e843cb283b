extension HubTokenizer {
  /// The name of the model that spells words, as `tokenizer.json` has it: `BPE`, `WordPiece`, `Unigram` or `WordLevel`.
  public var modelType: String { "\(type(of: model))" }

  /// What its file does to a text before it is cut, as `tokenizer.json` has it; nil where that is nothing.
  public var normalisation: String? {
    guard let document = try? JSONReader.read(json, file: "tokenizer.json"),
      let normaliser = document["normalizer"], !normaliser.isNull
    else { return nil }
    return String(decoding: normaliser.bytes(), as: UTF8.self)
  }
}
