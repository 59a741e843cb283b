import Foundation
import Settings
import Testing
import Text

@testable import Tokenizers

/// Tokenizers of folders that have no `tokenizer.json`.
@Suite struct HubFolderTests {
  /// A folder with some files, for as long as `body` runs.
  private func withFolder<Result>(_ files: [String: Data], _ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "tokenizer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, content) in files { try content.write(to: folder.appendingPathComponent(name)) }
    return try body(folder)
  }

  private func read(_ files: [String: Data]) throws -> HubTokenizer {
    try withFolder(files) { try HubTokenizer(folder: $0) }
  }

  /// The written forms of a golden tokenizer's model by rising id, and its merges.
  private func model(_ name: String) throws -> (forms: [String], merges: [String]) {
    let document = try JSONReader.read(try GoldenTokenizer.read(name).tokenizer.json, file: name)
    let vocabulary = try #require(document["model"]?["vocab"]?.members)
    let forms = vocabulary.sorted { ($0.value.integer ?? 0) < ($1.value.integer ?? 0) }.map(\.key)
    let merges = document["model"]?["merges"]?.elements ?? []
    return (forms, merges.map { ($0.elements ?? []).compactMap(\.text).joined(separator: " ") })
  }

  private func data(_ text: String) -> Data { Data(text.utf8) }

  @Test func theFileOfTheTokenizersPackageComesFirst() throws {
    let (tokenizer, cases) = try GoldenTokenizer.read("llama2")
    let read = try read([
      "tokenizer.json": tokenizer.json, "vocab.txt": data("a\n"),
      "tokenizer_config.json": data(#"{"bos_token":{"content":"<s>"},"eos_token":"</s>","pad_token":null}"#),
    ])
    #expect(GoldenTokenizer.differences(read, cases).isEmpty)
    #expect(read.special.roles == [.start: 1, .endOfDocument: 2, .unknown: 0, .padding: 3])
  }

  @Test func aWordPieceVocabularyGivesTheSameIds() throws {
    let (tokenizer, cases) = try GoldenTokenizer.read("bert")
    let read = try read(["vocab.txt": data(try model("bert").forms.joined(separator: "\n") + "\n")])
    // The golden tokenizer has two added tokens that are not in the vocabulary.
    let known = cases.filter { !$0.ids.contains { $0 >= read.vocabularySize } }
    #expect(known.count > 25 && read.vocabularySize == tokenizer.vocabularySize - 2)
    for expected in known { #expect(read.encode(expected.text).ids == expected.ids) }
    let (pair, wanted) = (read.encode("a", pair: "b"), tokenizer.encode("a", pair: "b"))
    #expect(pair == wanted && read.special.roles == tokenizer.special.roles)
  }

  @Test func theConfigurationOfBertCounts() throws {
    let vocabulary = data("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nA\na\n\u{E1}\n")
    func ids(_ configuration: String) throws -> [Int32] {
      let tokenizer = try read(["vocab.txt": vocabulary, "tokenizer_config.json": data(configuration)])
      return tokenizer.encode("A \u{E1}", addingSpecialTokens: false).ids
    }
    #expect(try ids("{}") == [6, 6])
    #expect(try ids(#"{"strip_accents":false}"#) == [6, 7])
    #expect(try ids(#"{"do_lower_case":false}"#) == [5, 7])
  }

  @Test(arguments: ["gpt2", "roberta"])
  func bytePairsWithMergesGiveTheSameIds(name: String) throws {
    let cases = try GoldenTokenizer.read(name).cases
    let (forms, merges) = try model(name)
    let roberta =
      #"{"tokenizer_class":"RobertaTokenizer","cls_token":"<s>","sep_token":"</s>","mask_token":"<mask>"}"#
    let read = try read([
      "vocab.json": Data(HubEntries.vocabulary(forms).bytes()),
      "merges.txt": data("#version: 0.2\n" + merges.joined(separator: "\n") + "\n"),
      "tokenizer_config.json": data(
        name == "gpt2" ? #"{"tokenizer_class":"GPT2Tokenizer","eos_token":"<|endoftext|>"}"# : roberta),
    ])
    // The special tokens that the configuration does not name are not found in texts.
    let plain = cases.filter { !$0.text.contains("<unk>") && !$0.text.contains("<pad>") }
    #expect(plain.count > 25)
    for expected in plain { #expect(read.encode(expected.text).ids == expected.ids) }
  }

  private struct SentencePieceCases: Decodable {
    struct Case: Decodable {
      let text: String
      let ids: [Int32]
    }
    let model: String
    let cases: [Case]
  }

  @Test func aSentencePieceModelGivesTheSameIds() throws {
    let url = GoldenTokenizer.folder.appendingPathComponent("sentencepiece.json")
    let golden = try JSONDecoder().decode(SentencePieceCases.self, from: Data(contentsOf: url))
    let model = try #require(Data(base64Encoded: golden.model))
    let files = [
      "tokenizer.model": model, "tokenizer_config.json": data(#"{"tokenizer_class":"LlamaTokenizer"}"#),
    ]
    let tokenizer = try read(files)
    #expect(golden.cases.count > 25)
    for expected in golden.cases {
      #expect(tokenizer.encode(expected.text).ids == [1] + expected.ids)
    }
    #expect(tokenizer.special.roles == [.start: 1, .endOfDocument: 2, .unknown: 0])
    for length in stride(from: 0, to: model.count - 1, by: 211) {
      // A model that is cut off between two pieces has no settings any more, but is a model of its pieces.
      _ = try? read(["tokenizer.model": model.prefix(length)])
    }
    let other = files.merging(["tokenizer_config.json": data(#"{"tokenizer_class":"XLMRobertaTokenizer"}"#)])
    { $1 }
    let error = #expect(throws: SettingsError.self) { try read(other) }
    #expect(error?.problems.first?.path == "tokenizer_class" && error?.problems.first?.found == "xlmroberta")
  }

  @Test func aFolderWithoutATokenizerNamesWhatItLookedFor() throws {
    let error = #expect(throws: SettingsError.self) { try read(["vocab.json": data("{}")]) }
    #expect(error?.problems.first?.allowed?.contains("vocab.json with merges.txt") == true)
  }
}
