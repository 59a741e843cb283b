import Foundation
import Testing
import Text

@testable import Tokenizers

/// Tokenizers that were trained here, as `tokenizer.json`.
@Suite struct ExportedTokenizerTests {
  static let text = sentences(200, seed: 1) + "Ünïcödé 漢字 e\u{301} 👍🏽 12 345,6\n\t--=[x_y]"

  /// Sentences of a few words that repeat, so that there is something to learn.
  private static func sentences(_ count: Int, seed: UInt64) -> String {
    let words =
      "the a cat dogs never sees whoever walked walking home, under bridges; often: reading 1984 again".split(
        separator: " ")
    var state = seed
    return (0..<count).map { _ in
      (0..<8).map { _ -> Substring in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return words[Int(state >> 33) % words.count]
      }.joined(separator: " ") + ".\n"
    }.joined()
  }

  /// Long words, runs of white space, ideographs and unknown characters.
  static let texts: [String] =
    [
      text, sentences(40, seed: 9), "", " ", "a", "a  b   \n c\t\td \r\n",
      String(repeating: "ab", count: 70),
      String(repeating: "é", count: 70), " x" + String(repeating: "漢", count: 50),
      String(repeating: " ", count: 130) + "a",
      String(repeating: "7", count: 129) + " " + String(repeating: "!", count: 65),
      "don't (stop) — «now» 漢字。",
      "🏳️‍🌈 \u{202E}x\u{0}y", "\u{85}a\u{3000}b\u{2028}c",
    ]

  /// A tokenizer of a kind, trained on the text.
  static func pipeline(_ kind: String) throws -> TokenizerPipeline {
    try #require(
      try Array(text.utf8).withUnsafeBufferPointer {
        try TokenizerTrainer.make(kind: kind, vocabulary: 420, from: $0)
      } as? TokenizerPipeline)
  }

  @Test(arguments: TokenizerTrainer.kinds, [true, false])
  func idsAreTheSame(kind: String, startsWithToken: Bool) throws {
    let pipeline = try Self.pipeline(kind)
    let exported = try HubTokenizer(pipeline, startsWithToken: startsWithToken)
    #expect(exported.vocabularySize == pipeline.vocabularySize && exported.special == pipeline.special)
    #expect(
      exported.template.frame(startsWithToken: startsWithToken)
        == pipeline.template.frame(startsWithToken: startsWithToken))
    for text in Self.texts {
      let ids = pipeline.encode(text)
      #expect(exported.encode(text) == ids, "\(text.debugDescription.prefix(80))")
      #expect(exported.decode(ids) == pipeline.decode(ids))
    }
    for id in 0..<Int32(pipeline.vocabularySize) {
      #expect(exported.bytes(of: id) == pipeline.bytes(of: id))
    }
    // Only of a tokenizer that keeps all text are there bits per byte.
    #expect(pipeline.isLossless || !exported.isLossless)
    #expect(exported.isLossless || kind != "byte-bpe")
    for text in Self.texts where exported.isLossless && kind != "characters" {
      #expect(exported.encode(text).flatMap(exported.bytes) == Array(text.utf8))
    }
    let start = pipeline.special[.start].map { startsWithToken ? [$0] : [] } ?? []
    #expect(exported.encode("a").ids == start + pipeline.encode("a"))
  }

  @Test func whatCannotBeExpressedIsNamed() throws {
    struct Loud: Normaliser {
      let type = "loud"
      func normalised(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] { Array(text) }
    }
    let pipeline = try TokenizerPipeline(kind: "loud-bytes", normaliser: Loud(), model: ByteModel())
    let error = #expect(throws: TextError.self) { try HubTokenizer(pipeline, startsWithToken: false) }
    #expect(error?.reason == "has the normaliser loud, which tokenizer.json cannot express")
  }
}
