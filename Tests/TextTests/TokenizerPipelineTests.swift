import Foundation
import Settings
import TestSupport
import Testing

@testable import Text

/// Tokenizers made of parts: each part does its own, special tokens have any ids, and files bring all of it back.
@Suite struct TokenizerPipelineTests {
  static let text = TextSamples.sentences(120) + TextSamples.difficult

  /// The same models with the special tokens of other programs.
  private func pipelines(_ special: SpecialTokens) throws -> [TokenizerPipeline] {
    try Array(Self.text.utf8).withUnsafeBufferPointer { text in
      let pairs = try BytePairModel(trainedOn: text, tokens: 400)
      let characters = CharacterModel(trainedOn: text)
      let pieces = try WordPieceModel(trainedOn: text, tokens: 200)
      let byteSpecial = special.roles[.unknown] == nil ? special : .standard
      return [
        try .bytePairs(pairs, special), try .init(kind: "bytes", special: byteSpecial, model: ByteModel()),
        try .characters(characters), try .wordPieces(pieces),
      ]
    }
  }

  @Test(arguments: ["bert", "gpt-2", "other"]) func idsAreThoseThatTheSpecialTokensLeave(layout: String)
    throws
  {
    let special = try ForeignTokenizer.layout(layout).special
    let model = try Array(Self.text.utf8).withUnsafeBufferPointer {
      try BytePairModel(trainedOn: $0, tokens: 400)
    }
    let (own, standard) = (
      try TokenizerPipeline.bytePairs(model, special), try TokenizerPipeline.bytePairs(model)
    )
    let ids = own.encode(Self.text)
    #expect(ids == standard.encode(Self.text).map { special.ordinaryID(Int($0) - 5) })
    #expect(!ids.contains(where: special.contains))
    #expect(own.decode(ids) == Self.text && own.vocabularySize == model.count + special.tokens.count)
    for token in special.tokens { #expect(own.encodePrompt("the\(token.text)").last == token.id) }
  }

  @Test func filesBringBackPartsAndSpecialTokens() throws {
    let special = try ForeignTokenizer.layout("gpt-2").special
    let model = BytePairModel.Merge(left: 97, right: 98)
    let tokenizers = [
      try TokenizerPipeline.bytePairs(try BytePairModel(merges: [model]), special),
      try TokenizerPipeline(
        kind: "small words", special: try ForeignTokenizer.layout("bert").special,
        normaliser: LowercaseNormaliser(), preTokenizer: SeparateWords(),
        model: try WordPieceModel(names: (0..<200).map { "w\($0)" } + ["ab", "##c", "é"]),
        template: EnclosedTemplate(), decoder: SpacingDecoder()),
    ]
    for tokenizer in tokenizers {
      let data = try TokenizerFile.encode(tokenizer)
      let loaded = try #require(TokenizerFile.decode(data) as? TokenizerPipeline)
      #expect(loaded.partNames == tokenizer.partNames && loaded.kind == tokenizer.kind)
      #expect(loaded.special == tokenizer.special && loaded.vocabularySize == tokenizer.vocabularySize)
      let text = "ABC ab [MASK] é w7 zzz"
      #expect(loaded.encode(text) == tokenizer.encode(text))
      #expect(loaded.encodePrompt(text) == tokenizer.encodePrompt(text))
      #expect(try TokenizerFile.encode(loaded) == data && loaded.fingerprint == tokenizer.fingerprint)
      #expect(
        loaded.template.frame(startsWithToken: false) == tokenizer.template.frame(startsWithToken: false))
      for length in stride(from: 0, to: data.count, by: 7) {
        #expect(throws: TextError.self) { try TokenizerFile.decode(data.prefix(length)) }
      }
    }
    // What a file of version 1 can say is written as it always was.
    for tokenizer in try pipelines(.standard) {
      #expect(String(decoding: try TokenizerFile.encode(tokenizer), as: UTF8.self).contains("\"version\":1"))
    }
  }

  @Test(arguments: [
    ("\"model\":{\"type\":\"bytes\"}", "has no kind"),
    ("\"kind\":\"x\"", "has no model"),
    ("\"kind\":\"x\",\"model\":{\"type\":\"runes\"}", "has the unknown token model \"runes\""),
    ("\"kind\":\"x\",\"model\":{}", "its model has no type"),
    ("\"kind\":\"x\",\"model\":{\"type\":\"byte-pairs\"}", "has no list of merges, which its model needs"),
    (
      "\"kind\":\"x\",\"model\":{\"type\":\"byte-pairs\",\"merges\":[[1]]}", "merge 0 is not a pair of tokens"
    ),
    (
      "\"kind\":\"x\",\"model\":{\"type\":\"bytes\"},\"decoder\":{\"type\":\"x\"}",
      "has the unknown decoder \"x\""
    ),
  ])
  func damagedPartsAreNamed(members: String, reason: String) {
    let json =
      "{\"format\":\"transformer-zoo tokenizer\",\"version\":2,\"special\":[],\(members)}"
    let error = #expect(throws: TextError.self) { try TokenizerFile.decode(Data(json.utf8)) }
    #expect(error?.reason == reason)
  }

