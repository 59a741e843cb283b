import Foundation
import TestSupport
import Testing

/// Folders of the hub that are damaged or incomplete: `zoo import` names the file, the part of it and what to do, and
/// leaves nothing behind.
@Suite struct HubDamageTests {
  /// A folder with BERT in it that can be imported.
  private struct Hub {
    let url: URL

    func data(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }
    func write(_ name: String, _ data: Data) throws { try data.write(to: url.appendingPathComponent(name)) }
    func remove(_ name: String) throws {
      try FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }

    /// Replaces text in a file of JSON.
    func edit(_ name: String, _ old: String, _ new: String) throws {
      let text = String(decoding: try data(name), as: UTF8.self)
      try #require(text.contains(old), "\(old)")
      try write(name, Data(text.replacing(old, with: new).utf8))
    }

    /// Replaces text in the header of the weights; what is shorter is filled up behind the header.
    func editHeader(_ old: String, _ new: String) throws {
      let data = try data(Self.weights)
      let count = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      let header = String(decoding: data[8..<8 + count], as: UTF8.self)
      try #require(header.contains(old), "\(old)")
      let edited = header.replacing(old, with: new)
      let padded = edited + String(repeating: " ", count: count - edited.utf8.count)
      try write(Self.weights, data.prefix(8) + Data(padded.utf8) + data[(8 + count)...])
    }

    /// Puts the weights into the first of two shards; the index names those of `shards`.
    func shard(_ shards: [Int]) throws {
      let name = { (number: Int) in "model-0000\(number)-of-00002.safetensors" }
      try write(name(1), try data(Self.weights))
      try remove(Self.weights)
      let entries = shards.map { "\"bert.pooler.\($0)\": \"\(name($0))\"" }
      try write(
        "model.safetensors.index.json", Data("{\"weight_map\": {\(entries.joined(separator: ", "))}}".utf8))
    }

    static let weights = "model.safetensors"
  }

  /// A folder that can be imported, for as long as `body` runs.
  private func withHub(_ body: (_ hub: Hub, _ folder: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let hub = Hub(url: folder.appendingPathComponent("hub"))
      let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/hub/bert")
      try FileManager.default.copyItem(at: fixtures, to: hub.url)
      try hub.write("tokenizer.json", Data(TinyWordPieces.json.utf8))
      try body(hub, folder)
    }
  }

