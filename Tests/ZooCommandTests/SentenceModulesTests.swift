import Foundation
import TestSupport
import Testing

/// The files of sentence-transformers beside a model.
@Suite struct SentenceModulesTests {
  private static let modules = """
    [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
     {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}NORMALIZE]
    """
  private static let normalize =
    #", {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}"#

  /// The tiny BERT of the fixtures with word pieces and these files.
  private static func folder(
    in folder: URL, module: String = "Pooling", normalizes: Bool = false, pooling: String,
    transformer: String = "{}", more: String? = nil
  ) throws {
    let modules = Self.modules.replacing("NORMALIZE", with: normalizes ? normalize : "")
      .replacing("models.Pooling", with: "models.\(module)")
    let files = FileManager.default
    let hub = folder.appendingPathComponent("hub")
    try? files.removeItem(at: hub)
    try files.copyItem(
      at: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/hub/bert"), to: hub)
    try files.createDirectory(
      at: hub.appendingPathComponent("1_Pooling"), withIntermediateDirectories: false)
    for (name, text) in [
      ("tokenizer.json", TinyWordPieces.json), ("modules.json", modules), ("1_Pooling/config.json", pooling),
      ("sentence_bert_config.json", transformer), ("config_sentence_transformers.json", more ?? "{}"),
    ] { try Data(text.utf8).write(to: hub.appendingPathComponent(name)) }
  }

  private struct Use {
    var normalizes = false
    let pooling: String
    var transformer = "{}"
    var more: String?
    let text: String
    /// Places of the vector, and what `transformers` computes there.
    let places: [Int]
    let values: [Float]

    func makeFolder(in folder: URL) throws {
      try SentenceModulesTests.folder(
        in: folder, normalizes: normalizes, pooling: pooling, transformer: transformer, more: more)
    }
  }

  /// From `BertForMaskedLM` of transformers 5.24 on the ids 2, 5, 6, 3 and 2, 5, 6, 5, 3, with the formulas of
  /// sentence-transformers.
  private static let uses = [
    Use(
      normalizes: true, pooling: #"{"word_embedding_dimension": 24, "pooling_mode_mean_tokens": true}"#,
      text: "the dog", places: [0, 1, 2, 3], values: [-0.027905, 0.068672, 0.042813, 0.100889]),
    // Cut at its end, between the tokens around it.
    Use(
      normalizes: true, pooling: #"{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false}"#,
      transformer: #"{"max_seq_length": 4, "do_lower_case": true}"#, text: "  The dog the cat.",
      places: [0, 1, 2, 3], values: [-0.027905, 0.068672, 0.042813, 0.100889]),
    Use(
      pooling: #"{"pooling_mode_cls_token": true, "pooling_mode_max_tokens": true}"#, text: "the dog",
      places: [0, 1, 24, 25], values: [-0.181616, 0.601904, -0.060458, 0.601904]),
    Use(
      pooling: #"{"pooling_mode": "weightedmean"}"#, text: "the dog the", places: [0, 1, 2],
      values: [-0.191103, 0.030320, 0.480240]),
    Use(
      pooling: #"{"pooling_mode_mean_sqrt_len_tokens": true}"#, text: "the dog the", places: [0, 1, 2],
      values: [-0.513508, 0.053117, 0.821597]),
    Use(
      pooling: #"{"pooling_mode_lasttoken": true}"#,
      more: #"{"prompts": {"query": "the "}, "default_prompt_name": "query"}"#, text: "dog the",
      places: [0, 1, 2], values: [-0.079522, 0.213693, 0.877278]),
  ]

  @Test(arguments: uses.indices) func vectorsAreThoseOfSentenceTransformers(_ index: Int) throws {
    let use = Self.uses[index]
    try withTemporaryFolder { folder in
      try use.makeFolder(in: folder)
      let imported = try ZooProcess.run(["import", "hub", "--out", "r"], in: folder)
      try #require(imported.status == 0, "\(imported.errors)")
      #expect(imported.output.contains("embedding"))
      let outcome = try ZooProcess.run(["embed", "r", use.text, "--json"], in: folder)
      struct Embedded: Decodable { let vector: [Float] }
      let found = try JSONDecoder().decode([Embedded].self, from: Data(outcome.output.utf8))[0].vector
      for (place, value) in zip(use.places, use.values) {
        #expect(abs(found[place] - value) < 1e-4, "\(place): \(found[place]), \(value)")
      }
    }
  }

  /// What is exported is opened by the same rules, and so gives the same vectors.
  @Test(arguments: uses.indices) func theFilesAreExported(_ index: Int) throws {
    let use = Self.uses[index]
    try withTemporaryFolder { folder in
      try use.makeFolder(in: folder)
      func zoo(_ words: String...) throws -> String {
        let outcome = try ZooProcess.run(words, in: folder)
        try #require(outcome.status == 0, "\(words): \(outcome.errors)")
        return outcome.output
      }
      _ = try zoo("import", "hub", "--out", "r")
      let written = try zoo("export", "r", "out")
      #expect(written.contains("modules.json") && written.contains("1_Pooling/config.json"))
      let second = try zoo("import", "out", "--out", "again")
      #expect(
        try second.contains("embedding") && zoo("embed", "again", use.text) == zoo("embed", "r", use.text))
      func json(_ path: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent(path)))
      }
      #expect(try (json("out/modules.json") as? NSArray) == (json("hub/modules.json") as? NSArray))
      let pooling = try #require(try json("out/1_Pooling/config.json") as? [String: Any])
      #expect(pooling["word_embedding_dimension"] as? Int == 24)
      let transformer = try #require(try json("out/sentence_bert_config.json") as? [String: Any])
      #expect(Set(transformer.keys) == ["max_seq_length", "do_lower_case"])
      // A model that says nothing of vectors has none of these files.
      try FileManager.default.removeItem(at: folder.appendingPathComponent("hub/modules.json"))
      _ = try zoo("import", "hub", "--out", "plain")
      #expect(try !zoo("export", "plain", "plain-out").contains("modules.json"))
    }
  }

  @Test(arguments: [
    ("Dense", "{}", "Dense"), ("Pooling", #"{"pooling_mode_other": true}"#, "pooling_mode_other"),
    ("Pooling", #"{"pooling_mode": "attention"}"#, "attention"), ("Pooling", "{}", "names no pooling"),
    ("Pooling", #"{"pooling_mode_mean_tokens": true, "include_prompt": false}"#, "include_prompt"),
    ("Pooling", #"{"pooling_mode_mean_tokens": true, "include_prompt": "false"}"#, "include_prompt"),
    ("Pooling", #"{"pooling_mode_mean_tokens": 1}"#, "pooling_mode_mean_tokens"),
    ("Pooling", #"{"pooling_mode": ["mean", 5]}"#, "pooling_mode"),
    (
      "Pooling", #"{"pooling_mode_mean_tokens": true, "word_embedding_dimension": "24"}"#,
      "word_embedding_dimension"
    ),
    ("Pooling", "[]", "object"),
  ]) func whatIsNotComputedIsNamed(_ module: String, _ pooling: String, _ said: String) throws {
    try withTemporaryFolder { folder in
      try Self.folder(in: folder, module: module, pooling: pooling)
      let outcome = try ZooProcess.run(["import", "hub", "--out", "r"], in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains(said), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("r").path))
    }
  }

  @Test(arguments: [
    (#"{"do_lower_case": "true"}"#, "{}", "do_lower_case"),
    (#"{"do_lowercase": true}"#, "{}", "do_lowercase"),
    (#"{"max_seq_length": "8"}"#, "{}", "max_seq_length"), ("5", "{}", "object"),
    ("{}", #"{"default_prompt_name": 5}"#, "default_prompt_name"), ("{}", #"{"prompts": []}"#, "prompts"),
  ]) func aKeyOfAnotherTypeIsNamed(_ transformer: String, _ more: String, _ said: String) throws {
    try withTemporaryFolder { folder in
      try Self.folder(
        in: folder, pooling: #"{"pooling_mode_mean_tokens": true}"#, transformer: transformer, more: more)
      let outcome = try ZooProcess.run(["import", "hub", "--out", "r"], in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains(said), "\(outcome.errors)")
    }
  }
}
