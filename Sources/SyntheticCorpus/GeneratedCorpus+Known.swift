import Text

extension GeneratedCorpus {
  /// What to know of sentences that the grammar does not accept.
  package static let remarkOnUngrammatical =
    "Ungrammatical includes violations of selectional restrictions, such as a verb with an object of another kind."

  private static let standard = make()

  /// The embedded corpus, where a text is that, under whatever name; nil for any other text.
  package static func of(_ text: TextSource) -> GeneratedCorpus? {
    text.fingerprint == standard.source.fingerprint ? standard : nil
  }

  /// Whether the grammar can make a line.
  ///
  /// - Parameter line: without its end.
  package func makes(_ line: String) -> Bool { automaton.bits(Array((line + "\n").utf8)).isFinite }
}
