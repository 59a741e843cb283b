import Foundation

/// The text of a grammar as tokens: a deterministic weighted automaton over the tokens of one tokenizer, with
/// the exact probability of every next token.
///
/// A tokenizer works within words, so the tokens of a text are known word by word, and only the tokenizer's own
/// way to cut a text counts: the probability of a row of tokens is that of all texts whose tokens begin with
/// it. That is less than the probability of its bytes where its last word may go on ("see" and "sees"): the
/// tokens say that the word ends there.
///
/// A state is where a word began together with the tokens of that word so far. State 0 lies between two
/// sentences.
public struct TokenAutomaton: Sendable {
  /// The first edge of each state, and at the end the number of edges. A state's edges are sorted by token.
  private let firstEdge: [Int32]
  private let tokens: [Int32]
  private let bitsOfEdge: [Double]
  private let targets: [Int32]

  /// The number of states.
  public var stateCount: Int { firstEdge.count - 1 }
  /// The number of transitions.
  public var edgeCount: Int { tokens.count }

  /// The automaton of a grammar's text, one sentence a line, each line tokenized by itself.
  ///
  /// Returns nil for a tokenizer whose tokens are not the bytes of the text.
  public init?(_ grammar: ByteAutomaton, tokenizer: any Tokenizer) {
    var compiler = TokenCompiler(grammar, tokenizer)
    guard let states = compiler.compile() else { return nil }
    var firstEdge: [Int32] = [0]
    var (tokens, bits, targets) = ([Int32](), [Double](), [Int32]())
    for edges in states {
      let total = edges.reduce(0) { $0 + $1.weight }
      for edge in edges {
        tokens.append(edge.token)
        bits.append(-log2(edge.weight / total))
        targets.append(Int32(edge.target))
      }
      firstEdge.append(Int32(tokens.count))
    }
    self.firstEdge = firstEdge
    self.tokens = tokens
    bitsOfEdge = bits
    self.targets = targets
  }

  /// The state after `text` from `state`; nil when that is impossible.
  private func follow(_ text: some Sequence<Int32>, from state: Int = 0) -> (state: Int, bits: Double)? {
    var (state, bits) = (state, 0.0)
    for token in text {
      guard let edge = edge(state, token) else { return nil }
      bits += bitsOfEdge[edge]
      state = Int(targets[edge])
    }
    return (state, bits)
  }

  private func edges(_ state: Int) -> Range<Int> { Int(firstEdge[state])..<Int(firstEdge[state + 1]) }

  private func edge(_ state: Int, _ token: Int32) -> Int? {
    var (low, high) = (edges(state).lowerBound, edges(state).upperBound)
    while low < high {
      let middle = (low + high) / 2
      if tokens[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < edges(state).upperBound && tokens[low] == token ? low : nil
  }

  /// −log2 of the probability of each token, given all before it; `.infinity` from the first impossible one.
  ///
  /// - Parameter text: tokens from the beginning of a sentence on, any number of sentences long.
  public func bits(_ text: some Sequence<Int32>) -> [Double] {
    var state: Int? = 0
    return text.map { token in
      guard let from = state, let edge = edge(from, token) else {
        state = nil
        return .infinity
      }
      state = Int(targets[edge])
      return bitsOfEdge[edge]
    }
  }

  /// The probability of each token that may come next, most probable first.
  ///
  /// - Parameter left: tokens from the beginning of a sentence on.
  /// - Returns: probabilities that sum to 1; empty when the left side is impossible.
  public func distribution(after left: some Sequence<Int32>) -> [(token: Int32, probability: Double)] {
    guard let (state, _) = follow(left) else { return [] }
    return normalised(edges(state).map { (tokens[$0], bits: bitsOfEdge[$0]) })
      .map { (token: $0.0, probability: $0.probability) }
  }

  /// The probability of each token at one place of a window, all others given, most probable first.
  ///
  /// - Parameters:
  ///   - place: an index into `window`; what stands there is not looked at.
  ///   - window: tokens from the beginning of a sentence on; it may end anywhere.
  /// - Returns: probabilities that sum to 1; empty when nothing fits.
  public func distribution(at place: Int, of window: [Int32]) -> [(token: Int32, probability: Double)] {
    precondition(window.indices.contains(place), "place \(place) of a window of \(window.count) tokens")
    guard let (state, _) = follow(window[..<place]) else { return [] }
    let behind = window[(place + 1)...]
    let fitting = edges(state).compactMap { edge -> (Int32, bits: Double)? in
      guard let rest = follow(behind, from: Int(targets[edge])) else { return nil }
      return (tokens[edge], bits: bitsOfEdge[edge] + rest.bits)
    }
    return normalised(fitting).map { (token: $0.0, probability: $0.probability) }
  }
}