  @Test(arguments: [
    ("{\"id\":0}", ""),
    ("{\"id\":0,\"text\":\"a\",\"roles\":[\"king\"]}", "\"king\""),
    (
      "{\"id\":0,\"text\":\"a\",\"roles\":[\"mask\"]},{\"id\":1,\"text\":\"b\",\"roles\":[\"mask\"]}",
      ""
    ),
    (
      "{\"id\":257,\"text\":\"a\"}",
      "257 257 0 256"
    ),
  ])
  func damagedSpecialTokensAreNamed(tokens: String, expected: String) {
    let json =
      "{\"format\":\"transformer-zoo tokenizer\",\"version\":2,\"kind\":\"x\",\"special\":[\(tokens)],"
      + "\"model\":{\"type\":\"bytes\"}}"
    let error = #expect(throws: TextError.self) { try TokenizerFile.decode(Data(json.utf8)) }
    #expect(error.map { facts($0.reason) } == expected)
  }

  @Test func aModelWithUnknownsNeedsATokenForThem() throws {
    let special = try ForeignTokenizer.layout("gpt-2").special
    let model = try WordPieceModel(names: (0..<300).map { "w\($0)" })
    let error = #expect(throws: TextError.self) { try TokenizerPipeline.wordPieces(model, special) }
    #expect(["unknown", "word-pieces"].allSatisfy { error?.reason.contains($0) == true })
  }

  @Test func normalisersChangeTheTextFirst() throws {
    func normalised(_ part: any Normaliser, _ text: String) -> [UInt8] {
      Array(text.utf8).withUnsafeBufferPointer { part.normalised($0) }
    }
    #expect(normalised(ComposingNormaliser(), "e\u{301}") == Array("\u{E9}".utf8))
    #expect(normalised(LowercaseNormaliser(), "AbZ[ΟΔΟΣ É1") == Array("abz[οδοσ é1".utf8))
    let tokenizer = try TokenizerPipeline(
      kind: "small", normaliser: LowercaseNormaliser(), model: ByteModel())
    #expect(tokenizer.decode(tokenizer.encode("The DOG")) == "the dog" && !tokenizer.isLossless)
    // Parts of a text are normalised by themselves, and their tokens stay apart.
    let text = Array("ABcd".utf8)
    var memory = WordMemory()
    let parts = text.withUnsafeBufferPointer { tokenizer.encode($0, parts: [0..<2, 2..<4], memory: &memory) }
    #expect(parts.starts == [0, 2] && tokenizer.decode(parts.ids) == "abcd")
  }

  @Test func aPartMayBeRegisteredFromOutside() throws {
    struct Halves: PreTokenizer {
      let type = "halves"
      let spacing = WordSpacing.kept
      func cut(
        _ text: UnsafeBufferPointer<UInt8>, _ part: Range<Int>,
        into words: UnsafeMutableBufferPointer<Range<Int>>
      ) -> (count: Int, next: Int) {
        let middle = part.lowerBound + (part.count + 1) / 2
        words[0] = part.lowerBound..<middle
        return (1, middle)
      }
    }
    let tokenizer = try TokenizerPipeline(
      kind: "halves", preTokenizer: Halves(), model: try BytePairModel(merges: [.init(left: 97, right: 97)]))
    #expect(tokenizer.encode("aaa") == [261, 102])
    let data = try TokenizerFile.encode(tokenizer)
    let missing = #expect(throws: TextError.self) { try TokenizerFile.decode(data) }
    #expect(missing?.reason == "has the unknown pre-tokenizer \"halves\"")
    #expect(missing?.isForMissingPart == true)
    #expect(
      missing?.suggestion.hasPrefix("load the plugin that has it with --plugin FILE (known without it: ")
        == true)
    var registry = Registry()
    try registry.addText()
    try registry.add("halves", to: .preTokenizer, summary: "half of what is left", file: "One/F") { _ in
      Halves()
    }
    #expect(try TokenizerFile.decode(data, registry: registry).encode("aaa") == [261, 102])
    let clash = #expect(throws: SettingsError.self) {
      try registry.add("halves", to: .preTokenizer, summary: "", file: "Two/F") { _ in Halves() }
    }
    #expect(clash?.problems.map(\.reason) == ["registered twice, by One and by Two"])
    // A kind of tokenizer that a descriptor may name.
    try registry.add("halves", to: .tokenizer, summary: "half of what is left") { _, _ in tokenizer }
    let (settings, _) = registry.catalog.resolve(Node(.text("halves")), family: "tokenizer")
    let made = try registry.member("halves", of: .tokenizer)(
      try #require(settings), UnsafeBufferPointer(start: nil, count: 0))
    #expect(made.encode("aaa") == [261, 102])
  }
}
