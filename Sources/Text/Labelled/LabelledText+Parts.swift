extension LabelledText {
  /// The parts of a text that has no labels yet.
  ///
  /// - Parameters:
  ///   - text: one text; two with a tab between them; words with spaces between them.
  ///   - form: which of these.
  /// - Throws: `TextError` for what is none of that form.
  package static func parts(of text: String, _ form: LabelledTexts.Form) throws -> [String] {
    func fault(_ reason: String, _ suggestion: String) -> TextError {
      TextError(place: "a text", reason: reason, suggestion: suggestion)
    }
    switch form {
    case .classification: return [text]
    case .pairs:
      let parts = text.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false).map(
        String.init)
      guard parts.count == 2 else {
        throw fault(
          "the model labels two texts, and \(parts.count == 1 ? "there is one" : "there are \(parts.count)")",
          "write both with a tab between them")
      }
      return parts
    case .tagging:
      let words = text.unicodeScalars.split(separator: " ").map { String($0) }
      guard !words.isEmpty else { throw fault("there are no words", "leave it out") }
      return LabelledText.spaced(words)
    }
  }

  /// Words with the space before each, as they are in a text.
  static func spaced(_ words: [String]) -> [String] {
    words.enumerated().map { $0.offset == 0 ? $0.element : " " + $0.element }
  }
}
