import Text

/// Turns the automaton of a grammar's bytes into one of a tokenizer's tokens.
struct TokenCompiler {
  /// A transition; the weights of a state's transitions add up to what is left of it, not to 1.
  struct Edge {
    let token: Int32
    let weight: Double
    let target: Int
  }

  /// A way to spell the next word.
  private struct Word {
    let tokens: [Int32]
    /// The probability of its bytes.
    let spelling: Double
    /// The probability that it ends behind them.
    let ending: Double
    /// The state of the byte automaton behind it.
    let end: Int
  }

  /// A state: where a word begins in the byte automaton, and its tokens so far.
  private struct Key: Hashable {
    let start: Int
    let tokens: [Int32]
  }

  private let automaton: ByteAutomaton
  private let tokenizer: any Tokenizer
  private var tokensOfWord: [[UInt8]: [Int32]] = [:]
  private var wordsOfState: [Int: [Word]] = [:]
  private var index: [Key: Int] = [:]
  private var keys: [Key] = []
  /// Whether every word's tokens are its bytes.
  private var isFaithful = true

  init(_ automaton: ByteAutomaton, _ tokenizer: any Tokenizer) {
    self.automaton = automaton
    self.tokenizer = tokenizer
  }

  /// The transitions of every state that can be reached; nil when the tokens are not the bytes of the text.
  mutating func compile() -> [[Edge]]? {
    _ = number(Key(start: 0, tokens: []))
    var states: [[Edge]] = []
    // States are numbered when they are first met; so each comes to its turn.
    while states.count < keys.count {
      states.append(edges(keys[states.count]))
      if !isFaithful { return nil }
    }
    return states
  }

  private mutating func number(_ key: Key) -> Int {
    if let known = index[key] { return known }
    index[key] = keys.count
    keys.append(key)
    return keys.count - 1
  }

  private mutating func edges(_ key: Key) -> [Edge] {
    let known = key.tokens.count
    let words = words(from: key.start).filter { $0.tokens.starts(with: key.tokens) }
    var found = nextTokens(words.filter { $0.tokens.count > known }, known: known, start: key.start, scale: 1)
    // The word may be over; then the next one begins. Its first byte tells the two cases apart.
    if known > 0, let over = words.first(where: { $0.tokens.count == known }) {
      let next = self.words(from: over.end)
      found += nextTokens(next, known: 0, start: over.end, scale: over.spelling)
    }
    return found.sorted { $0.token < $1.token }
  }

  /// The transitions by the token after the first `known` ones of words that agree in these.
  private mutating func nextTokens(_ words: [Word], known: Int, start: Int, scale: Double) -> [Edge] {
    Dictionary(grouping: words) { $0.tokens[known] }.sorted { $0.key < $1.key }.map { token, words in
      // Not by the order of a dictionary: sums must have the same bits in every process.
      let weight = words.reduce(0) { $0 + $1.spelling * $1.ending }
      let isWhole = words.count == 1 && words[0].tokens.count == known + 1
      let key =
        isWhole
        ? Key(start: words[0].end, tokens: [])
        : Key(start: start, tokens: Array(words[0].tokens[...known]))
      return Edge(token: token, weight: scale * weight, target: number(key))
    }
  }

  /// The words that may begin at a state of the byte automaton, where a word may begin.
  private mutating func words(from start: Int) -> [Word] {
    if let known = wordsOfState[start] { return known }
    var found: [Word] = []
    var spelled: [UInt8] = []
    let transitions = automaton.transitions
    func visit(_ state: Int, _ spelling: Double) {
      var ending = 0.0
      for edge in transitions.edges(state) {
        let byte = transitions.symbols[edge]
        if goesOn(spelled, byte, isSentenceStart: start == 0) {
          spelled.append(byte)
          visit(transitions.target(edge), spelling * transitions.probabilities[edge])
          spelled.removeLast()
        } else {
          ending += transitions.probabilities[edge]
        }
      }
      guard !spelled.isEmpty, ending > 0 else { return }
      found.append(Word(tokens: tokens(of: spelled), spelling: spelling, ending: ending, end: state))
    }
    visit(start, 1)
    wordsOfState[start] = found
    return found
  }

  /// Whether a word continues with a byte: letters after letters or after the space before them. Within a
  /// sentence no word begins with a letter, for that would be a letter of the word before.
  private func goesOn(_ spelled: [UInt8], _ byte: UInt8, isSentenceStart: Bool) -> Bool {
    guard let last = spelled.last else { return isSentenceStart || !automaton.isLetter(byte) }
    return automaton.isLetter(byte) && (automaton.isLetter(last) || last == UInt8(ascii: " "))
  }

  private mutating func tokens(of word: [UInt8]) -> [Int32] {
    if let known = tokensOfWord[word] { return known }
    let tokens = word.withUnsafeBufferPointer { tokenizer.encode($0) }
    if tokens.flatMap({ tokenizer.bytes(of: $0) }) != word { isFaithful = false }
    tokensOfWord[word] = tokens
    return tokens
  }
}
