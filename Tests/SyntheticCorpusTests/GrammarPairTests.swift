import Foundation
import Testing

@testable import SyntheticCorpus
@testable import Text

@Suite("Minimal pairs of the grammar")
struct GrammarPairTests {
  private static let corpus = GeneratedCorpus.make(seed: 1, trainBytes: 400_000, heldOutBytes: 1000)
  private static let drawn = GrammarPair.draw(20, seed: 1, notIn: corpus.source)

  private func differences(_ pair: GrammarPair) -> [(good: String, bad: String, place: Int)] {
    let (good, bad) = (pair.good.split(separator: " "), pair.bad.split(separator: " "))
    #expect(good.count == bad.count, "\(pair)")
    return zip(good, bad).enumerated().filter { $1.0 != $1.1 }
      .map { (String($1.0), String($1.1), $0) }
  }

  @Test("the right sentence is one of the grammar's, the wrong one is not, and one word is another")
  func oneWord() {
    let automaton = Self.corpus.automaton
    for pair in Self.drawn.pairs {
      #expect(automaton.bits((pair.good + "\n").utf8) < .infinity, "\(pair)")
      #expect(automaton.bits((pair.bad + "\n").utf8) == .infinity, "\(pair)")
      #expect(differences(pair).count == 1, "\(pair)")
      #expect(pair.good.hasSuffix(".") && pair.bad.hasSuffix("."))
    }
  }

  @Test("as many of each paradigm, all different, half of them singular, none of the training text")
  func balance() {
    let (pairs, paradigms) = (Self.drawn.pairs, GrammarPair.Paradigm.allCases)
    #expect(pairs.count == 20 * paradigms.count && Set(pairs.map(\.good)).count == pairs.count)
    let subjects = Set(
      GeneratedCorpus.shared.grammar.words.filter { $0.isNoun && $0.number == .singular }.map(\.text))
    for paradigm in paradigms {
      let own = pairs.filter { $0.paradigm == paradigm }
      #expect(own.count == 20)
      let singular = own.count { pair in
        let nouns = pair.good.split(separator: " ").map { " " + $0.filter(\.isLetter) }
        let isNoun = Set(GeneratedCorpus.shared.grammar.words.filter(\.isNoun).map(\.text))
        return nouns.first { isNoun.contains($0) }.map(subjects.contains) ?? false
      }
      #expect(singular == 10, "\(paradigm)")
    }
    let trained = Self.corpus.source.withTrain { String(decoding: $0, as: UTF8.self) }.split(separator: "\n")
    #expect(Set(trained).isDisjoint(with: pairs.map { $0.good[...] }))
    #expect(GrammarPair.draw(20, seed: 1, notIn: Self.corpus.source).pairs == pairs)
    #expect(GrammarPair.draw(20, seed: 2, notIn: Self.corpus.source).pairs != pairs)
  }

  @Test("a sentence of the training text makes no pair, and is counted")
  func trained() {
    let first = Self.drawn.pairs
    let text = Array(first.map { $0.good + "\n" }.joined().utf8)
    let source = TextSource(name: "the pairs themselves", train: text, heldOut: [], startsAtLines: true)
    let again = GrammarPair.draw(20, seed: 1, notIn: source)
    #expect(again.droppedAsTrained > 50)
    #expect(Set(again.pairs.map(\.good)).isDisjoint(with: first.map(\.good)))
    #expect(again.pairs.count == first.count)
    let nothing = TextSource(name: "nothing", train: [], heldOut: [], startsAtLines: true)
    #expect(GrammarPair.draw(2, seed: 1, notIn: nothing).droppedAsTrained == 0)
  }

  /// The words between the main subject and the word that differs, and that word, read again by the grammar.
  @Test("each paradigm is what its name says")
  func paradigms() throws {
    let grammar = GeneratedCorpus.shared.grammar
    let reader = GrammarReader(grammar, opensClause: EnglishLikeGrammar.isRelativeClause)
    for pair in Self.drawn.pairs {
      var texts = pair.good.dropLast().replacingOccurrences(of: ",", with: " ,").split(separator: " ")
        .map { $0 == "," ? "," : " " + $0 }
      texts.append(".\n")
      let read = try #require(reader.read(texts), "\(pair)")
      let words = read.map { grammar.words[$0.index] }
      let difference = try #require(differences(pair).first)
      let wrong = " " + difference.bad.filter(\.isLetter)
      let place = try #require(words.firstIndex { $0.text == " " + difference.good.filter(\.isLetter) })
      // The differing word may stand twice ("the"), never for a word that is counted here.
      let at =
        words.indices.filter { words[$0].text == words[place].text }.min {
          abs($0 - difference.place) < abs($1 - difference.place)
        } ?? place
      let word = words[at]
      let nouns = words[..<at].filter(\.isNoun)
      let subject = try #require(words.first { $0.isNoun })
      let attractors = nouns.dropFirst().filter { $0.number != subject.number }.count
      let form = grammar.words.first { $0.text == wrong }
      switch pair.paradigm {
      case .verbAfterSubject: #expect(word.isVerb && nouns.count == 1 && read[at].depth == 0, "\(pair)")
      case .verbOneAttractor: #expect(word.isVerb && nouns.count == 2 && attractors == 1, "\(pair)")
      case .verbTwoAttractors: #expect(word.isVerb && nouns.count == 3 && attractors == 2, "\(pair)")
      case .verbObjectRelative:
        #expect(word.isVerb && read[at].depth == 0 && attractors > 0, "\(pair)")
        #expect(read[..<at].contains { $0.depth > 0 }, "\(pair)")
      case .verbSubjectRelative:
        #expect(word.isVerb && read[at].depth == 0 && attractors == 1 && nouns.count == 2, "\(pair)")
        #expect(read[..<at].contains { $0.depth == 1 }, "\(pair)")
      case .verbInObjectRelative:
        #expect(
          word.role == .verb(depth: 1) && read[at].depth == 1 && word.number != subject.number, "\(pair)")
      case .verbInSubjectRelative:
        #expect(word.isVerb && read[at].depth == 1 && words[at - 1].text == " that", "\(pair)")
      case .secondVerb:
        #expect(word.isVerb && words[..<at].contains { $0.text == " and" }, "\(pair)")
        #expect(nouns.last?.number != word.number, "\(pair)")
      case .determinerNoun: #expect(WordClass(word) == .determiner && words[at + 1].isNoun, "\(pair)")
      case .determinerAdjectiveNoun:
        #expect(WordClass(word) == .determiner && words[at + 2].isNoun, "\(pair)")
        #expect(WordClass(words[at + 1]) == .adjective, "\(pair)")
      case .comparisonNumber: #expect([" any", " all"].contains(word.text) && words[at - 1].text == " like")
      case .comparisonKind: #expect(WordClass(word) == .comparison && words[at - 2].text == " like")
      case .adjectiveKind: #expect(WordClass(word) == .adjective && words[at - 1].isVerb, "\(pair)")
      case .verbKind:
        #expect(word.isVerb && form?.lemma != word.lemma && form?.number == word.number, "\(pair)")
      }
      // About number: another form of one word, or another determiner; nothing else.
      if pair.paradigm.field == "agreement", word.isVerb {
        #expect(form?.lemma == word.lemma && form?.number == word.number.other, "\(pair)")
      }
    }
  }
}
