import Foundation
import Testing

@testable import SyntheticCorpus
@testable import Text

@Suite struct GrammarTaskTests {
  private static let corpus = GeneratedCorpus.make(seed: 1, trainBytes: 400_000, heldOutBytes: 1000)

  private func sentence(_ text: LabelledText, _ task: GrammarTask) -> [String] {
    task.form == .tagging ? [text.parts.joined()] : text.parts
  }

  @Test(arguments: GrammarTask.allCases)
  func sentencesAreNewAndDifferentAndTheSameForOneSeed(_ task: GrammarTask) throws {
    let texts = task.draw(60, seed: 1, notIn: Self.corpus.source)
    #expect(texts.form == task.form && texts.name == task.rawValue && texts.texts.count >= 60)
    #expect(texts.texts == task.draw(60, seed: 1, notIn: Self.corpus.source).texts)
    #expect(texts.texts != task.draw(60, seed: 2, notIn: Self.corpus.source).texts)
    let written = texts.texts.map { sentence($0, task)[0] }
    #expect(Set(written).count == written.count)
    let trained = Self.corpus.source.withTrain { String(decoding: $0, as: UTF8.self) }
    let lines = Set(trained.split(separator: "\n").map(String.init))
    for (text, written) in zip(texts.texts, written) where text.labels != ["wrong"] {
      #expect(!lines.contains(written))
      for text in sentence(text, task) {
        #expect(Self.corpus.automaton.bits((text + "\n").utf8) < .infinity, "\(text)")
      }
    }
    // A task that one label answers is none.
    #expect(try LabelledSplit(texts).labels.count > 1)
  }

  @Test func labelsAreEven() {
    for task in GrammarTask.allCases where task.form != .tagging {
      let texts = task.draw(64, seed: 1, notIn: Self.corpus.source).texts
      let counts = Dictionary(grouping: texts) { $0.labels[0] }.mapValues(\.count)
      #expect(Set(counts.values).count == 1, "\(task): \(counts)")
    }
  }

  @Test func wrongSentencesAreNoneOfTheGrammar() {
    let texts = GrammarTask.acceptability.draw(56, seed: 1, notIn: Self.corpus.source).texts
    for pair in Dictionary(grouping: texts, by: \.origin).values {
      #expect(pair.map(\.labels) == [["well-formed"], ["wrong"]])
      #expect(Self.corpus.automaton.bits((pair[1].parts[0] + "\n").utf8) == .infinity)
    }
  }

  @Test func theSubjectIsWhatTheVerbAgreesWith() throws {
    let nouns = Lexicon.kinds.flatMap(\.nouns)
    let texts = GrammarTask.subjectNumber.draw(40, seed: 1, notIn: Self.corpus.source).texts
    for text in texts {
      // The subject is the first noun of a sentence.
      let words = text.parts[0].split(separator: " ").map { $0.filter { $0.isLetter } }
      let first = try #require(
        words.first { word in nouns.contains { $0.singular == word || $0.plural == word } })
      let isPlural = nouns.contains { $0.plural == first }
      #expect(text.labels == [isPlural ? "plural" : "singular"], "\(text.parts[0])")
    }
    for text in GrammarTask.subjectKind.draw(40, seed: 1, notIn: Self.corpus.source).texts {
      let kind = try #require(Lexicon.kinds.first { $0.name.singular == text.labels[0] })
      let words = text.parts[0].split(separator: " ").map { $0.filter { $0.isLetter } }
      let first = try #require(
        words.first { word in nouns.contains { $0.singular == word || $0.plural == word } })
      #expect(kind.nouns.contains { $0.singular == first || $0.plural == first }, "\(text.parts[0])")
    }
  }

  @Test func pairsDifferInOneWordOfTheRightSort() {
    let nouns = Set(Lexicon.kinds.flatMap(\.nouns).flatMap { [$0.singular, $0.plural] })
    for text in GrammarTask.sameContent.draw(40, seed: 1, notIn: Self.corpus.source).texts {
      let words = text.parts.map { $0.split(separator: " ").map { $0.filter { $0.isLetter } } }
      let different = zip(words[0], words[1]).filter { $0 != $1 }
      #expect(words[0].count == words[1].count && different.count == 1, "\(text.parts)")
      let areNouns = different.allSatisfy { nouns.contains($0.0) && nouns.contains($0.1) }
      #expect(text.labels == [areNouns ? "different" : "same"], "\(text.parts)")
    }
  }

  /// Words that are encoded one by one are the tokens of the whole sentence.
  @Test(arguments: ["byte-bpe", "wordpiece", "bytes", "characters"])
  func wordsAreTokensOfTheirSentence(_ kind: String) throws {
    let tokenizer = try Self.corpus.source.withTrain {
      try TokenizerTrainer.make(kind: kind, vocabulary: 400, from: $0)
    }
    for text in GrammarTask.wordClass.draw(30, seed: 1, notIn: Self.corpus.source).texts {
      #expect(text.parts.count == text.labels.count && text.labels.last == "end")
      #expect(text.parts.flatMap { tokenizer.encode($0) } == tokenizer.encode(text.parts.joined()))
    }
  }
}
