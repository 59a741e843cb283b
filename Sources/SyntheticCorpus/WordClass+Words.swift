extension WordClass {
  /// Every word of the embedded grammar that can be of this class, without spaces, each once and sorted.
  ///
  /// All words of the two classes of nouns are the same.
  package var words: [String] {
    let words = GeneratedCorpus.shared.grammar.words.filter { WordClass($0) == self }
    return Set(words.map { String($0.text.drop { $0 == " " }) }).sorted()
  }
}
