import Foundation
import TestSupport
import Testing

@testable import Text

/// Tokenizers as files.
@Suite struct TokenizerFileTests {
  static let text = TextSamples.sentences(200) + TextSamples.difficult

  @Test(arguments: TokenizerTrainer.kinds)
  func aSavedTokenizerGivesTheSameIds(kind: String) throws {
    let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 420, on: Self.text)
    let data = try TokenizerFile.encode(tokenizer)
    let loaded = try TokenizerFile.decode(data)
    #expect(loaded.kind == kind)
    #expect(loaded.vocabularySize == tokenizer.vocabularySize)
    let other = TextSamples.sentences(50, seed: 7) + "unseen ж words" + TextSamples.difficult
    #expect(loaded.encode(other) == tokenizer.encode(other))
    for id in 0..<Int32(tokenizer.vocabularySize) { #expect(loaded.bytes(of: id) == tokenizer.bytes(of: id)) }
    #expect(try TokenizerFile.encode(loaded) == data)
  }

  static let start = "{\"format\":\"transformer-zoo tokenizer\",\"version\":1,"
  @Test(arguments: [
    ("", "saved tokenizer", ""),
    ("{\"version\":1}", "saved tokenizer", "\"format\""),
    ("[]", "saved tokenizer", ""),
    (
      "{\"format\":\"x\",\"version\":1,\"kind\":\"bytes\"}",
      "saved tokenizer", "\"x\" \"transformer-zoo tokenizer\""
    ),
    (
      "{\"format\":\"transformer-zoo tokenizer\",\"version\":4,\"kind\":\"bytes\"}",
      "saved tokenizer", "4 1 3"
    ),
    (
      start + "\"kind\":\"words\"}",
      "saved tokenizer", "\"words\""
    ),
    (start + "\"kind\":\"byte-bpe\"}", "saved tokenizer", ""),
    (
      start + "\"kind\":\"byte-bpe\",\"merges\":[[5,6],[7]]}",
      "saved tokenizer", "1 1 2"
    ),
    (
      start + "\"kind\":\"byte-bpe\",\"merges\":[[5,6],[5,262]]}",
      "merge 1", "5 262 5 261"
    ),
    (
      start + "\"kind\":\"byte-bpe\",\"merges\":[[5,6],[5,6]]}",
      "merge 1", "5 6"
    ),
    (
      start + "\"kind\":\"byte-bpe\",\"merges\":[[5,\"a\"]]}",
      "saved tokenizer", "\"merges.Index 0.Index 1\""
    ),
    (
      start + "\"kind\":\"characters\",\"characters\":[55296]}",
      "saved tokenizer", "55296"
    ),
    (
      start + "\"kind\":\"characters\",\"characters\":[98,97]}",
      "saved tokenizer", ""
    ),
    (
      start + "\"kind\":\"wordpiece\",\"pieces\":[\"a\",\"a\"]}",
      "piece 1", "\"a\""
    ),
  ])
  func damageIsNamed(json: String, place: String, expected: String) {
    let error = #expect(throws: TextError.self) { try TokenizerFile.decode(Data(json.utf8)) }
    #expect(error?.place == place && facts(error?.reason ?? "") == expected)
    #expect(error?.suggestion.isEmpty == false)
  }

  /// Tokens that double in length with every merge: a file of a few hundred bytes that would take all memory.
  @Test func tokensLongerThanAnyWordAreRefused() {
    let merges = [[97, 97]] + (261..<361).map { [$0, $0] }
    let json = Self.start + "\"kind\":\"byte-bpe\",\"merges\":\(merges)}"
    let error = #expect(throws: TextError.self) { try TokenizerFile.decode(Data(json.utf8)) }
    #expect(error?.place == "saved tokenizer" && facts(error?.reason ?? "") == "6 128 64")
    let deep = String(repeating: "[", count: 200_000)
    #expect(throws: TextError.self) { try TokenizerFile.decode(Data(deep.utf8)) }
  }

  @Test func aCutOffFileIsRefused() throws {
    let data = try TokenizerFile.encode(TextSamples.tokenizer("byte-bpe", vocabulary: 300, on: Self.text))
    for length in 0..<data.count {
      #expect(throws: TextError.self) { try TokenizerFile.decode(data.prefix(length)) }
    }
  }
}
