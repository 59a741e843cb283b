/// A weighted grammar without recursion: its sentences are finitely many and none is infinitely long.
///
/// Every symbol has alternatives with weights that are made to sum to 1; an alternative is a sequence of
/// symbols and words. Bounded nesting is spelled out by symbols of their own for every depth.
package struct Grammar: Sendable {
  /// One of several ways to rewrite a symbol.
  package struct Alternative: Sendable {
    /// The probability of this way.
    package let probability: Double
    /// What the symbol is rewritten to, from left to right; may be empty.
    package let items: [Item]
  }

  /// A part of an alternative.
  package enum Item: Sendable, Hashable {
    /// An index into ``Grammar/words``.
    case word(Int)
    /// An index into ``Grammar/rules``.
    case symbol(Int)
  }

  /// Every word, by the index that items use.
  package let words: [GrammarWord]
  /// The alternatives of every symbol.
  package let rules: [[Alternative]]
  /// The name of every symbol, for tests and for reading.
  package let names: [String]
  /// The symbol of a whole sentence.
  package let start: Int
}

/// A word of a grammar: its bytes, the space before it included, and its part in the sentence.
public struct GrammarWord: Sendable, Hashable {
  /// What a word does for agreement.
  package enum Role: Sendable, Hashable {
    /// Nothing: determiners, prepositions, adjectives, punctuation.
    case none
    /// A noun that a later verb agrees with, in the clause at `depth`.
    case subject(depth: Int)
    /// A noun that no verb agrees with.
    case noun
    /// A verb that agrees with the subject at `depth`.
    case verb(depth: Int)
  }

  /// Grammatical number.
  public enum Number: Int, Sendable, Hashable, Codable, CaseIterable {
    /// One.
    case singular
    /// More than one.
    case plural

    /// The other number.
    public var other: Number { self == .singular ? .plural : .singular }
  }

  /// The bytes, with a leading space where a space is before the word.
  package let text: String
  /// What the word does for agreement.
  package let role: Role
  /// The dictionary form of a noun or verb, otherwise empty.
  package let lemma: String
  /// The number of a noun or verb.
  package let number: Number

  /// A word; only nouns and verbs need more than its text.
  package init(_ text: String, role: Role = .none, lemma: String = "", number: Number = .singular) {
    self.text = text
    self.role = role
    self.lemma = lemma
    self.number = number
  }
}

/// Makes a ``Grammar`` symbol by symbol; a symbol that is requested twice by one name is made once.
package struct GrammarBuilder {
  /// A weighted way to rewrite a symbol, before the weights are made to sum to 1.
  package typealias Choice = (weight: Double, items: [Grammar.Item])

  private var words: [GrammarWord] = []
  private var wordIndex: [GrammarWord: Int] = [:]
  private var rules: [[Grammar.Alternative]] = []
  private var names: [String] = []
  private var symbolIndex: [String: Int] = [:]

  /// A builder without symbols.
  package init() {}

  /// The item of a word.
  package mutating func word(_ word: GrammarWord) -> Grammar.Item {
    if let index = wordIndex[word] { return .word(index) }
    words.append(word)
    wordIndex[word] = words.count - 1
    return .word(words.count - 1)
  }

  /// The item of a word without a part in agreement.
  package mutating func word(_ text: String) -> Grammar.Item { word(GrammarWord(text)) }

  /// The item of the symbol `name`, made by `choices` at its first use.
  ///
  /// - Precondition: a positive weight, and no symbol that contains itself.
  package mutating func symbol(
    _ name: String, _ choices: (inout GrammarBuilder) -> [Choice]
  ) -> Grammar.Item {
    if let index = symbolIndex[name] {
      precondition(!rules[index].isEmpty, "the symbol \(name) contains itself")
      return .symbol(index)
    }
    let index = rules.count
    symbolIndex[name] = index
    names.append(name)
    rules.append([])
    let made = choices(&self).filter { $0.weight > 0 }
    let total = made.reduce(0) { $0 + $1.weight }
    precondition(total > 0, "the symbol \(name) has no alternative with a positive weight")
    rules[index] = made.map { Grammar.Alternative(probability: $0.weight / total, items: $0.items) }
    return .symbol(index)
  }

  /// The grammar whose sentences are those of `start`.
  package func grammar(start: Grammar.Item) -> Grammar {
    guard case .symbol(let index) = start else { preconditionFailure("a sentence is a symbol") }
    return Grammar(words: words, rules: rules, names: names, start: index)
  }
}
