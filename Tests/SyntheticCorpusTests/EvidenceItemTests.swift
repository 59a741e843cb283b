import Foundation
import Testing
import Text

@testable import SyntheticCorpus

/// Items whose evidence stands elsewhere in the sentence: what must not tell anything does not.
@Suite struct EvidenceItemTests {
  private static let items = EvidenceItem.frozen

  @Test func thereAreAsManyOfEveryKind() {
    #expect(Self.items.count == 3 * EvidenceItem.countOfSide)
    for side in EvidenceItem.Side.allCases {
      for question in EvidenceItem.Question.allCases {
        let count = Self.items.count { $0.side == side && $0.question == question }
        #expect(count == EvidenceItem.countOfSide / 2)
      }
    }
    let sentences = Self.items.map { $0.sentence($0.candidates[$0.correct]) }
    #expect(Set(sentences).count == sentences.count)
    let trained = GeneratedCorpus.make().source.trainedLines()
    for (item, sentence) in zip(Self.items, sentences) {
      #expect(GeneratedCorpus.shared.automaton.bits(sentence.utf8).isFinite && sentence.hasSuffix(".\n"))
      #expect(!trained.contains(String(sentence.dropLast())))
      #expect(item.candidates.count == 2 && item.candidates[0] < item.candidates[1])
      // Both candidates are words that sentences hold: a foil that never occurs gives itself away.
      #expect(item.candidates.allSatisfy { Self.words.contains($0) })
    }
  }

  private static let words = Set(
    GeneratedCorpus.make().source.withHeldOut { String(decoding: $0, as: UTF8.self) }
      .split { !$0.isLetter }.map(String.init))

  /// How often whoever goes by something alone is right: each of the two counts as often as it is right where that is
  /// the same, and the more frequent one is chosen.
  private func right(by key: (EvidenceItem) -> String) -> Double {
    let groups = Dictionary(grouping: Self.items) { "\(key($0)) \($0.candidates)" }
    let best = groups.values.reduce(0) { sum, items in
      let second = items.reduce(0) { $0 + $1.correct }
      return sum + max(second, items.count - second)
    }
    return Double(best) / Double(Self.items.count)
  }

  /// Even the best table that was made from the items themselves is at chance.
  @Test func frequencyAndNeighboursTellNothing() {
    func before(_ item: EvidenceItem) -> String { String(item.left.split(separator: " ").last ?? "") }
    func behind(_ item: EvidenceItem) -> String {
      item.right.hasPrefix(" ") ? String(item.right.split(separator: " ")[0].prefix { $0.isLetter }) : ","
    }
    #expect(right { _ in "" } == 0.5)
    #expect(right { before($0) } == 0.5)
    #expect(right { "\(before($0)) _ \(behind($0))" } <= 0.55)
    // More of the sentence does tell.
    #expect(right { "\($0.left) _ \($0.right)" } > 0.95)
  }

  /// Where some items fit no context, what is left is still even.
  @Test func anItemIsDroppedWithItsMirror() {
    let short = EvidenceItem.frozen(where: { $0.sentence($0.candidates[$0.correct]).utf8.count < 50 })
    #expect(short.count > 20 && short.count < Self.items.count)
    for first in stride(from: 0, to: short.count, by: 2) {
      #expect(short[first].candidates == short[first + 1].candidates)
      #expect(short[first].correct != short[first + 1].correct && short[first].side == short[first + 1].side)
    }
    #expect(
      EvidenceItem.frozen(where: { _ in true }) == Self.items
        && EvidenceItem.frozen(where: { _ in false }).isEmpty)
  }

  /// Counts of pairs of neighbours in the training text are no better.
  @Test func aBigramModelIsAtChance() {
    let model = GeneratedCorpus.make().source.withTrain { BigramOfWords($0) }
    let right = Self.items.count { item in
      let before = String(item.left.split(separator: " ").last ?? "")
      let counts = item.candidates.map { model.count(before, $0) }
      return counts[item.correct] > counts[1 - item.correct]
    }
    // A tie is wrong, so it may be less than one half, and never more.
    #expect(right <= Self.items.count / 2 && right > Self.items.count / 4)
    let frequent = Self.items.count { item in
      let counts = item.candidates.map { model.count($0) }
      return counts[item.correct] > counts[1 - item.correct]
    }
    #expect(frequent == Self.items.count / 2)
  }

  /// Code that draws twice gets the same.
  @Test func theDrawIsAFunctionOfTheSeed() {
    let trained = TextSource(name: "none", train: [], heldOut: [], startsAtLines: true).trainedLines()
    let first = EvidenceItem.draw(4, seed: 3, notIn: trained)
    #expect(first == EvidenceItem.draw(4, seed: 3, notIn: trained) && first.count == 12)
    #expect(first != EvidenceItem.draw(4, seed: 4, notIn: trained))
  }

  /// Expected numbers beside the enumeration of a small grammar.
  @Test func aPieceOfTextIsExpectedAsOftenAsSentencesHoldIt() {
    let grammar = smallGrammar()
    let visits = ExpectedVisits(GrammarCompiler.compile(grammar))
    let sentences = enumerate(grammar)
    for piece in [" cats", " see", " sees.\n", " near", " seems old.\n", " nearly see", " dogs"] {
      let expected = sentences.reduce(0.0) { sum, entry in
        sum + entry.value * Double(entry.key.components(separatedBy: piece).count - 1)
      }
      let found = visits.states(after: piece).reduce(0) { $0 + $1.count }
      #expect(abs(found - expected) < 1e-12, "\(piece): \(found), \(expected)")
    }
  }
}

/// How often words and pairs of neighbours are in a text.
private struct BigramOfWords {
  private var words: [String: Int] = [:]
  private var pairs: [String: Int] = [:]

  init(_ text: UnsafeBufferPointer<UInt8>) {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let found = String(decoding: line, as: UTF8.self).split { !$0.isLetter }.map(String.init)
      for word in found { words[word, default: 0] += 1 }
      for (first, second) in zip(found, found.dropFirst()) { pairs["\(first) \(second)", default: 0] += 1 }
    }
  }

  func count(_ word: String) -> Int { words[word] ?? 0 }
  func count(_ first: String, _ second: String) -> Int { pairs["\(first) \(second)"] ?? 0 }
}
