import Synchronization
import Text

extension GeneratedCorpus {
  /// Automata of the last tokenizers, the latest last. One takes seconds to compile and is the same for every seed,
  /// and a comparison asks all its models with it, again whenever a seed is added.
  private static let compiled = Mutex<[(tokenizer: String, automaton: TokenAutomaton?)]>([])
  /// How many are kept: the tokenizers of a comparison are few.
  private static let maxKept = 4

  /// The exact probabilities of the corpus's text in the tokens of a tokenizer, compiled at the first use.
  ///
  /// Returns nil for a tokenizer whose tokens are not the bytes of the text.
  package func tokenAutomaton(of tokenizer: any Tokenizer) -> TokenAutomaton? {
    let fingerprint = tokenizer.fingerprint
    return Self.compiled.withLock { kept in
      let known = kept.firstIndex { $0.tokenizer == fingerprint }.map { kept.remove(at: $0).automaton }
      let automaton = known ?? TokenAutomaton(Self.shared.automaton, tokenizer: tokenizer)
      if kept.count == Self.maxKept { kept.removeFirst() }
      kept.append((fingerprint, automaton))
      return automaton
    }
  }
}
