import Foundation
import Settings
import Testing
import Text

@testable import Tokenizers

/// Tokenizers of `tokenizer.json` in checkpoints, and files that are refused.
@Suite struct HubTokenizerFileTests {
  private func registry() throws -> Registry {
    var registry = Registry()
    try registry.addText()
    try registry.addImportedTokenizers()
    return registry
  }

  @Test(arguments: GoldenTokenizer.names)
  func aSavedTokenizerIsTheSame(name: String) throws {
    let (tokenizer, cases) = try GoldenTokenizer.read(name)
    let data = try TokenizerFile.encode(tokenizer)
    let loaded = try #require(try TokenizerFile.decode(data, registry: registry()) as? HubTokenizer)
    #expect(GoldenTokenizer.differences(loaded, cases).isEmpty)
    #expect(loaded.special == tokenizer.special && loaded.vocabularySize == tokenizer.vocabularySize)
    #expect(
      loaded.template.frame(startsWithToken: true) == tokenizer.template.frame(startsWithToken: true))
    #expect(try TokenizerFile.encode(loaded) == data && loaded.fingerprint == tokenizer.fingerprint)
    let missing = #expect(throws: TextError.self) { try TokenizerFile.decode(data) }
    #expect(missing?.isForMissingPart == true)
    #expect(throws: (any Error).self) { try TokenizerFile.decode(data.dropLast(), registry: registry()) }
    #expect(throws: (any Error).self) { try TokenizerFile.decode(data.dropLast(20), registry: registry()) }
  }

  @Test func rolesFollowFromTheFile() throws {
    let bert = try GoldenTokenizer.read("bert").tokenizer
    #expect(bert.special.roles == [.padding: 0, .unknown: 1, .start: 2, .separator: 3, .mask: 4])
    #expect(
      bert.template.frame(startsWithToken: false)
        == TemplateFrame(before: [.start], between: [.separator], after: [.separator]))
    let roberta = try GoldenTokenizer.read("roberta").tokenizer
    #expect(roberta.special.roles[.start] == 0 && roberta.special.roles[.mask] == 4)
    #expect(
      roberta.template.frame(startsWithToken: false)
        == TemplateFrame(
          before: [.start], between: [.endOfDocument, .endOfDocument], after: [.endOfDocument]))
    let gpt2 = try GoldenTokenizer.read("gpt2").tokenizer
    #expect(gpt2.special.roles == [.endOfDocument: 0] && gpt2.isLossless)
    #expect(gpt2.special.text(of: 0) == "<|endoftext|>" && gpt2.bytes(of: 0).isEmpty)
  }

  /// A normaliser that writes a mark for every space loses only a mark that was in the text.
  @Test(arguments: ["llama2", "gemma"]) func theMarkOfASpaceIsAllThatIsLost(_ name: String) throws {
    let tokenizer = try GoldenTokenizer.read(name).tokenizer
    #expect(!tokenizer.isLossless && tokenizer.spaceMark == "▁")
    for text in ["the dog sleeps.", "  two  spaces ", "tab\tand\nline", "Ünïcödé 🚀"] {
      #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }
    #expect(tokenizer.decode(tokenizer.encode("a▁b")) == "a b")
    #expect(tokenizer.normalisation?.contains("pattern String \" \"") == true)
  }

  @Test func whatLosesMoreOrNothingHasNoMark() throws {
    for name in ["bert", "gpt2"] { #expect(try GoldenTokenizer.read(name).tokenizer.spaceMark == nil) }
  }

  @Test func rolesThatAreStatedComeFirst() throws {
    let gpt2 = try GoldenTokenizer.read("gpt2").tokenizer
    let end = "<|endoftext|>"
    let stated = try HubTokenizer(
      json: gpt2.json, file: "gpt2", roles: [.start: end, .endOfDocument: end, .unknown: end, .padding: end])
    #expect(stated.special.roles == [.start: 0, .endOfDocument: 0, .padding: 0])
  }

  @Test func specialTokensInTextAreTextUnlessAPromptHasThem() throws {
    let bert = try GoldenTokenizer.read("bert").tokenizer
    #expect(bert.encodePrompt("[MASK]") == [4])
    #expect(!bert.encode("[MASK]").contains(4))
    let pair = bert.encode("[MASK]", pair: "[MASK]")
    #expect(pair.ids == [2, 4, 3, 4, 3] && pair.segments == [0, 0, 0, 1, 1])
    #expect(bert.encode("[MASK]", pair: "[MASK]", addingSpecialTokens: false).segments == [0, 1])
  }

  @Test func bytesThatAreNoTextBecomeReplacementCharacters() throws {
    let gpt2 = try GoldenTokenizer.read("gpt2").tokenizer
    let ids = [0x61, 0xFF, 0x62].withUnsafeBufferPointer { gpt2.encode($0) }
    #expect(gpt2.decode(ids) == "a\u{FFFD}b")
  }

  static let model = #""model":{"type":"WordLevel","vocab":{"a":0,"?":1},"unk_token":"?"}"#
  @Test(arguments: [
    ("{", "ends too early"),
    (#"{"model":1}"#, "model: is no object"),
    (#"{"version":"2.0",\#(model)}"#, "version: is a version that is not known"),
    (#"{"normaliser":null,\#(model)}"#, #"did you mean normalizer?"#),
    (#"{"normalizer":{"type":"NFX"},\#(model)}"#, "normalizer.type: is a part that is not known"),
    (#"{"normalizer":{"type":"NFC","form":1},\#(model)}"#, "normalizer.form: is a key that is not known"),
    (
      #"{"normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Prepend"}]},\#(model)}"#,
      "normalizer.normalizers.1.prepend: is missing"
    ),
    (
      #"{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Isolated","invert":false},\#(model)}"#,
      "a ( without its )"
    ),
    (
      #"{"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\p{Han}"},"behavior":"Isolated","invert":false},\#(model)}"#,
      "\\p{Han} is not known"
    ),
    (
      #"{"pre_tokenizer":{"type":"Split","pattern":{"String":"a"},"behavior":"Glued","invert":false},\#(model)}"#,
      "pre_tokenizer.behavior: is not known; found \"Glued\""
    ),
    (#"{"model":{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}}"#, "is the id of another token"),
    (#"{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}"#, "model.merges.0: merges tokens"),
    (#"{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}"#, "model.merges.0: is no pair"),
    (#"{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}"#, "model.vocab.a: is no id"),
    (
      #"{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"dropout":0.1}}"#,
      "model.dropout: makes tokens random"
    ),
    (
      #"{"model":{"type":"WordPiece","vocab":{"a":0},"unk_token":"u","continuing_subword_prefix":"","max_input_chars_per_word":9}}"#,
      "model.unk_token: is not in the vocabulary"
    ),
    (#"{"added_tokens":[{"id":0,"content":"a"}],\#(model)}"#, "added_tokens.0.single_word: is missing"),
    (
      #"{"decoder":{"type":"Metaspace","replacement":"ab"},\#(model)}"#,
      "decoder.replacement: is not one character"
    ),
    (
      #"{"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}}],"pair":[],"special_tokens":{}},\#(model)}"#,
      "post_processor.single.0: is not one of special_tokens"
    ),
  ])
  func aFaultIsNamed(json: String, expected: String) {
    let error = #expect(throws: SettingsError.self) {
      try HubTokenizer(json: Data(json.utf8), file: "t.json")
    }
    let said = error?.description ?? ""
    #expect(said.contains(expected), "\(said)")
  }

  @Test func allProblemsAreNamedAtOnce() {
    let json = #"{"normalizer":{"type":"A"},"decoder":{"type":"B"},"extra":1,\#(Self.model)}"#
    let error = #expect(throws: SettingsError.self) {
      try HubTokenizer(json: Data(json.utf8), file: "t.json")
    }
    #expect(error?.problems.map(\.path) == ["extra", "normalizer.type", "decoder.type"])
  }

  /// A file that is cut off anywhere, or has a byte changed, is refused or read, and never crashes.
  @Test func damagedFilesNeverCrash() throws {
    let json = [UInt8](try GoldenTokenizer.read("llama2").tokenizer.json)
    for length in stride(from: 0, to: json.count, by: 97) {
      #expect(throws: SettingsError.self) { try HubTokenizer(json: Data(json[..<length]), file: "t.json") }
    }
    var state = UInt64(1)
    for _ in 0..<200 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var changed = json
      changed[Int(state >> 33) % json.count] = UInt8(truncatingIfNeeded: state >> 20)
      if let tokenizer = try? HubTokenizer(json: Data(changed), file: "t.json") {
        #expect(tokenizer.decode(tokenizer.encode("a text é <s>")).utf8.count >= 0)
      }
    }
  }

  @Test func theKindCannotBeTrained() throws {
    let registry = try registry()
    #expect(registry.names(of: .tokenizer).contains(HubTokenizer.kind))
  }
}
