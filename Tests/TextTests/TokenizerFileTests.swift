import Foundation
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
  static let suggestion = "; it is damaged: take another copy or train it again"

  @Test(arguments: [
    ("", "saved tokenizer: is not the JSON of a tokenizer (it cannot be read as JSON)" + suggestion),
    ("{\"version\":1}", "saved tokenizer: is not the JSON of a tokenizer (no \"format\")" + suggestion),
    ("[]", "saved tokenizer: is not the JSON of a tokenizer (no object)" + suggestion),
    (
      "{\"format\":\"x\",\"version\":1,\"kind\":\"bytes\"}",
      "saved tokenizer: has the format \"x\", not \"transformer-zoo tokenizer\"" + suggestion
    ),
    (
      "{\"format\":\"transformer-zoo tokenizer\",\"version\":3,\"kind\":\"bytes\"}",
      "saved tokenizer: has version 3, and this program reads 1 and 2; read it with the program that wrote it"
    ),
    (
      start + "\"kind\":\"words\"}",
      "saved tokenizer: has the unknown kind \"words\"; "
        + "this program knows bytes, characters, byte-bpe, wordpiece"
    ),
    (start + "\"kind\":\"byte-bpe\"}", "saved tokenizer: has no merges, which byte-bpe needs" + suggestion),
    (
      start + "\"kind\":\"byte-bpe\",\"merges\":[[5,6],[7]]}",
      "saved tokenizer: merge 1 joins 1 tokens instead of 2" + suggestion
    ),
    (
      start + "\"kind\":\"byte-bpe\",\"merges\":[[5,6],[5,262]]}",
      "merge 1: joins 5 and 262, but only the tokens 5 to 261 are known by then; "
        + "the tokenizer is damaged: train it again"
    ),
    (
      start + "\"kind\":\"byte-bpe\",\"merges\":[[5,6],[5,6]]}",
      "merge 1: joins 5 and 6 a second time; the tokenizer is damaged: train it again"
    ),
    (
      start + "\"kind\":\"byte-bpe\",\"merges\":[[5,\"a\"]]}",
      "saved tokenizer: is not the JSON of a tokenizer (\"merges.Index 0.Index 1\" has the wrong type)"
        + suggestion
    ),
    (
      start + "\"kind\":\"characters\",\"characters\":[55296]}",
      "saved tokenizer: 55296 is not a code point" + suggestion
    ),
    (
      start + "\"kind\":\"characters\",\"characters\":[98,97]}",
      "saved tokenizer: its characters are not in ascending order" + suggestion
    ),
    (
      start + "\"kind\":\"wordpiece\",\"pieces\":[\"a\",\"a\"]}",
      "piece 1: \"a\" is there twice; the tokenizer is damaged: train it again"
    ),
  ])
  func damageIsNamed(json: String, message: String) {
    #expect { try TokenizerFile.decode(Data(json.utf8)) } throws: { "\($0)" == message }
  }

  /// Tokens that double in length with every merge: a file of a few hundred bytes that would take all memory.
  @Test func tokensLongerThanAnyWordAreRefused() {
    let merges = [[97, 97]] + (261..<361).map { [$0, $0] }
    let json = Self.start + "\"kind\":\"byte-bpe\",\"merges\":\(merges)}"
    #expect { try TokenizerFile.decode(Data(json.utf8)) } throws: {
      "\($0)"
        == "saved tokenizer: merge 6 makes a token of 128 bytes, and words have at most 64" + Self.suggestion
    }
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
