import Foundation
import Inference
import Installed
import Tensors
import TestSupport
import Testing
import Zoo

/// Two sentences that an imported encoder reads together.
@Suite struct PairAttentionTests {
  /// Imports a tiny model of the fixtures with a tokenizer as `r`.
  private static func imported(
    _ model: String = "bert", tokenizer: Data = Data(TinyWordPieces.json.utf8), in folder: URL
  ) throws {
    let hub = folder.appendingPathComponent("hub")
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/hub/\(model)"), to: hub)
    try tokenizer.write(to: hub.appendingPathComponent("tokenizer.json"))
    let outcome = try ZooProcess.run(["import", "hub", "--out", "r"], in: folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  /// From `BertForMaskedLM` of transformers 5.24 on the ids 2, 5, 6, 3, 5, 7, 3 with the segments 0, 0, 0, 0, 1, 1, 1.
  @Test func itIsThatOfTransformers() throws {
    try withTemporaryFolder { folder in
      try Self.imported(in: folder)
      let model = try LoadedModel(
        checkpoint: folder.appendingPathComponent("r/checkpoints/step-000000.safetensors"),
        registry: try .standard(), context: try .cpu(threads: 1))
      let input = try model.input("the dog", pair: "the cat")
      #expect(input.ids == [2, 5, 6, 3, 5, 7, 3] && input.segments == [0, 0, 0, 0, 1, 1, 1])
      let maps = try model.attention("the dog", pair: "the cat")
      #expect(maps.second == 4 && maps.tokens[4] == model.tokenizer.label(of: 5))
      for (layer, head, query, key, value) in [
        (0, 0, 1, 5, 0.214028), (1, 2, 5, 1, 0.164100), (2, 1, 4, 6, 0.134888), (2, 2, 0, 3, 0.053624),
      ] as [(Int, Int, Int, Int, Float)] {
        let found = maps.layers[layer][(head * 7 + query) * 7 + key]
        #expect(abs(found - value) < 1e-5, "layer \(layer) head \(head): \(found), \(value)")
      }
      let alone = try model.attention("the dog the cat")
      #expect(alone.second == nil && alone.tokens.count == 6)
    }
  }

  @Test func picturesMarkBothSentences() throws {
    try withTemporaryFolder { folder in
      try Self.imported(in: folder)
      func attention(_ more: String...) throws -> ZooProcess.Outcome {
        try ZooProcess.run(["attention", "r", "--text", "the dog"] + more, in: folder)
      }
      func file(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      }
      #expect(try attention("--pair", "the cat").status == 0)
      let page = try file("attention.html")
      #expect(page.contains("A: the dog B: the cat"))
      #expect(page.contains("<b>A</b>") && page.contains("<b>B</b>") && page.contains("class='division'"))
      #expect(try attention("--pair", "the cat", "--layer", "1", "--head", "2", "--out", "h.svg").status == 0)
      let figure = try file("h.svg")
      #expect(figure.contains("class='division'") && figure.contains("A “the dog” B “the cat”"))
      #expect(try attention("--out", "one.html").status == 0)
      #expect(try !file("one.html").contains("class='division'"))

      for (second, said) in [("", "empty"), (String(repeating: "the ", count: 60), "reads at most 40")] {
        let refused = try attention("--pair", second, "--out", "no.html")
        #expect(refused.status == 1 && refused.errors.contains(said), "\(refused.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("no.html").path))
    }
  }

  /// A decoder whose tokenizer has no separator reads one text.
  @Test func aDecoderIsRefused() throws {
    try withTemporaryFolder { folder in
      var tokenizer = try #require(
        JSONSerialization.jsonObject(with: Data(TinyWordPieces.json.utf8)) as? [String: Any])
      tokenizer["post_processor"] = NSNull()
      try Self.imported(
        "gpt2", tokenizer: JSONSerialization.data(withJSONObject: tokenizer), in: folder)
      let refused = try ZooProcess.run(["attention", "r", "--text", "the", "--pair", "dog"], in: folder)
      #expect(refused.status == 1 && refused.errors.contains("reads one text at a time"), "\(refused.errors)")
    }
  }
}
