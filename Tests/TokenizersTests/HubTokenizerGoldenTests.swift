import Foundation
import Testing

@testable import Tokenizers

/// What the `tokenizers` package makes of difficult texts, for the pipelines of model families.
struct GoldenTokenizer: Decodable {
  struct Case: Decodable {
    let text: String
    let ids: [Int32]
    let offsets: [Int]
    let special: [Int]
    let decoded: String
  }

  let cases: [Case]

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/tokenizers")
  static let names = [
    "bert", "gemma", "gpt1", "gpt2", "llama2", "llama2-metaspace", "llama3", "modernbert", "olmo", "qwen2",
    "roberta",
    "word-level",
  ]

  /// The tokenizer of a file, and what is expected of it.
  static func read(_ name: String) throws -> (tokenizer: HubTokenizer, cases: [Case]) {
    let data = try Data(contentsOf: folder.appendingPathComponent(name + ".json"))
    let document = try #require(try JSONReader.read(data, file: name)["tokenizer"])
    return (
      try HubTokenizer(json: Data(document.bytes()), file: name),
      try JSONDecoder().decode(GoldenTokenizer.self, from: data).cases
    )
  }

  /// What is not as the package has it.
  static func differences(_ tokenizer: HubTokenizer, _ cases: [Case]) -> [String] {
    cases.flatMap { expected -> [String] in
      let found = tokenizer.encode(expected.text, offsets: .scalars)
      let own = zip(found.ids, found.isAdded).filter { !$0.1 }.map(\.0)
      var text = expected.text
      let fast = text.withUTF8 { tokenizer.ids(of: $0, findsSpecialTokens: true) }
      func difference(_ what: String, _ found: some Equatable, _ wanted: some Equatable) -> String {
        "\(what) of \(expected.text.debugDescription): \(found), not \(wanted)"
      }
      var differences: [String] = []
      if found.ids != expected.ids { differences.append(difference("ids", found.ids, expected.ids)) }
      let offsets = found.offsets.flatMap { [$0.lowerBound, $0.upperBound] }
      if offsets != expected.offsets { differences.append(difference("offsets", offsets, expected.offsets)) }
      if found.isAdded.map({ $0 ? 1 : 0 }) != expected.special {
        differences.append(difference("added tokens", found.isAdded, expected.special))
      }
      if fast != own { differences.append(difference("ids without offsets", fast, own)) }
      // Texts are compared byte by byte: two forms of one letter are different texts here.
      let decoded = tokenizer.decode(own)
      if Array(decoded.utf8) != Array(expected.decoded.utf8) {
        differences.append(difference("text", decoded, expected.decoded))
      }
      return differences
    }
  }
}

@Suite struct HubTokenizerGoldenTests {
  @Test(arguments: GoldenTokenizer.names)
  func equalsThePackage(name: String) throws {
    let (tokenizer, cases) = try GoldenTokenizer.read(name)
    #expect(cases.count == 36)
    let differences = GoldenTokenizer.differences(tokenizer, cases)
    #expect(differences.isEmpty, "\(differences.prefix(5).joined(separator: "\n"))")
  }

  @Test(arguments: GoldenTokenizer.names)
  func isTheSameAfterWritingAndReading(name: String) throws {
    let (tokenizer, cases) = try GoldenTokenizer.read(name)
    let again = try HubTokenizer(json: tokenizer.json, file: name)
    #expect(again.json == tokenizer.json && again.vocabularySize == tokenizer.vocabularySize)
    #expect(GoldenTokenizer.differences(again, cases).isEmpty)
  }
}
