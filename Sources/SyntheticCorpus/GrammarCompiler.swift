/// Turns a grammar into a deterministic weighted automaton over bytes.
///
/// A state of the grammar is what may still follow: a stack of items. After a word, several stacks may be
/// possible ("the" opens singular and plural phrases), so a state of the automaton is a distribution over
/// stacks, as in the subset construction. Because the grammar has no recursion, there are finitely many.
/// The words of a state then become a tree of bytes. A word that begins another one ("see", "sees") ends
/// inside the tree: there, the longer words' next letters are beside whatever follows the shorter word.
struct GrammarCompiler {
  /// A possible next word of a stack, the stack behind it, and its probability.
  private struct Step {
    let text: Int
    let rest: Int
    let probability: Double
  }

  /// A distribution over stacks. Probabilities are rounded for comparison only, so that states which
  /// differ by rounding errors are one.
  private struct StateKey: Hashable {
    var stacks: [Int]
    var rounded: [Int64]
  }

  private struct Edge {
    let byte: UInt8
    let probability: Double
    let target: Int
  }

  private struct Spelling {
    let bytes: ArraySlice<UInt8>
    let probability: Double
    let root: Int
  }

  private let grammar: Grammar
  private var texts: [[UInt8]] = []
  private let textOfWord: [Int]
  /// Stack 0 is empty; every other one is an item on top of an older stack.
  private var tops: [Grammar.Item] = [.symbol(-1)]
  private var rests: [Int] = [0]
  private var stackIndex: [Int: [Grammar.Item: Int]] = [:]
  private var stepsOfStack: [Int: [Step]] = [:]
  private var rootOfState: [StateKey: Int] = [:]
  /// The byte states; 0 is between two sentences.
  private var states: [[Edge]] = [[]]

  /// The automaton of the grammar's sentences, one after another for ever.
  ///
  /// - Precondition: every word ends in a letter, or is the last of its sentence, and no word that may
  ///   follow begins with a letter; the grammar begins each sentence with a word that starts with a space,
  ///   which is left out.
  static func compile(_ grammar: Grammar) -> ByteAutomaton {
    var compiler = GrammarCompiler(grammar)
    let start = compiler.stack(.symbol(grammar.start), on: 0)
    let root = compiler.root([(start, 1)], isStart: true)
    compiler.states[0] = compiler.states[root]
    return ByteAutomaton(
      states: compiler.states.map { edges in
        edges.map { (byte: $0.byte, probability: $0.probability, target: $0.target) }
      })
  }

  private init(_ grammar: Grammar) {
    self.grammar = grammar
    var index: [String: Int] = [:]
    var texts: [[UInt8]] = []
    textOfWord = grammar.words.map { word in
      if let known = index[word.text] { return known }
      index[word.text] = texts.count
      texts.append(Array(word.text.utf8))
      return texts.count - 1
    }
    self.texts = texts
  }

  private mutating func stack(_ top: Grammar.Item, on rest: Int) -> Int {
    if let known = stackIndex[rest]?[top] { return known }
    tops.append(top)
    rests.append(rest)
    stackIndex[rest, default: [:]][top] = tops.count - 1
    return tops.count - 1
  }

  /// The words that may come next on a stack. Stack 0 has none: the sentence is over.
  private mutating func steps(_ stack: Int) -> [Step] {
    if let known = stepsOfStack[stack] { return known }
    var found: [Step] = []
    switch tops[stack] {
    case .word(let word):
      found = [Step(text: textOfWord[word], rest: rests[stack], probability: 1)]
    case .symbol(let symbol):
      for alternative in grammar.rules[symbol] {
        var below = rests[stack]
        for item in alternative.items.reversed() { below = self.stack(item, on: below) }
        precondition(below != 0, "a sentence must end in a word")
        for step in steps(below) {
          found.append(
            Step(text: step.text, rest: step.rest, probability: alternative.probability * step.probability))
        }
      }
    }
    stepsOfStack[stack] = found
    return found
  }

  /// The byte state in which a distribution over stacks begins.
  private mutating func root(_ stacks: [(stack: Int, probability: Double)], isStart: Bool = false) -> Int {
    if stacks.count == 1, stacks[0].stack == 0 { return 0 }
    let key = StateKey(
      stacks: stacks.map(\.stack), rounded: stacks.map { Int64(($0.probability * 0x1p40).rounded()) })
    if let known = rootOfState[key] { return known }
    var byText: [Int: [Int: Double]] = [:]
    for (stack, weight) in stacks {
      precondition(stack != 0, "a finished sentence has no further words")
      for step in steps(stack) {
        byText[step.text, default: [:]][step.rest, default: 0] += weight * step.probability
      }
    }
    let ordered = byText.map { (bytes: texts[$0.key], rests: $0.value) }
      .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    var spellings: [Spelling] = []
    for (bytes, rests) in ordered {
      let sorted = rests.sorted { $0.key < $1.key }
      let total = sorted.reduce(0) { $0 + $1.value }
      let root = root(sorted.map { (stack: $0.key, probability: $0.value / total) })
      precondition(!isStart || bytes.first == UInt8(ascii: " "), "a sentence's first word has a space")
      spellings.append(
        Spelling(bytes: isStart ? bytes.dropFirst() : bytes[...], probability: total, root: root))
    }
    let made = tree(spellings[...])
    rootOfState[key] = made
    return made
  }

  /// The state in which one of the sorted `words` is about to be spelled; a word without bytes is spelled.
  private mutating func tree(_ words: ArraySlice<Spelling>) -> Int {
    guard let first = words.first else { preconditionFailure("a tree of no words") }
    if words.count == 1, first.bytes.isEmpty { return first.root }
    let mass = words.reduce(0) { $0 + $1.probability }
    var edges: [Edge] = []
    var position = words.startIndex
    if first.bytes.isEmpty {
      for edge in states[first.root] {
        edges.append(
          Edge(byte: edge.byte, probability: edge.probability * first.probability / mass, target: edge.target)
        )
      }
      position += 1
    }
    while position < words.endIndex {
      let byte = words[position].bytes.first
      var end = position
      while end < words.endIndex, words[end].bytes.first == byte { end += 1 }
      let group = words[position..<end].map {
        Spelling(bytes: $0.bytes.dropFirst(), probability: $0.probability, root: $0.root)
      }
      if let byte {
        let share = group.reduce(0) { $0 + $1.probability } / mass
        precondition(!edges.contains { $0.byte == byte }, "two readings of one spelling")
        edges.append(Edge(byte: byte, probability: share, target: tree(group[...])))
      }
      position = end
    }
    states.append(edges)
    return states.count - 1
  }
}
