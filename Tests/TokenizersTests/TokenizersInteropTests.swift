import Foundation
import TestSupport
import Testing
import Text

@testable import Tokenizers

/// The `tokenizers` package itself, on many difficult strings and on documents.
@Suite("Interop: tokenizers", .enabled(if: PythonScript.isAvailable("ZOO_INTEROP_PYTHON")))
struct TokenizersInteropTests {
  /// Whether `ZOO_INTEROP_ALL` asks for everything.
  private static let isFull = ProcessInfo.processInfo.environment["ZOO_INTEROP_ALL"] == "1"
  /// Strings are compared so many at once.
  private static let stringsPerSlice = isFull ? 20_000 : 5000
  private static let slices = isFull ? 10 : 1
  /// Bytes of documents.
  private static let documentBytes = isFull ? 100_000_000 : 1_000_000

  @Test("Ids, offsets and texts of every family's pipeline")
  func families() throws {
    try withTemporaryFolder { folder in
      let script = try PythonScript("tokenizers_parity.py", variable: "ZOO_INTEROP_PYTHON")
      for slice in 0..<Self.slices {
        let names = try script(
          folder.path, "--strings", "\(Self.stringsPerSlice)", "--seed", "\(21 + slice)", as: [String].self)
        #expect(names.count >= 20)
        for name in names { try compareStrings(name, in: folder) }
        guard slice == 0 else { continue }
        try compareRewritten(names, in: folder, by: script)
        for name in names {
          _ = try script(
            folder.path, "--documents", "\(Self.documentBytes)", "--seed", "4", "--only", name,
            as: [String].self)
          try compareDocuments(name, in: folder)
        }
      }
    }
  }

  private func compareStrings(_ name: String, in folder: URL) throws {
    let place = folder.appendingPathComponent(name)
    let tokenizer = try HubTokenizer(folder: place)
    let data = try Data(contentsOf: place.appendingPathComponent("cases.json"))
    let cases = try JSONDecoder().decode([GoldenTokenizer.Case].self, from: data)
    let differences = GoldenTokenizer.differences(tokenizer, cases)
    #expect(differences.isEmpty, "\(name): \(differences.prefix(3).joined(separator: "\n"))")
  }

  /// Each tokenizer as a checkpoint of ours gives it back, opened by the package.
  private func compareRewritten(_ names: [String], in folder: URL, by script: PythonScript) throws {
    try withTemporaryFolder { written in
      for name in names {
        let tokenizer = try HubTokenizer(
          savedContent: try HubTokenizer(folder: folder.appendingPathComponent(name)).savedContent)
        let cases = ExportedTokenizerTests.texts.map { text in
          let ids = tokenizer.encode(text, addingSpecialTokens: false).ids
          return JSONValue.object([("text", .text(text)), ("ids", .list(ids.map { .integer(Int($0)) }))])
        }
        try tokenizer.json.write(to: written.appendingPathComponent(name + ".json"))
        try Data(JSONValue.list(cases).bytes()).write(
          to: written.appendingPathComponent(name + ".cases.json"))
      }
      let found = try script(written.path, "--read", as: [String: [String]].self)
      #expect(found.count == names.count && found.values.allSatisfy(\.isEmpty), "\(found)")
    }
  }

  private func compareDocuments(_ name: String, in folder: URL) throws {
    let place = folder.appendingPathComponent(name)
    let file = place.appendingPathComponent("encodings.i32")
    defer { try? FileManager.default.removeItem(at: file) }
    let tokenizer = try HubTokenizer(folder: place)
    let text = try Data(contentsOf: folder.appendingPathComponent("text.txt"), options: .alwaysMapped)
    let ends = try Data(contentsOf: folder.appendingPathComponent("ends.i32"))
    let wanted = try Data(contentsOf: file, options: .alwaysMapped)
    // Tests are not optimised: numbers are compared in blocks.
    var (start, at, different) = (0, 0, 0)
    func next(_ count: Int) -> Data {
      defer { at += 4 * count }
      return wanted[at..<at + 4 * count]
    }
    func block(_ numbers: some Sequence<Int32>) -> Data { Array(numbers).withUnsafeBytes { Data($0) } }
    for end in ends.withUnsafeBytes({ Array($0.bindMemory(to: Int32.self)) }) {
      var document = String(decoding: text[start..<Int(end)], as: UTF8.self)
      start = Int(end)
      let count = next(1).withUnsafeBytes { Int($0.loadUnaligned(as: Int32.self)) }
      let found = tokenizer.encode(document, offsets: .scalars)
      let own = found.isAdded.firstIndex(of: false).map { first in
        found.ids[first..<found.ids.count - found.isAdded.reversed().prefix { $0 }.count]
      }
      let fast = document.withUTF8 { tokenizer.ids(of: $0, findsSpecialTokens: true) }
      var isEqual = block(found.ids) == next(count) && block(fast) == block(own ?? [])
      isEqual = block(found.offsets.lazy.map { Int32($0.lowerBound) }) == next(count) && isEqual
      isEqual = block(found.offsets.lazy.map { Int32($0.upperBound) }) == next(count) && isEqual
      different += isEqual ? 0 : 1
      #expect(isEqual || different > 3, "\(name): the document that ends at byte \(end)")
    }
    #expect(
      at == wanted.count && start == text.count && different == 0, "\(name): \(different) documents differ")
  }

  @Test("The package opens our own tokenizers and gives the same ids")
  func exported() throws {
    try withTemporaryFolder { folder in
      for kind in TokenizerTrainer.kinds {
        let pipeline = try ExportedTokenizerTests.pipeline(kind)
        let cases = ExportedTokenizerTests.texts.map { text in
          JSONValue.object([
            ("text", .text(text)), ("ids", .list(pipeline.encode(text).map { .integer(Int($0)) })),
          ])
        }
        try HubTokenizer(pipeline, startsWithToken: true).json
          .write(to: folder.appendingPathComponent(kind + ".json"))
        try Data(JSONValue.list(cases).bytes()).write(to: folder.appendingPathComponent(kind + ".cases.json"))
      }
      let found = try PythonScript("tokenizers_parity.py", variable: "ZOO_INTEROP_PYTHON")(
        folder.path, "--read", as: [String: [String]].self)
      #expect(found.count == TokenizerTrainer.kinds.count && found.values.allSatisfy(\.isEmpty))
    }
  }
}
