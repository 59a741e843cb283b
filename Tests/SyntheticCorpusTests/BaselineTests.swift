import Foundation
import Testing

@testable import SyntheticCorpus
@testable import Text

@Suite("Baselines without a network")
struct BaselineTests {
  private func model(_ text: String, order: Int = 5) -> KneserNeyModel {
    Array(text.utf8).withUnsafeBufferPointer { KneserNeyModel($0, order: order) }
  }

  @Test("words lose no byte")
  func words() {
    let text = Array("the cat's  old,\n né 12-3 \n\n .".utf8)
    var words = BaselineWords()
    let numbers = text.withUnsafeBufferPointer { words.numbers(of: $0, learns: true) }
    let spelled = Dictionary(uniqueKeysWithValues: words.index.map { ($1, $0) })
    #expect(numbers.words.flatMap { spelled[$0] ?? [] } == text)
    #expect(numbers.unknownBytes == 0 && !numbers.words.contains(BaselineWords.unknown))
    #expect(numbers.words.count == 15)
    let new = Array("the dog".utf8).withUnsafeBufferPointer { words.numbers(of: $0, learns: false) }
    #expect(new.words.last == BaselineWords.unknown && new.unknownBytes == 4)
  }

  @Test("a bigram model's probabilities are those worked out by hand")
  func byHand() {
    // Counts of pairs: \n a 3, a b 2, a c 1, b \n 2, c \n 1; of words that stand before: a 1, b 1, c 1,
    // \n 2. Too few for discounts of their own: 0.5, 1, 1.5. Five words with the unknown one.
    let bigram = model("a b\na b\na c\n", order: 2)
    let b = 0.5 / 5 + 0.5 / 5
    let a = b
    let end = 1.0 / 5 + 0.5 / 5
    let afterStart = 1.5 / 3 + 0.5 * a
    let afterA = 1.0 / 3 + 0.5 * b
    let afterB = 1.0 / 2 + 0.5 * end
    #expect(abs(bigram.bits("a b\n") + log2(afterStart * afterA * afterB)) < 1e-12)
    #expect(abs(bigram.bits("a b\na b\n") - 2 * bigram.bits("a b\n")) < 1e-12)
  }

  @Test("probabilities of all words sum to 1 after any context", arguments: 1...5)
  func sums(order: Int) {
    let corpus = GeneratedCorpus.make(trainBytes: 60_000, heldOutBytes: 1000)
    let text = corpus.source.withTrain { String(decoding: $0, as: UTF8.self) }
    let model = model(text, order: order)
    var words = BaselineWords()
    _ = Array(text.utf8).withUnsafeBufferPointer { words.numbers(of: $0, learns: true) }
    for context in [
      "", "the", "the old", "the keys near the old", "these zebras", "the dog is\nthe", "in the",
    ] {
      let before = model.bits(context)
      var sum = exp2(-(model.bits(context + "\u{1}") - before - 8))
      for word in words.index.keys where word.count > 1 || word[0] != UInt8(ascii: " ") {
        let next = context + String(decoding: word, as: UTF8.self)
        // Letters right behind a letter would be a part of the same word.
        let joins = word[0] != UInt8(ascii: " ") && word[0] != 10 && word[0] != 44 && word[0] != 46
        if joins && !context.isEmpty { continue }
        sum += exp2(-(model.bits(next) - before))
      }
      // Sentence-initial words cannot be spelled behind a letter, so their share is missing there.
      #expect(context.isEmpty ? abs(sum - 1) < 1e-9 : sum < 1 + 1e-9 && sum > 0.9, "\(context): \(sum)")
    }
  }

  @Test("the 5-gram misses 1.15 times the floor and guesses across attractors")
  func fiveGram() {
    let corpus = GeneratedCorpus.make(trainBytes: 1_000_000, heldOutBytes: 100_000)
    let scores = BaselineScores.measure(corpus.source, items: corpus.items)
    let floor = corpus.source.withHeldOut { corpus.automaton.bits($0) / Double($0.count) }
    #expect(scores.kneserNey > 1.2 * floor, "\(scores.kneserNey / floor)")
    #expect(scores.kneserNey < 1.6 * floor, "a 5-gram worse than this is no baseline")
    let accuracy = scores.kneserNeyAccuracy ?? 0
    #expect(abs(accuracy - 0.5) < 0.07, "\(accuracy)")
    #expect(scores.unigram > 1.5 * scores.kneserNey && scores.compressor > 1.5 * scores.kneserNey)
    #expect(scores.compressor < 8 && scores.unigram < 8)
  }

  @Test("the 5-gram does learn agreement where the subject is near")
  func nearSubjects() {
    let corpus = GeneratedCorpus.make(trainBytes: 500_000, heldOutBytes: 1000)
    let model = corpus.source.withTrain { KneserNeyModel($0) }
    for (right, wrong) in [
      ("the keys are rusty.\n", "the keys is rusty.\n"), ("the dog is tame.\n", "the dog are tame.\n"),
    ] {
      #expect(model.bits(right) + 3 < model.bits(wrong))
    }
  }

  @Test("a unigram model gives every word its frequency")
  func unigram() {
    let text = Array("a b a\n".utf8)
    let bits = text.withUnsafeBufferPointer { UnigramModel($0).bits($0) }
    // "a", " b", " a", "\n": each once of 4, with half a count on 5 words.
    #expect(abs(bits + 4 * log2(1.5 / 6.5)) < 1e-12)
  }

  @Test("the compressor costs next to nothing for what it has just read")
  func compressor() {
    var random = SeededGenerator(seed: 1, name: "compressor")
    let noise = (0..<4096).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let other = (0..<4096).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    noise.withUnsafeBufferPointer { known in
      #expect(GeneralCompressor.bits(known, after: known) < 0.05 * 8 * 4096)
      other.withUnsafeBufferPointer { new in
        #expect(GeneralCompressor.bits(new, after: known) > 0.95 * 8 * 4096)
      }
    }
  }
}
