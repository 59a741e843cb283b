import Testing

@testable import SyntheticCorpus
@testable import Text

@Suite("The corpus has one reading")
struct GrammarParseTests {
  @Test("every sampled sentence has exactly one derivation")
  func oneParse() {
    let grammar = GeneratedCorpus.shared.grammar
    var random = SeededGenerator(seed: 5, name: "parses")
    var sampler = GrammarSampler(grammar)
    var sentence: [Int] = []
    for _ in 0..<1500 {
      sampler.draw(into: &sentence, using: &random)
      let text = String(sentence.map { grammar.words[$0].text }.joined().dropFirst())
      #expect(DerivationCounter.count(text, grammar) == 1, "\(text)")
    }
  }

  @Test("the counter finds two derivations where there are two, and none where there is none")
  func counter() {
    var grammar = GrammarBuilder()
    let start = grammar.symbol("sentence") { grammar in
      let first = grammar.symbol("first") {
        [(1, [$0.word(" old")]), (1, [$0.word(" old"), $0.word(" old")])]
      }
      return [(1, [first, first, grammar.word(".\n")])]
    }
    let ambiguous = grammar.grammar(start: start)
    #expect(DerivationCounter.count("old old.\n", ambiguous) == 1)
    #expect(DerivationCounter.count("old old old.\n", ambiguous) == 2)
    #expect(DerivationCounter.count("old.\n", ambiguous) == 0)
    #expect(DerivationCounter.count("the cat seem old.\n", smallGrammar()) == 0)
  }

  @Test("no form is in the lexicon twice")
  func forms() {
    var forms = Lexicon.adjectives + Lexicon.adverbs + Lexicon.prepositions + Lexicon.times
    forms += Lexicon.copulas.flatMap { [$0.singular, $0.plural] }
    forms += ["the", "this", "these", "every", "many", "that", "in", "and", "like", "any", "all"]
    for kind in Lexicon.kinds {
      forms += ([kind.name] + kind.nouns).flatMap { [$0.singular, $0.plural] }
      forms += (kind.intransitive + kind.transitive.map(\.verb)).flatMap { [$0.singular, $0.plural] }
      forms += kind.adjectives
      #expect(Set(kind.transitive.map(\.object)).count == kind.transitive.count)
    }
    let twice = Dictionary(grouping: forms, by: { $0 }).filter { $0.value.count > 1 }.keys
    #expect(twice.isEmpty, "\(twice.sorted())")
    // The grammar's words are these and no others.
    let used = Set(GeneratedCorpus.shared.grammar.words.map { $0.text.trimmed })
    #expect(used == Set(forms + [".\n", ","]))
  }
}

extension String {
  fileprivate var trimmed: String { hasPrefix(" ") ? String(dropFirst()) : self }
}
