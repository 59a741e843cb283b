import Foundation
import TestSupport
import Testing

@testable import Text

/// WordPiece: learning and spelling.
@Suite struct WordPieceTests {
  @Test func theLongestPieceComesFirst() throws {
    let tokenizer = try TokenizerPipeline.wordPieces(
      WordPieceModel(names: ["a", "b", "##a", "##b", "ab", "##ba", "abba", "."]))
    #expect(tokenizer.encode("abba") == [11])
    #expect(tokenizer.encode("abbab") == [11, 8])
    #expect(tokenizer.encode("aba  b.") == [9, 7, 6, 12])
    #expect(tokenizer.encode("abc a") == [SpecialTokens.unknown, 5])
    #expect(tokenizer.decode(tokenizer.encode("abbab\n\tb.")) == "abbab b .")
    #expect(tokenizer.label(of: 10) == "##ba")
    #expect((tokenizer as any Tokenizer).label(of: 10) == "##ba")
  }

  @Test func trainedTextIsSpelledWithoutUnknowns() throws {
    let text = TextSamples.sentences(300)
    let tokenizer = try TextSamples.tokenizer("wordpiece", vocabulary: 200, on: text)
    let ids = tokenizer.encode(text)
    #expect(!ids.contains(SpecialTokens.unknown))
    func normalised(_ text: String) -> String { text.filter { !$0.isWhitespace } }
    #expect(normalised(tokenizer.decode(ids)) == normalised(text))
    #expect(tokenizer.encode("the penguin").count == 2)
    #expect(!tokenizer.isLossless)
    // Bytes of the pieces: the words, each with one separator.
    let bytes = tokenizer.encode("the penguin sees 7.").flatMap { tokenizer.bytes(of: $0) }
    #expect(String(decoding: bytes, as: UTF8.self) == " the penguin sees 7 .")
  }

  @Test func firstJoinHasTheGreatestGain() throws {
    // n(q##u) = 4 with both rare elsewhere; n(a##b) = 5, but a and b are common apart from each other.
    let text = "qu qu qu qu ab ab ab ab ab " + String(repeating: "ac ad db bb ", count: 6)
    let tokenizer = try TextSamples.tokenizer("wordpiece", vocabulary: 64, on: text)
    let names = try #require((tokenizer as? TokenizerPipeline)?.model as? WordPieceModel).names
    let first = try #require(names.first { $0.drop { $0 == "#" }.count > 1 })
    #expect(first == Self.plainBest(of: text))
  }

  /// The definition of the gain, for the first join.
  private static func plainBest(of text: String) -> String {
    var symbols: [String: Double] = [:]
    var pairs: [String: (left: String, right: String, count: Double)] = [:]
    for word in text.split(separator: " ") {
      let pieces = word.enumerated().map { ($0 > 0 ? "##" : "") + String($1) }
      for piece in pieces { symbols[piece, default: 0] += 1 }
      for (left, right) in zip(pieces, pieces.dropFirst()) {
        pairs[left + right.dropFirst(2), default: (left, right, 0)].count += 1
      }
    }
    let total = symbols.values.reduce(0, +)
    func gain(_ pair: (left: String, right: String, count: Double)) -> Double {
      pair.count * log(pair.count * total / ((symbols[pair.left] ?? 0) * (symbols[pair.right] ?? 0)))
    }
    return pairs.max { gain($0.value) < gain($1.value) }?.key ?? ""
  }

  @Test func punctuationAndIdeographsStandAlone() throws {
    let tokenizer = try TextSamples.tokenizer(
      "wordpiece", vocabulary: 100, on: "漢字 don't “so” no-one\u{3000}end")
    #expect(tokenizer.decode(tokenizer.encode("漢字don't")) == "漢 字 don ' t")
    #expect(tokenizer.decode(tokenizer.encode("“no-one”\u{3000}end")) == "“ no - one ” end")
  }

  @Test func rareCharactersAreLeftOutOfASmallVocabulary() throws {
    let rare = (0..<100).compactMap { Unicode.Scalar(0x400 + $0) }.map { String($0) }.joined(separator: " ")
    let tokenizer = try TextSamples.tokenizer("wordpiece", vocabulary: 64, on: "ab ab cd cd " + rare)
    #expect(tokenizer.vocabularySize == 64)
    #expect(!tokenizer.encode("ab cd").contains(SpecialTokens.unknown))
  }

  @Test func badBytesAndEndlessWordsAreUnknown() throws {
    let tokenizer = try TextSamples.tokenizer("wordpiece", vocabulary: 100, on: "aa ab")
    #expect([0x61, 0xFF, 0x61].withUnsafeBufferPointer { tokenizer.encode($0) }[1] == SpecialTokens.unknown)
    #expect(tokenizer.encode(String(repeating: "a", count: 101)) == [SpecialTokens.unknown])
    #expect(!tokenizer.encode(String(repeating: "a", count: 100)).contains(SpecialTokens.unknown))
  }

  @Test func piecesThatAreDamagedAreRefused() {
    #expect(throws: TextError.self) { try TokenizerPipeline.wordPieces(WordPieceModel(names: ["a", "##"])) }
    #expect(throws: TextError.self) {
      try TokenizerPipeline.wordPieces(WordPieceModel(names: ["a", "b", "a"]))
    }
    #expect(throws: Never.self) {
      try TokenizerPipeline.wordPieces(WordPieceModel(names: ["a", "##a", "é", "e\u{301}"]))
    }
  }
}
