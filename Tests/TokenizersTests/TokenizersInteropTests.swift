import Foundation
import TestSupport
import Testing
import Text

@testable import Tokenizers

/// The `tokenizers` package itself, on many difficult strings.
@Suite("Interop: tokenizers", .enabled(if: PythonScript.isAvailable("ZOO_INTEROP_PYTHON")))
struct TokenizersInteropTests {
  /// Strings for each family: more with `./test --interop --all`, and as many as `ZOO_INTEROP_STRINGS` asks for.
  private static let strings = {
    let environment = ProcessInfo.processInfo.environment
    return environment["ZOO_INTEROP_STRINGS"] ?? (environment["ZOO_INTEROP_ALL"] == nil ? "1000" : "5000")
  }()

  @Test("Ids, offsets and texts of every family's pipeline")
  func families() throws {
    try withTemporaryFolder { folder in
      let script = try PythonScript("tokenizers_parity.py", variable: "ZOO_INTEROP_PYTHON")
      let names = try script(folder.path, "--strings", Self.strings, "--seed", "21", as: [String].self)
      #expect(names.count >= 20)
      for name in names {
        let place = folder.appendingPathComponent(name)
        let tokenizer = try HubTokenizer(folder: place)
        let data = try Data(contentsOf: place.appendingPathComponent("cases.json"))
        let cases = try JSONDecoder().decode([GoldenTokenizer.Case].self, from: data)
        let differences = GoldenTokenizer.differences(tokenizer, cases)
        #expect(differences.isEmpty, "\(name): \(differences.prefix(3).joined(separator: "\n"))")
      }
    }
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
