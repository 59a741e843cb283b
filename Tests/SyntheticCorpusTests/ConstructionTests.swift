import Testing

@testable import SyntheticCorpus
@testable import Text

@Suite("What the grammar says of each token")
struct ConstructionTests {
  private let grammar = GeneratedCorpus.shared.grammar

  @Test("a drawn sentence is read as it was drawn, and so is each of its beginnings")
  func reading() {
    let reader = GrammarReader(grammar, opensClause: EnglishLikeGrammar.isRelativeClause)
    var random = SeededGenerator(seed: 8, name: "reading")
    var sampler = GrammarSampler(grammar)
    var sentence: [Int] = []
    for _ in 0..<400 {
      sampler.draw(into: &sentence, using: &random)
      let texts = sentence.map { grammar.words[$0].text }
      #expect(reader.read(texts)?.map(\.index) == sentence, "\(texts.joined())")
      for length in texts.indices {
        let read = reader.read(Array(texts[..<length]))?.map(\.index)
        #expect(read == Array(sentence[..<length]), "\(texts[..<length].joined())")
      }
    }
    #expect(reader.read([" the", " key", " are"]) == nil)
    #expect(reader.read([" the", " nothing"]) == nil)
    #expect(reader.read([" the", " key", " is", " rusty", ".\n", " the"]) == nil)
  }

  /// What is at each word of a text, with a token a word.
  private func constructions(_ text: String) -> [(word: String, construction: TokenConstruction?)] {
    var words: [String] = []
    for character in text {
      if words.isEmpty || " ,.\n".contains(character) || words.last == "\n" { words.append("") }
      words[words.count - 1].append(character)
    }
    return Array(zip(words, ConstructionReader().constructions(words.map { Array($0.utf8) })))
  }

  @Test("classes, clauses and agreement of a sentence by hand, twice in a window that ends inside a word")
  func byHand() throws {
    let sentence =
      "the keys that the chef that wears the hats near the houses owns are rusty, like all tools.\n"
    // "near the houses" cannot follow the hats there, so the sentence is none.
    #expect(constructions(sentence).allSatisfy { $0.construction == nil })
    let nested = "the keys that the chef that wears the hats owns often trim a"
    #expect(constructions(nested).last?.construction == nil)

    let text =
      "the keys that the chef that wears the old hats owns are rusty in the morning, like all tools.\n"
      + "this dog near the cats near the houses still sleeps.\nthese lo"
    let found = constructions(text)
    #expect(found.map(\.word).joined() == text)
    func at(_ word: String) throws -> TokenConstruction {
      try #require(found.first { $0.word == word }?.construction, "\(word)")
    }
    #expect(try at("the") == .init(wordClass: .determiner, depth: 0, position: 0, agreement: nil))
    #expect(try at(" keys") == .init(wordClass: .subject, depth: 0, position: 1, agreement: nil))
    #expect(try at(" that") == .init(wordClass: .relativePronoun, depth: 1, position: 2, agreement: nil))
    #expect(try at(" chef") == .init(wordClass: .subject, depth: 1, position: 4, agreement: nil))
    #expect(try at(" hats") == .init(wordClass: .otherNoun, depth: 2, position: 9, agreement: nil))
    #expect(try at(" old") == .init(wordClass: .adjective, depth: 2, position: 8, agreement: nil))
    let (wears, owns, are) = try (at(" wears"), at(" owns"), at(" are"))
    #expect(wears.depth == 2 && wears.agreement?.distance == 1 && wears.agreement?.attractors == 0)
    #expect(owns.depth == 1 && owns.agreement?.distance == 5 && owns.agreement?.attractors == 1)
    #expect(are.depth == 0 && are.agreement?.distance == 9 && are.agreement?.attractors == 1)
    #expect(try at(" in").wordClass == .time && at(" morning").wordClass == .time)
    #expect(try at(",").wordClass == .comparison && at(" all").wordClass == .comparison)
    #expect(try at(" tools").wordClass == .comparison && at(".").wordClass == .end)
    let lineEnd = try #require(found.first { $0.word == "\n" }?.construction)
    #expect(lineEnd.wordClass == .end && lineEnd.position == 20)
    let sleeps = try at(" sleeps")
    #expect(sleeps.agreement?.distance == 7 && sleeps.agreement?.attractors == 2)
    #expect(try at("this").position == 0)
    #expect(try at(" still").wordClass == .adverb && at(" near").wordClass == .preposition)
    // "lo" is no word yet.
    #expect(found.last?.word == " lo" && found.last?.construction == nil)
    #expect(found[found.count - 2].construction?.wordClass == .determiner)
  }

  @Test("agreement of items whose combination was kept out says so; other verbs do not")
  func heldOut() {
    let reader = ConstructionReader()
    for item in GeneratedCorpus.shared.items.prefix(100) {
      let tokens = [item.left, " " + item.correct, item.right].map { Array($0.utf8) }
      let verb = reader.constructions(tokens)[1]?.agreement
      #expect(verb?.isHeldOut == true && verb?.distance == item.distance, "\(item.left)")
      let others = item.attractors.filter { $0.number != item.number }
      #expect(verb?.attractors == others.count)
    }
    let train = GeneratedCorpus.make(seed: 1, trainBytes: 30_000, heldOutBytes: 1000).source.withTrain {
      Array($0)
    }
    let verbs = reader.constructions(train.map { [$0] }).compactMap { $0?.agreement }
    #expect(verbs.count > 2000 && !verbs.contains { $0.isHeldOut })
  }

  @Test("every word has its class: determiners are only those")
  func classes() {
    let determiners = grammar.words.filter { WordClass($0) == .determiner }.map(\.text)
    #expect(Set(determiners) == [" the", " this", " these", " every", " many"])
    #expect(Set(grammar.words.map(WordClass.init)) == Set(WordClass.allCases))
    #expect(WordClass.subject.words == WordClass.otherNoun.words && WordClass.subject.words.count == 128)
    #expect(WordClass.preposition.words == ["behind", "beside", "near", "opposite", "under"])
  }
}
