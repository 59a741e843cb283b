extension HubTokenizer {
  /// The name of the model that spells words, as `tokenizer.json` has it: `BPE`, `WordPiece`, `Unigram` or `WordLevel`.
  public var modelType: String { "\(type(of: model))" }

  /// What its file does to a text before it is cut: the parts by their names in `tokenizer.json`, each with what is
  /// switched on in it; nil where that is nothing.
  public var normalisation: String? {
    guard let document = try? JSONReader.read(json, file: "tokenizer.json"),
      let normaliser = document["normalizer"], !normaliser.isNull
    else { return nil }
    return Self.words(normaliser)
  }

  private static func words(_ part: JSONValue) -> String {
    if let parts = part["normalizers"]?.elements { return parts.map(words).joined(separator: ", ") }
    let settings = (part.members ?? []).compactMap { key, value -> String? in
      guard key != "type", !value.isNull, value.flag != false else { return nil }
      return value.flag == true ? key : "\(key) \(value.found)"
    }
    return (part["type"]?.text ?? part.found)
      + (settings.isEmpty ? "" : " (\(settings.joined(separator: ", ")))")
  }
}
