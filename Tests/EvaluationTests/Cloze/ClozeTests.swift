import Foundation
import Inference
import SyntheticCorpus
import Tensors
import TestSupport
import Testing
import Text
import Zoo

@testable import Evaluation

/// Hidden words among candidates of their class.
@Suite struct ClozeTests {
  private static let corpus = GeneratedCorpus.make(trainBytes: 60_000, heldOutBytes: 40_000)
  private static let items = ClozeItem.draw(
    HeldOutSentences(corpus.source, count: 600, areUnseen: false) { _ in true }.sentences,
    ofEachClass: 30)

  @Test func itemsAreSentencesWithOneWordOfAClassHidden() {
    let items = Self.items
    #expect(items.count == 30 * ClozeItem.classes.count)
    let reader = ConstructionReader()
    for item in items {
      let sentence = item.sentence(item.candidates[item.correct])
      #expect(Self.corpus.automaton.bits(sentence.utf8).isFinite && sentence.hasSuffix(".\n"))
      // The first or the second of its class, whatever stands behind it.
      let all = reader.words(of: sentence)?.map(\.construction.wordClass) ?? []
      let place = item.left.split(separator: " ").count
      #expect(place > 0 && all[place] == item.wordClass, "\(sentence)")
      #expect(all[1..<place].count { $0 == item.wordClass } < 2)
      let words = item.wordClass.words
      #expect(item.candidates.allSatisfy(words.contains) && item.candidates == item.candidates.sorted())
      #expect(Set(item.candidates).count == min(8, words.count))
    }
    #expect(WordClass.subject.words == WordClass.otherNoun.words && WordClass.subject.words.count == 128)
    #expect(WordClass.preposition.words == ["behind", "beside", "near", "opposite", "under"])
    #expect(
      ClozeItem.classes.map { wordClass in items.count { $0.wordClass == wordClass } }
        == ClozeItem.classes.map { _ in 30 })
    // The place in the alphabet says nothing of which one is right.
    let places = Dictionary(grouping: items.filter { $0.candidates.count == 8 }, by: \.correct)
    #expect(places.count == 8)
  }

  @Test func theBestChoiceIsBayes() {
    let automaton = Self.corpus.automaton
    for item in Self.items.prefix(60) {
      // With both sides: each candidate's whole sentence, by its own probability.
      let bits = item.candidates.map { automaton.bits("\(item.left) \($0)\(item.right)".utf8) }
      let weights = bits.map { exp2(-$0) }
      let total = weights.reduce(0, +)
      for (truth, weight) in zip(item.truth(automaton, .bothSides), weights) {
        #expect(abs(truth - weight / total) < 1e-9)
      }
      // With the left side alone: the word, and then anything that ends it.
      let left = item.candidates.map { candidate in
        [" ", ",", ".\n"].reduce(0.0) { $0 + exp2(-automaton.bits("\(item.left) \(candidate)\($1)".utf8)) }
      }
      let sum = left.reduce(0, +)
      for (truth, weight) in zip(item.truth(automaton, .leftOnly), left) {
        #expect(abs(truth - weight / sum) < 1e-9)
      }
    }
    // Both sides can only help in the long run, and neither is worse than chance.
    let rows = ClozeReport(Self.items, automaton).rows([])
    let all = rows[rows.count - 1]
    #expect(all.wordClass == "all" && all.count == Self.items.count)
    #expect(all.bestBothSides.expected > all.bestLeftOnly.expected)
    #expect(all.bestLeftOnly.expected > all.chance + 0.2)
    // What is right among these items is what the probabilities promise, up to their number.
    #expect(abs(all.bestLeftOnly.right.value - all.bestLeftOnly.expected) < 0.1)
    #expect(abs(all.bestBothSides.right.value - all.bestBothSides.expected) < 0.1)
  }

  private static let byHand = [
    ClozeItem(left: "a", candidates: ["b", "be", "cab"], correct: 1, right: " d.\n", wordClass: .adverb)
  ]

  /// −log probabilities, token by token, from whole rows.
  private func logProbability(_ model: LoadedModel, _ ids: [Int32], at place: Int, of token: Int32) throws
    -> Double
  {
    Double(try model.logProbabilities(ids, at: [place])[0][Int(token)])
  }

  @Test func aDecoderFollowsTheChainRule() throws {
    let model = try untrainedModel("tiny/gpt", sets: largeWeights + ["context=80"])
    let scoring = ClozeScoring(model)
    for side in ChoiceContext.allCases {
      let scores = try scoring.scores(Self.byHand, side)[0]
      for (score, candidate) in zip(scores, Self.byHand[0].candidates) {
        let left = [SpecialTokens.start] + model.tokenizer.encode("a")
        let form = model.tokenizer.encode(" " + candidate)
        let right = side == .bothSides ? model.tokenizer.encode(" d.\n") : []
        let ids = left + form + right
        var expected = try (left.count..<ids.count).reduce(0) { sum, place in
          sum + (try logProbability(model, Array(ids[..<place]), at: place - 1, of: ids[place]))
        }
        // "b" is the beginning of words; "cab" is none of the grammar's.
        if side == .leftOnly, candidate != "cab" {
          let row = try model.logProbabilities(ids, at: [ids.count - 1])[0]
          let letters = Set("abcdefghijklmnopqrstuvwxyz".utf8)
          let ends = row.indices.filter { token in
            model.tokenizer.bytes(of: Int32(token)).first.map { !letters.contains($0) } ?? false
          }
          expected += log(ends.reduce(0) { $0 + exp(Double(row[$1])) })
        }
        #expect(abs(score - expected) < 1e-3, "\(candidate), \(side)")
      }
    }
  }

  @Test func anEncoderUncoversTheCandidate() throws {
    let model = try untrainedModel("tiny/bert", sets: largeWeights + ["context=80"])
    let scoring = ClozeScoring(model)
    for side in ChoiceContext.allCases {
      let scores = try scoring.scores(Self.byHand, side)[0]
      for (score, candidate) in zip(scores, Self.byHand[0].candidates) {
        let left = model.tokenizer.encode("a")
        let form = model.tokenizer.encode(" " + candidate)
        // Everything behind is masked up to 64 tokens, however long the candidate or the rest is.
        let right =
          side == .bothSides
          ? model.tokenizer.encode(" d.\n")
          : [Int32](repeating: SpecialTokens.mask, count: 64 - left.count - form.count)
        var expected = 0.0
        for offset in form.indices {
          var ids = left + form + right
          for place in left.count + offset..<left.count + form.count { ids[place] = SpecialTokens.mask }
          expected += try logProbability(model, ids, at: left.count + offset, of: form[offset])
        }
        if side == .leftOnly, candidate != "cab" {
          let row = try model.logProbabilities(left + form + right, at: [left.count + form.count])[0]
          let ends = row.indices.dropFirst(SpecialTokens.count).filter { token in
            guard let first = model.tokenizer.bytes(of: Int32(token)).first else { return false }
            return first < 97 || first > 122
          }
          expected += log(ends.reduce(0) { $0 + exp(Double(row[$1])) })
        }
        #expect(abs(score - expected) < 1e-3, "\(candidate), \(side)")
      }
    }
  }

  @Test func withTheLeftSideAloneNothingBehindMatters() throws {
    func item(_ right: String) -> ClozeItem {
      ClozeItem(left: "a", candidates: ["b", "be", "cab"], correct: 1, right: right, wordClass: .adverb)
    }
    for preset in ["tiny/gpt", "tiny/bert"] {
      let scoring = ClozeScoring(try untrainedModel(preset, sets: largeWeights + ["context=80"]))
      let (short, long) = (item(".\n"), item(" d and so on and on.\n"))
      #expect(try scoring.scores([short], .leftOnly) == scoring.scores([long], .leftOnly), "\(preset)")
      #expect(try scoring.scores([short], .bothSides) != scoring.scores([long], .bothSides), "\(preset)")
    }
  }

  /// A tie is wrong, and a model that knows nothing is at chance.
  @Test func whatIsRightIsTheHighestScore() throws {
    let model = try untrainedModel("tiny/gpt", sets: ["tokenizer=bytes", "context=200"])
    let scoring = ClozeScoring(model)
    let items = Array(Self.items.prefix(80))
    let scores = try scoring.scores(items, .leftOnly)
    let right = try scoring.right(items, .leftOnly)
    for (item, (scores, right)) in zip(items, zip(scores, right)) {
      let best = scores.max() ?? 0
      #expect(right == (scores[item.correct] == best && scores.count { $0 == best } == 1))
    }
    #expect((1...40).contains(right.count { $0 }))
    let twins = ClozeItem(left: "a", candidates: ["be", "be"], correct: 0, right: ".\n", wordClass: .adverb)
    #expect(try scoring.right([twins], .bothSides) == [false])
  }
}
