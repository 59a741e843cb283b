/// Reads the beginning of a sentence with a grammar: which words of the grammar it has, and how deep in
/// clauses.
///
/// A search with backtracking over the grammar's own alternatives, from the left; what a symbol can begin with
/// keeps it short. Of several readings, the first is taken: the embedded grammar has one for whole sentences.
struct GrammarReader {
  /// A word of a sentence that was read.
  struct Word: Equatable {
    /// An index into ``Grammar/words``.
    let index: Int
    /// The number of relative clauses around it.
    let depth: Int
  }

  private let grammar: Grammar
  /// The number of every text of a word.
  private let textNumber: [String: Int]
  private let textOfWord: [Int]
  /// By symbol: the texts that it can begin with, and whether it can be empty.
  private let firsts: [Set<Int>]
  private let isNullable: [Bool]
  /// By symbol: whether its words are in a clause of their own.
  private let opensClause: [Bool]

  /// - Parameter opensClause: whether the symbol of that name is a clause within the sentence.
  init(_ grammar: Grammar, opensClause: (String) -> Bool) {
    self.grammar = grammar
    var textNumber: [String: Int] = [:]
    textOfWord = grammar.words.map { word in
      let number = textNumber[word.text] ?? textNumber.count
      textNumber[word.text] = number
      return number
    }
    self.textNumber = textNumber
    self.opensClause = grammar.names.map(opensClause)
    (firsts, isNullable) = Self.beginnings(grammar, textOfWord)
  }

  private static func beginnings(_ grammar: Grammar, _ textOfWord: [Int]) -> ([Set<Int>], [Bool]) {
    var firsts = [Set<Int>?](repeating: nil, count: grammar.rules.count)
    var isNullable = [Bool](repeating: false, count: grammar.rules.count)
    func visit(_ symbol: Int) {
      if firsts[symbol] != nil { return }
      var found: Set<Int> = []
      for alternative in grammar.rules[symbol] {
        var isEmptySoFar = true
        for item in alternative.items where isEmptySoFar {
          switch item {
          case .word(let word):
            found.insert(textOfWord[word])
            isEmptySoFar = false
          case .symbol(let inner):
            visit(inner)
            found.formUnion(firsts[inner] ?? [])
            isEmptySoFar = isNullable[inner]
          }
        }
        if isEmptySoFar { isNullable[symbol] = true }
      }
      firsts[symbol] = found
    }
    for symbol in grammar.rules.indices { visit(symbol) }
    return (firsts.map { $0 ?? [] }, isNullable)
  }

  /// What is still to come, innermost first.
  private final class Pending {
    let item: Grammar.Item
    let depth: Int
    let rest: Pending?

    init(_ item: Grammar.Item, depth: Int, rest: Pending?) {
      (self.item, self.depth, self.rest) = (item, depth, rest)
    }
  }

  /// The words of the beginning of a sentence; nil when it is none.
  ///
  /// - Parameter texts: whole words as in ``GrammarWord/text``, the first with a space, too.
  func read(_ texts: [String]) -> [Word]? {
    let numbers = texts.compactMap { textNumber[$0] }
    guard numbers.count == texts.count else { return nil }
    var found: [Word] = []
    func reads(_ pending: Pending?) -> Bool {
      guard found.count < numbers.count else { return true }
      guard let pending else { return false }
      let next = numbers[found.count]
      switch pending.item {
      case .word(let word):
        guard textOfWord[word] == next else { return false }
        found.append(Word(index: word, depth: pending.depth))
        if reads(pending.rest) { return true }
        found.removeLast()
        return false
      case .symbol(let symbol):
        guard isNullable[symbol] || firsts[symbol].contains(next) else { return false }
        let depth = pending.depth + (opensClause[symbol] ? 1 : 0)
        return grammar.rules[symbol].contains { alternative in
          reads(
            alternative.items.reversed().reduce(pending.rest) { Pending($1, depth: depth, rest: $0) })
        }
      }
    }
    let start = Pending(.symbol(grammar.start), depth: 0, rest: nil)
    return reads(start) ? found : nil
  }
}
