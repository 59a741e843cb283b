import Foundation
import Inference
import SyntheticCorpus
import Tensors
import TestSupport
import Testing
import Text
import Zoo

@testable import Evaluation

/// What the grammar says of held-out sentences, and what models read of them.
@Suite struct HeldOutSentencesTests {
  private static let nested =
    "the keys that the chef that wears the old hats owns are rusty in the morning, like all tools."
  private static let twice = "this dog near the cats sleeps and wanders."
  private static let source = TextSource(
    name: "by hand", train: Array("the dogs sleep.\n".utf8),
    heldOut: Array(
      ("the dogs sleep.\n" + nested + "\n" + twice + "\n" + nested + "\nnot of the grammar.\n"
        + "this dog near the cats still sleeps.\n").utf8),
    startsAtLines: true)

  private func sentences(count: Int = 100) -> HeldOutSentences {
    HeldOutSentences(Self.source, count: count) { !$0.contains("still") }
  }

  @Test func onlyUnseenDifferentSentencesThatFitAreTaken() {
    let found = sentences()
    let texts = found.sentences.map { $0.map(\.text).joined() }
    #expect(texts == [Self.nested + "\n", Self.twice + "\n"])
    #expect(sentences(count: 1).sentences.count == 1)
    let all = HeldOutSentences(Self.source, count: 100) { _ in true }
    #expect(all.sentences.map(\.count) == [21, 9, 8])
  }

  @Test func labelsAreThoseOfTheGrammar() {
    let found = sentences()
    let classes = found.examples(.wordClass, wordsOfSentence: 100)
    for (word, wordClass) in [
      ("keys", "subject noun"), ("chef", "subject noun"), ("hats", "other noun"), ("wears", "verb"),
      ("owns", "verb"), ("rusty", "adjective"), ("near", "preposition"), (".\n", "end"), ("morning", "time"),
    ] {
      let label = classes.first { $0.type == word }.map { ProbeTask.wordClass.labels[$0.label] }
      #expect(label == wordClass, "\(word)")
    }
    // the keys that the chef that wears the old hats owns are rusty in the morning, like all tools.
    let depths = [0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let asked = found.examples(.depth)
    #expect(asked.allSatisfy { $0.sentence == 0 && $0.label == depths[$0.word] })
    #expect(asked.map(\.label).sorted() == [0, 1, 2], "a word of each depth, where there is a clause")
    #expect(asked.map(\.word) == asked.map(\.word).sorted())
    // Two words of a sentence, other ones in each, and never one twice.
    let few = found.examples(.wordClass)
    #expect(few.count == 4 && few.map(\.sentence) == [0, 0, 1, 1])
    #expect(few[0].word < few[1].word && few[2].word < few[3].word)
  }

  @Test func theNumberIsAskedBeforeTheFirstVerbBehindOtherNouns() {
    let examples = sentences().examples(.number)
    // "wears" follows its subject at once and shows its number before "owns", as "sleeps" does before "wanders".
    #expect(examples.map(\.type) == ["owns", "cats"])
    #expect(examples.map { ProbeTask.number.labels[$0.label] } == ["plural", "singular"])
    #expect(examples.map(\.hasAttractor) == [true, true])
    #expect(examples.map(\.sentence) == [0, 1])
  }

  @Test(arguments: ["bytes", "byte-bpe", "wordpiece"])
  func theVectorStandsAtTheWordsLastToken(kind: String) throws {
    let corpus = GeneratedCorpus.make(trainBytes: 60_000, heldOutBytes: 6_000)
    let tokenizer = try corpus.source.withTrain {
      try TokenizerTrainer.make(kind: kind, vocabulary: kind == "bytes" ? nil : 500, from: $0)
    }
    let found = HeldOutSentences(corpus.source, count: 40) { _ in true }
    #expect(found.sentences.count == 40)
    for preset in ["tiny/gpt", "tiny/bert"] {
      let model = try untrainedModel(
        preset, sets: ["tokenizer=\(kind)", "context=300"], tokenizer: tokenizer)
      let start = model.input([Int32]()).count
      for example in found.examples(.wordClass) {
        let words = found.sentences[example.sentence].map(\.text)
        let (whole, place) = try found.reading(example, of: .wordClass, .bothSides, model)
        #expect(whole == model.input(tokenizer.encode(words.joined())))
        let (left, end) = try found.reading(example, of: .wordClass, .leftOnly, model)
        #expect(end == place && left == Array(whole[...place]))
        let shown = tokenizer.decode(Array(left[start...])).trimmingCharacters(in: .newlines)
        #expect(shown.hasSuffix(example.type.trimmingCharacters(in: .newlines)))
      }
      // Where the verb is predicted: a decoder's same place, an encoder's mask, and nothing of the verb.
      #expect(!found.examples(.predicted).isEmpty && found.examples(.predicted) == found.examples(.number))
      for example in found.examples(.predicted) {
        let words = found.sentences[example.sentence].map(\.text)
        let left = model.input(tokenizer.encode(words[...example.word].joined()))
        let verb = tokenizer.encode(words[example.word + 1])
        let right = tokenizer.encode(words[(example.word + 2)...].joined())
        let (ids, place) = try found.reading(example, of: .predicted, .leftOnly, model)
        let (whole, wholePlace) = try found.reading(example, of: .predicted, .bothSides, model)
        #expect(place == wholePlace)
        if model.predicts == .next {
          #expect(ids == left && place == left.count - 1)
        } else {
          #expect(ids == left + [SpecialTokens.mask] && place == left.count)
          #expect(whole == left + verb.map { _ in SpecialTokens.mask } + right)
        }
      }
    }
  }
}
