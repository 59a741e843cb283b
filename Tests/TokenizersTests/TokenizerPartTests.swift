import Foundation
import Testing

@testable import Tokenizers

/// Small tokenizers with one part each, and what the `tokenizers` package makes of texts; written by
/// `Tests/interop/tokenizer_parts.py`.
struct GoldenPart {
  struct Case: Decodable {
    var text: String?
    var pair: String?
    var ids: [Int32]?
    var offsets: [Int]?
    var special: [Int]?
    var segments: [Int32]?
    /// Why the package refuses the text.
    var fails: String?
    var tokens: [Int32]?
    var decoded: String?
  }

  let name: String
  let tokenizer: HubTokenizer
  let cases: [Case]

  static let groups = [
    "added-tokens", "decoders", "normalisers", "pre-tokenizers", "templates", "truncations", "unigrams",
  ]

  /// The parts of a group.
  static func read(_ group: String) throws -> [GoldenPart] {
    struct Cases: Decodable {
      struct Part: Decodable { let cases: [Case] }
      let parts: [String: Part]
    }
    let data = try Data(contentsOf: GoldenTokenizer.folder.appendingPathComponent("parts/\(group).json"))
    let document = try JSONReader.read(data, file: group)
    let cases = try JSONDecoder().decode(Cases.self, from: data).parts
    let shared = try #require(document["shared"]?.members)
    return try #require(document["parts"]?.members).map { name, part in
      let own = try #require(part["tokenizer"]?.members)
      let json = Data(JSONValue.object(shared + own).bytes())
      return GoldenPart(
        name: name, tokenizer: try HubTokenizer(json: json, file: name),
        cases: try #require(cases[name]).cases)
    }
  }

  /// What is not as the package has it.
  func differences(_ tokenizer: HubTokenizer) -> [String] {
    cases.flatMap { expected -> [String] in
      var differences: [String] = []
      func check(_ what: String, _ found: some Equatable, _ wanted: some Equatable) {
        differences.append(
          "\(name): \(what) of \(expected.text.debugDescription), \(expected.pair.debugDescription): \(found), "
            + "not \(wanted)")
      }
      if let text = expected.text, let ids = expected.ids {
        let found: HubEncoding
        do {
          found =
            try tokenizer.truncation.map {
              try tokenizer.encode(text, pair: expected.pair, truncation: $0, offsets: .scalars)
            } ?? tokenizer.encode(text, pair: expected.pair, offsets: .scalars)
        } catch {
          check("encoding", "\(error)", ids)
          return differences
        }
        if found.ids != ids { check("ids", found.ids, ids) }
        let offsets = found.offsets.flatMap { [$0.lowerBound, $0.upperBound] }
        if offsets != expected.offsets { check("offsets", offsets, expected.offsets ?? []) }
        let added = found.isAdded.map { $0 ? 1 : 0 }
        if added != expected.special { check("added tokens", added, expected.special ?? []) }
        if found.segments != expected.segments { check("segments", found.segments, expected.segments ?? []) }
        var first = text
        let fast = first.withUTF8 { tokenizer.ids(of: $0, findsSpecialTokens: true) }
        let plain = tokenizer.encode(text, addingSpecialTokens: false).ids
        if fast != plain { check("ids without offsets", fast, plain) }
      }
      // Its pieces may not overlap by more than they hold; there are none here.
      if let text = expected.text, let reason = expected.fails, !reason.contains("stride"),
        let truncation = tokenizer.truncation,
        let found = try? tokenizer.encode(text, pair: expected.pair, truncation: truncation)
      {
        check("failure", found.ids, reason)
      }
      if let tokens = expected.tokens, let text = expected.decoded {
        let decoded = tokenizer.decode(tokens)
        if Array(decoded.utf8) != Array(text.utf8) { check("text of \(tokens)", decoded, text) }
      }
      return differences
    }
  }
}

@Suite struct TokenizerPartTests {
  @Test(arguments: GoldenPart.groups)
  func equalsThePackage(group: String) throws {
    let parts = try GoldenPart.read(group)
    #expect(parts.count >= 4 && parts.allSatisfy { $0.cases.count >= 5 })
    for part in parts {
      let differences = part.differences(part.tokenizer)
      #expect(differences.isEmpty, "\(differences.prefix(5).joined(separator: "\n"))")
      let again = try HubTokenizer(json: part.tokenizer.json, file: part.name)
      #expect(again.json == part.tokenizer.json)
    }
  }

  /// The first part of a text is used alone, as in the golden values, and so the overlap of further parts changes nothing.
  @Test func theStrideOfATruncationChangesNothing() throws {
    let parts = try GoldenPart.read("truncations").filter { $0.name.hasSuffix("-7-2") }
    #expect(parts.count >= 4)
    for part in parts {
      let json = String(decoding: part.tokenizer.json, as: UTF8.self)
      let other = json.replacing("\"stride\":2", with: "\"stride\":0")
      #expect(other != json)
      let plain = try HubTokenizer(json: Data(other.utf8), file: part.name)
      #expect(plain.truncation == part.tokenizer.truncation && part.differences(plain).isEmpty)
    }
  }

  /// Every part that a file may name has golden values.
  @Test func everyPartHasGoldenValues() throws {
    let text = try (GoldenPart.groups.map { "parts/\($0)" } + GoldenTokenizer.names).map { name in
      try String(contentsOf: GoldenTokenizer.folder.appendingPathComponent(name + ".json"), encoding: .utf8)
    }.joined()
    let names =
      NormaliserParts.names + PreTokenizerParts.names + DecoderParts.names + PostProcessorParts.names
      + ModelParts.names
    // CTC is refused.
    for name in names where name != "CTC" { #expect(text.contains("\"type\":\"\(name)\""), "\(name)") }
  }
}
