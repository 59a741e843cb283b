@testable import SyntheticCorpus
@testable import Text

/// A grammar small enough to write down all its sentences: words that begin other words, a word that leaves
/// its phrase's number open, agreement across a phrase, an empty alternative.
func smallGrammar() -> Grammar {
  var grammar = GrammarBuilder()
  let start = grammar.symbol("sentence") { grammar in
    let phrase = grammar.symbol("phrase") { grammar in
      [(3, []), (1, [grammar.word(" near"), grammar.word(" cats")]), (1, [grammar.word(" nearly")])]
    }
    let end = grammar.word(".\n")
    let verbs = grammar.symbol("verbs") { grammar in
      [(2, [grammar.word(" see"), end]), (1, [grammar.word(" seem"), grammar.word(" old"), end])]
    }
    let verb = grammar.symbol("verb") { grammar in
      [(2, [grammar.word(" sees"), end]), (1, [grammar.word(" seems"), grammar.word(" old"), end])]
    }
    let the = grammar.word(" the")
    return [
      (1, [the, grammar.word(" cat"), phrase, verb]), (2, [the, grammar.word(" cats"), phrase, verbs]),
      (0.5, [grammar.word(" they"), phrase, verbs]), (0.25, [grammar.word(" see"), end]),
    ]
  }
  return grammar.grammar(start: start)
}

/// Every sentence of a grammar with its probability, by writing out all derivations.
func enumerate(_ grammar: Grammar) -> [String: Double] {
  func expand(_ items: ArraySlice<Grammar.Item>) -> [(text: String, probability: Double)] {
    guard let first = items.first else { return [("", 1)] }
    let rest = expand(items.dropFirst())
    let heads: [(text: String, probability: Double)]
    switch first {
    case .word(let index): heads = [(grammar.words[index].text, 1)]
    case .symbol(let index):
      heads = grammar.rules[index].flatMap { alternative in
        expand(alternative.items[...]).map { ($0.text, $0.probability * alternative.probability) }
      }
    }
    return heads.flatMap { head in
      rest.map { (head.text + $0.text, head.probability * $0.probability) }
    }
  }
  return expand([.symbol(grammar.start)]).reduce(into: [:]) { found, sentence in
    found[String(sentence.text.dropFirst()), default: 0] += sentence.probability
  }
}

/// Counts the derivations of a text by a chart over bytes: nothing of the compiler is used.
struct DerivationCounter {
  let grammar: Grammar
  private let bytes: [UInt8]
  /// For a symbol at a position: how many derivations end where.
  private var known: [[Int]: [Int: Int]] = [:]

  static func count(_ sentence: String, _ grammar: Grammar) -> Int {
    var counter = DerivationCounter(grammar: grammar, bytes: Array((" " + sentence).utf8))
    return counter.ends(of: .symbol(grammar.start), from: 0)[counter.bytes.count] ?? 0
  }

  private init(grammar: Grammar, bytes: [UInt8]) {
    self.grammar = grammar
    self.bytes = bytes
  }

  private mutating func ends(of item: Grammar.Item, from position: Int) -> [Int: Int] {
    switch item {
    case .word(let index):
      let text = grammar.words[index].text.utf8
      return bytes[position...].starts(with: text) ? [position + text.count: 1] : [:]
    case .symbol(let index):
      if let found = known[[index, position]] { return found }
      var found: [Int: Int] = [:]
      for alternative in grammar.rules[index] {
        var reached = [position: 1]
        for item in alternative.items {
          var next: [Int: Int] = [:]
          for (place, ways) in reached {
            for (end, more) in ends(of: item, from: place) { next[end, default: 0] += ways * more }
          }
          reached = next
          if reached.isEmpty { break }
        }
        for (end, ways) in reached { found[end, default: 0] += ways }
      }
      known[[index, position]] = found
      return found
    }
  }
}
