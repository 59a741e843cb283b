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

  /// The mark of a normaliser that does nothing but write it for every space, and perhaps once before a text.
  static func spaceMark(_ normaliser: any NormaliserPart) -> String? {
    var parts = (normaliser as? NormaliserSequence)?.parts ?? [normaliser]
    guard let replace = parts.popLast() as? Replace, case .text([0x20]) = replace.pattern,
      parts.allSatisfy({ ($0 as? Prepend)?.text == replace.content }), parts.count < 2
    else { return nil }
    return String(decoding: replace.content, as: UTF8.self)
  }

  private static func words(_ part: JSONValue) -> String {
    if let parts = part["normalizers"]?.elements { return parts.map(words).joined(separator: ", ") }
    let settings = (part.members ?? []).compactMap { key, value -> String? in
      guard key != "type", !value.isNull, value.flag != false else { return nil }
      // A pattern is an object with its kind, `String` or `Regex`.
      let inner = (value.members ?? []).map { "\($0.key) \($0.value.found)" }.joined(separator: ", ")
      return value.flag == true ? key : "\(key) \(inner.isEmpty ? value.found : inner)"
    }
    return (part["type"]?.text ?? part.found)
      + (settings.isEmpty ? "" : " (\(settings.joined(separator: ", ")))")
  }
}