  private static let damages: [(name: String, damage: @Sendable (Hub) throws -> Void, facts: [String])] = [
    (
      "a shard is cut off",
      { hub in
        try hub.shard([])
        let name = "model-00001-of-00002.safetensors"
        try hub.write(name, try hub.data(name).dropLast(1000))
      }, ["model-00001-of-00002.safetensors", "cut off", "download the file again"]
    ),
    (
      "a shard is missing", { try $0.shard([1, 2]) },
      ["model.safetensors.index.json", "model-00002-of-00002.safetensors", "download"]
    ),
    (
      "the index names a tensor that no shard has", { try $0.shard([1]) },
      ["model.safetensors.index.json", "bert.pooler.1", "download model-00001-of-00002.safetensors"]
    ),
    (
      "the index has no map",
      { hub in
        try hub.shard([])
        try hub.write("model.safetensors.index.json", Data("{}".utf8))
      }, ["model.safetensors.index.json", "weight_map", "download the index again"]
    ),
    (
      "the index maps a tensor to a number",
      { hub in
        try hub.shard([])
        try hub.write("model.safetensors.index.json", Data("{\"weight_map\": {\"a\": 3}}".utf8))
      }, ["model.safetensors.index.json", "weight_map", "download the index again"]
    ),
    (
      "a shard of another model that the index does not name",
      { hub in
        try hub.shard([])
        try hub.write("model-00002-of-00002.safetensors", try hub.data("model-00001-of-00002.safetensors"))
      }, ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "remove"]
    ),
    (
      "integers for floats",
      { hub in
        let name = "\"bert.embeddings.LayerNorm.weight\":{\"dtype\":"
        try hub.editHeader(name + "\"F32\"", name + "\"I32\"")
      }, ["bert.embeddings.LayerNorm.weight", "I32", "F32"]
    ),
    (
      "gamma without beta",
      { hub in
        try hub.editHeader("embeddings.LayerNorm.weight", "embeddings.LayerNorm.gamma")
        try hub.editHeader("embeddings.LayerNorm.bias", "embeddings.LayerNorm.bets")
      },
      ["embeddings.LayerNorm.bias", "missing", "bert.embeddings.LayerNorm.bets"]
    ),
    (
      "an unknown family", { try $0.edit("config.json", "\"bert\"", "\"bart\"") },
      ["config.json", "did you mean bert?"]
    ),
    (
      "an unknown part of the tokenizer",
      { try $0.edit("tokenizer.json", "\"BertPreTokenizer\"", "\"BirdPreTokenizer\"") },
      ["tokenizer.json", "pre_tokenizer", "BirdPreTokenizer", "BertPreTokenizer"]
    ),
    (
      "more tokens than rows", { try $0.edit("tokenizer.json", "\"who\": 15", "\"who\": 300") },
      ["300", "tokenizer that belongs to the model"]
    ),
    (
      "an id around texts that no token has",
      { try $0.edit("tokenizer.json", "\"ids\": [2]", "\"ids\": [650]") },
      ["tokenizer.json", "post_processor", "650"]
    ),
    ("no tokenizer", { try $0.remove("tokenizer.json") }, ["tokenizer.json", "vocab.txt"]),
    (
      "a link of the cache to a file that is gone",
      { hub in
        try hub.remove(Hub.weights)
        try FileManager.default.createSymbolicLink(
          atPath: hub.url.appendingPathComponent(Hub.weights).path, withDestinationPath: "../blobs/abc")
      }, [Hub.weights, "download"]
    ),
    (
      "a configuration that is a link to a file that is gone",
      { hub in
        try hub.remove("config.json")
        try FileManager.default.createSymbolicLink(
          atPath: hub.url.appendingPathComponent("config.json").path, withDestinationPath: "../blobs/abc")
      }, ["config.json", "link"]
    ),
  ]

  /// Files that a folder need not have: absence is something else than a link that leads nowhere, or a pipe.
  @Test(arguments: [
    "config.json", "generation_config.json", "modules.json", "1_Pooling/config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "model.safetensors.index.json",
  ])
  func anUnreadableFileIsNotAnAbsentOne(_ name: String) throws {
    try withHub { hub, folder in
      let file = hub.url.appendingPathComponent(name)
      if name.contains("/") || name.hasPrefix("sentence") || name.contains("sentence_transformers") {
        try hub.write(
          "modules.json",
          Data(
            #"[{"path": "", "type": "x.Transformer"}, {"path": "1_Pooling", "type": "x.Pooling"}]"#.utf8))
        try FileManager.default.createDirectory(
          at: hub.url.appendingPathComponent("1_Pooling"), withIntermediateDirectories: false)
        try hub.write("1_Pooling/config.json", Data(#"{"pooling_mode_mean_tokens": true}"#.utf8))
      }
      if name.hasPrefix("added") || name.hasPrefix("special") {
        try hub.write("tokenizer_config.json", Data("{}".utf8))
      }
      for (kind, said) in [("blobs/none", "link"), (file.lastPathComponent, "link"), ("", "pipe")] {
        try? FileManager.default.removeItem(at: file)
        if kind.isEmpty {
          try #require(mkfifo(file.path, 0o666) == 0)
        } else {
          try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: kind)
        }
        let outcome = try ZooProcess.run(["import", "hub", "--out", "r"], in: folder)
        #expect(outcome.status != 0 && outcome.errors.contains(said), "\(outcome)")
        #expect(outcome.errors.contains(file.lastPathComponent))
      }
    }
  }

  /// What would be read as nothing.
  @Test(arguments: [
    ("generation_config.json", "[]", "object"), ("tokenizer_config.json", "[]", "object"),
    ("special_tokens_map.json", "5", "object"), ("added_tokens.json", "[]", "object"),
    ("added_tokens.json", #"{"<x>": "16"}"#, "<x>"),
    ("tokenizer_config.json", #"{"pad_token": 5}"#, "pad_token"),
    ("special_tokens_map.json", #"{"mask_token": {"text": "[MASK]"}}"#, "mask_token"),
    ("special_tokens_map.json", #"{"additional_special_tokens": "<x>"}"#, "additional_special_tokens"),
    ("tokenizer_config.json", #"{"do_lower_case": "false"}"#, "do_lower_case"),
    ("tokenizer_config.json", #"{"added_tokens_decoder": {"x": {"content": "a"}}}"#, "added_tokens_decoder"),
    ("tokenizer_config.json", #"{"tokenizer_class": 5}"#, "tokenizer_class"),
  ])
  func aFileOfAnotherTypeIsNamed(_ name: String, _ content: String, _ said: String) throws {
    try withHub { hub, folder in
      try hub.write(name, Data(content.utf8))
      let outcome = try ZooProcess.run(["import", "hub", "--out", "r"], in: folder)
      #expect(outcome.status != 0 && outcome.errors.contains(name), "\(outcome)")
      #expect(outcome.errors.contains(said), "\(outcome)")
    }
  }

  @Test(arguments: damages.indices)
  func isRefusedAndLeavesNothing(_ index: Int) throws {
    let (name, damage, facts) = Self.damages[index]
    try withHub { hub, folder in
      try damage(hub)
      let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      for out in [[], ["--out", "r"]] {
        let outcome = try ZooProcess.run(["import", "hub"] + out, in: folder)
        #expect(outcome.status != 0 && outcome.output.isEmpty, "\(name): \(outcome)")
        for fact in facts { #expect(outcome.errors.contains(fact), "\(name): \(outcome.errors)") }
      }
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path) == before, "\(name)")
    }
  }

  /// What can be known of a folder is said at once: of the configuration, of the tensors, and of the tokenizer; a tensor
  /// that is used already is not what a missing one was meant by.
  @Test func allFaultsAreSaidAtOnce() throws {
    func errors(_ damage: (Hub) throws -> Void) throws -> String {
      var said = ""
      try withHub { hub, folder in
        try damage(hub)
        let outcome = try ZooProcess.run(["import", "hub", "--out", "a/b"], in: folder)
        #expect(outcome.status != 0)
        #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("a").path))
        said = outcome.errors
      }
      return said
    }
    let unknown: (Hub) throws -> Void = {
      try $0.edit("config.json", "\"hidden_act\"", "\"hidden_twist\": 3, \"hidden_act\"")
    }
    let bias = "bert.embeddings.LayerNorm.bias"
    let tensors = try errors { hub in
      try unknown(hub)
      try hub.editHeader(bias, "bert.embeddings.LayerNorm.bets")
      try hub.remove("tokenizer.json")
    }
    for fact in ["hidden_twist", "\(bias): is missing", "tokenizer.json"] {
      #expect(tensors.contains(fact), "\(fact): \(tensors)")
    }
    let weights = try errors { hub in
      try unknown(hub)
      try hub.remove(Hub.weights)
    }
    #expect(
      weights.contains("hidden_twist") && weights.contains("there is no model.safetensors"), "\(weights)")
    // The only unused tensor is another one.
    let nearest = try errors { try $0.editHeader(bias, "x") }
    #expect(nearest.contains("\(bias): is missing") && !nearest.contains("did you mean"), "\(nearest)")
  }

  /// The folders around a new run are made.
  @Test func theFoldersAroundARunAreMade() throws {
    try withHub { _, folder in
      let outcome = try ZooProcess.run(["import", "hub", "--out", "a/b/run"], in: folder)
      #expect(outcome.status == 0 && outcome.output.contains("a/b/run"), "\(outcome)")
      let exported = try ZooProcess.run(["export", "a/b/run", "c/d/hub"], in: folder)
      #expect(exported.status == 0, "\(exported.errors)")
      let blocked = try ZooProcess.run(["export", "a/b/run", "c/d/hub/config.json/x"], in: folder)
      #expect(blocked.status == 1 && blocked.errors.contains("config.json is a file"), "\(blocked.errors)")
    }
  }

  /// Values are looked at when they are converted: the run that was begun is removed.
  @Test func aValueThatIsNotFiniteLeavesNothing() throws {
    try withHub { hub, folder in
      var data = try hub.data(Hub.weights)
      data.replaceSubrange(data.count - 4..<data.count, with: [0, 0, 0xC0, 0x7F])
      try hub.write(Hub.weights, data)
      let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      let outcome = try ZooProcess.run(["import", "hub", "--out", "r"], in: folder)
      #expect(outcome.status == 1 && outcome.errors.contains("nan"), "\(outcome.errors)")
      #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path) == before)
    }
  }

  /// What is spelled otherwise and whole is imported: links of the hub's cache, gamma and beta, shards beside an index
  /// that lacks them.
  @Test func otherSpellingsAreImported() throws {
    try withHub { hub, folder in
      for name in ["bias", "weight"] {
        try hub.editHeader(
          "embeddings.LayerNorm.\(name)", "embeddings.LayerNorm.\(name == "bias" ? "beta" : "gamma")")
      }
      try hub.shard([])
      let snapshot = folder.appendingPathComponent("models--a--tiny/snapshots/0123")
      let blobs = folder.appendingPathComponent("models--a--tiny/blobs")
      for new in [snapshot, blobs] {
        try FileManager.default.createDirectory(at: new, withIntermediateDirectories: true)
      }
      for (index, name) in try FileManager.default.contentsOfDirectory(atPath: hub.url.path).enumerated() {
        try FileManager.default.moveItem(
          at: hub.url.appendingPathComponent(name), to: blobs.appendingPathComponent("\(index)"))
        try FileManager.default.createSymbolicLink(
          atPath: snapshot.appendingPathComponent(name).path, withDestinationPath: "../../blobs/\(index)")
      }
      let outcome = try ZooProcess.run(["import", "models--a--tiny/snapshots/0123"], in: folder)
      #expect(outcome.status == 0 && outcome.output.contains("runs/tiny-1"), "\(outcome)")
    }
  }
}
