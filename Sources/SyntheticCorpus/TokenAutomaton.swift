import Text

/// The text of a grammar as tokens: a deterministic weighted automaton over the tokens of one tokenizer, with
/// the exact probability of every next token.
///
/// A tokenizer works within words, so the tokens of a text are known word by word, and only the tokenizer's own
/// way to cut a text counts: the probability of a row of tokens is that of all texts whose tokens begin with
/// it. That is less than the probability of its bytes where its last word may continue ("see" and "sees"): the
/// tokens say that the word ends there.
///
/// A state is where a word began together with the tokens of that word so far. State 0 lies between two
/// sentences.
package struct TokenAutomaton: Sendable {
  private let transitions: WeightedAutomaton<Int32>

  /// The number of states.
  package var stateCount: Int { transitions.stateCount }
  /// The number of transitions.
  package var edgeCount: Int { transitions.edgeCount }

  /// The automaton of a grammar's text, one sentence a line, each line tokenized by itself.
  ///
  /// Returns nil for a tokenizer whose tokens are not the bytes of the text.
  package init?(_ grammar: ByteAutomaton, tokenizer: any Tokenizer) {
    var compiler = TokenCompiler(grammar, tokenizer)
    guard let states = compiler.compile() else { return nil }
    transitions = WeightedAutomaton(
      states: states.map { edges in
        let total = edges.reduce(0) { $0 + $1.weight }
        return edges.map { (symbol: $0.token, probability: $0.weight / total, target: $0.target) }
      })
  }

  /// −log2 of the probability of each token, given all before it; `.infinity` from the first impossible one.
  ///
  /// - Parameter text: tokens from the beginning of a sentence on, any number of sentences long.
  package func bits(_ text: some Sequence<Int32>) -> [Double] { transitions.bitsOfEach(text) }

  /// The probability of each token that may come next, most probable first.
  ///
  /// - Parameter left: tokens from the beginning of a sentence on.
  /// - Returns: probabilities that sum to 1; empty when the left side is impossible.
  package func distribution(after left: some Sequence<Int32>) -> [(token: Int32, probability: Double)] {
    guard let (state, _) = transitions.follow(left) else { return [] }
    return normalised(transitions.edges(state).map { (transitions.symbols[$0], bits: transitions.bits[$0]) })
      .map { (token: $0.0, probability: $0.probability) }
  }

  /// The probability of each token at one place of a window, all others given, most probable first.
  ///
  /// - Parameters:
  ///   - place: an index into `window`; what is there is not looked at.
  ///   - window: tokens from the beginning of a sentence on; it may end anywhere.
  /// - Returns: probabilities that sum to 1; empty when nothing fits.
  package func distribution(at place: Int, of window: [Int32]) -> [(token: Int32, probability: Double)] {
    precondition(window.indices.contains(place), "place \(place) of a window of \(window.count) tokens")
    guard let (state, _) = transitions.follow(window[..<place]) else { return [] }
    let behind = window[(place + 1)...]
    let fitting = transitions.edges(state).compactMap { edge -> (Int32, bits: Double)? in
      guard let rest = transitions.follow(behind, from: transitions.target(edge)) else { return nil }
      return (transitions.symbols[edge], bits: transitions.bits[edge] + rest.bits)
    }
    return normalised(fitting).map { (token: $0.0, probability: $0.probability) }
  }
}
