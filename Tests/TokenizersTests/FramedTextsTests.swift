import Foundation
import Testing
import Text

@testable import Tokenizers

/// Two texts in the special tokens of a model.
@Suite struct FramedTextsTests {
  /// The file's own template puts the same tokens around both, and where it knows segments, the same ones.
  @Test(arguments: ["bert", "roberta", "modernbert"]) func pairsAreThoseOfTheFile(_ name: String) throws {
    let (tokenizer, _) = try GoldenTokenizer.read(name)
    let texts = ["the dog sleeps.", "it is tired"]
    let framed = try tokenizer.framed(
      texts.map(tokenizer.encodePrompt), startsWithToken: false, for: "a test")
    let file = tokenizer.encode(texts[0], pair: texts[1])
    #expect(framed.ids == file.ids)
    #expect(framed.places.map { Array(framed.ids[$0]) } == texts.map(tokenizer.encodePrompt))
    // RoBERTa's and ModernBERT's have none; their models read none either.
    if name == "bert" { #expect(framed.segments == file.segments) }
    let alone = try tokenizer.framed(
      [tokenizer.encodePrompt(texts[0])], startsWithToken: false, for: "a test")
    #expect(alone.ids == tokenizer.encode(texts[0]).ids && alone.segments == nil)
  }

  @Test func nothingIsPutWhereTheFileHasNothing() throws {
    let (tokenizer, _) = try GoldenTokenizer.read("gpt2")
    #expect(try tokenizer.framed([[1], [2]], startsWithToken: false, for: "a test").ids == [1, 2])
  }
}
