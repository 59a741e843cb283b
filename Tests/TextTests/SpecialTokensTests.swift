import TestSupport
import Testing

@testable import Text

/// Special tokens with any ids: which are ordinary, and what is missing.
@Suite struct SpecialTokensTests {
  @Test func standardOnesAreWhatFilesHaveAlwaysMeant() {
    let special = SpecialTokens.standard
    #expect(special.tokens.map(\.id) == [0, 1, 2, 3, 4])
    #expect(special.tokens.map(\.text) == ["[PAD]", "[UNK]", "[START]", "[SEP]", "[MASK]"])
    #expect(special.roles == [.padding: 0, .unknown: 1, .start: 2, .separator: 3, .mask: 4])
    #expect(Vocabulary(size: 9).ordinaryRanges() == [5..<9] && special.ordinaryID(0) == 5)
  }

  @Test(arguments: ["bert", "gpt-2", "other"]) func ordinaryIDsAreTheOthers(layout: String) throws {
    let tokenizer = try ForeignTokenizer.layout(layout)
    let special = tokenizer.special
    let ordinary = (0..<Int32(tokenizer.vocabularySize)).filter { id in
      !special.tokens.contains { $0.id == id }
    }
    #expect((0..<256).map(special.ordinaryID) == ordinary)
    #expect(ordinary.map(special.ordinaryNumber) == (0..<256).map { $0 })
    #expect(tokenizer.vocabulary.ordinaryRanges().joined().map { Int32($0) } == ordinary)
    #expect(tokenizer.vocabulary.ordinaryCount == 256)
    #expect(tokenizer.vocabulary.ordinaryRanges(below: 8).joined().allSatisfy { $0 < 8 })
    for token in special.tokens {
      #expect(special.contains(token.id) && special.text(of: token.id) == token.text)
      #expect(special.ordinaryNumber(of: token.id) == nil)
      #expect(tokenizer.encodePrompt("a\(token.text)b")[1] == token.id)
      #expect(tokenizer.decode([token.id]) == token.text && tokenizer.label(of: token.id) == token.text)
    }
    #expect(!special.contains(-1) && !special.contains(5000))
  }

  @Test func theLongestWrittenFormCounts() throws {
    let special = try SpecialTokens([SpecialToken(3, "<s>"), SpecialToken(300, "<s>>")], roles: [:])
    let parts = PromptPart.parts(of: "x<s>><s>", special)
    #expect(
      parts.compactMap { part -> Int32? in if case .special(let id) = part { id } else { nil } } == [300, 3])
  }

  @Test func aMissingRoleNamesWhatNeedsIt() throws {
    let special = try ForeignTokenizer.layout("gpt-2").special
    let error = #expect(throws: TextError.self) { try special.id(.mask, for: "objective masked-lm") }
    #expect(error?.place == "tokenizer" && error?.suggestion.contains("byte-bpe") == true)
    #expect(
      ["mask", "objective masked-lm", "<|endoftext|>"].allSatisfy { error?.reason.contains($0) == true })
    #expect(try special.id(.start, for: "anything") == 256)
  }

  @Test func contradictionsAreRefused() {
    func expectFault(_ tokens: [SpecialToken], _ roles: [SpecialRole: Int32]) {
      #expect(throws: TextError.self) { try SpecialTokens(tokens, roles: roles) }
    }
    expectFault([SpecialToken(-1, "a")], [:])
    expectFault([SpecialToken(1, "")], [:])
    expectFault([SpecialToken(1, "a"), SpecialToken(1, "b")], [:])
    expectFault([SpecialToken(1, "a"), SpecialToken(2, "a")], [:])
    expectFault([SpecialToken(1, "a")], [.mask: 2])
    #expect(throws: Never.self) { try SpecialTokens([SpecialToken(1, "a")], roles: [.mask: 1, .start: 1]) }
  }
}
