import Foundation
import Tensors
import Testing
import Text
import Zoo

@testable import Comparison

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
  }

  @Test func labelsAreThoseOfTheGrammar() {
    let found = sentences()
    let classes = found.examples(.wordClass, wordsOfSentence: 100)
    let depths = found.examples(.depth, wordsOfSentence: 100)
    #expect(classes.map(\.type) == depths.map(\.type) && classes.map(\.word) == depths.map(\.word))
    func label(_ examples: [ProbeExample], _ task: ProbeTask, _ word: String) -> String? {
      examples.first { $0.type == word }.map { task.labels[$0.label] }
    }
    for (word, wordClass, depth) in [
      ("keys", "subject noun", "main clause"), ("chef", "subject noun", "relative clause"),
      ("hats", "other noun", "relative clause within one"), ("wears", "verb", "relative clause within one"),
      ("owns", "verb", "relative clause"), ("rusty", "adjective", "main clause"),
      ("near", "preposition", "main clause"),
      (".\n", "end", "main clause"), ("morning", "time", "main clause"),
    ] {
      #expect(label(classes, .wordClass, word) == wordClass, "\(word)")
      #expect(label(depths, .depth, word) == depth, "\(word)")
    }
    // Two words of a sentence, other ones in each, and never one twice.
    let few = found.examples(.depth)
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
        let (whole, place) = found.reading(example, .bothSides, model)
        #expect(whole == model.input(tokenizer.encode(words.joined())))
        let (left, end) = found.reading(example, .leftOnly, model)
        #expect(end == place && left == Array(whole[...place]))
        #expect(
          tokenizer.decode(Array(left[start...])).hasSuffix(example.type.trimmingCharacters(in: .newlines)))
      }
    }
  }
}
