import Checkpoints
import Foundation
import TestSupport
import Testing

/// What was trained here and exported is opened by transformers, which then computes the same.
@Suite("Interop: exports, HubInterop", .enabled(if: PythonScript.isAvailable("ZOO_INTEROP_PYTHON")))
struct ExportInteropTests {
  /// Presets with the settings that give them a class.
  private static let models: [(name: String, words: [String])] = [
    ("bert", ["bert-4x128"]), ("gpt2", ["gpt-4x128"]),
    ("llama", ["gpt", "--set", "block.feedForward=swiglu"]),
    ("neox", ["gpt", "--set", "block.norm=layer"]),
    ("deberta", ["tiny/deberta", "--set", "embedding.segments=true"]),
    ("opt", ["tiny/opt", "--set", "block.norm.epsilon=1e-5"]),
    (
      "electra",
      ["tiny/discriminator", "--set", "recipe.objective=replaced-tokens", "--set", "embedding.segments=true"]
    ),
    (
      "gemma",
      [
        "tiny/gemma", "--set", "position.localBase=null", "--set", "block.attention.queryKeyNorm=false",
      ]
    ), ("modernbert", ["tiny/modernbert"]),
    (
      "nanochat",
      [
        "tiny/nanochat", "--set", "position.skipEvery=null", "--set", "block.norm.epsilon=1e-6", "--set",
        "blocks.1.feedForward=relu-squared",
      ]
    ),
    ("olmo", ["tiny/olmo", "--set", "block.attention.queryKeyNormEpsilon=1e-5"]),
  ]

  @Test func whatIsExportedIsOpenedThere() throws {
    try withTemporaryFolder { folder in
      let hub = folder.appendingPathComponent("hub")
      try FileManager.default.createDirectory(at: hub, withIntermediateDirectories: false)
      let ids = #"{"ids": [[6, 70, 33, 101, 12], [44, 45, 9, 8, 7]], "lengths": null, "segments": null}"#
      try Data(ids.utf8).write(to: folder.appendingPathComponent("inputs.json"))
      var ours: [String: [Float]] = [:]
      for (name, words) in Self.models {
        func zoo(_ words: [String]) throws -> Bool {
          let outcome = try ZooProcess.run(words, in: folder)
          #expect(outcome.status == 0, "\(name): \(words): \(outcome.errors)")
          return outcome.status == 0
        }
        let size = ["--steps", "2", "--batch", "2", "--set", "layers=2", "--set", "context=48"]
        guard try zoo(["train"] + words + size + ["--out", name]), try zoo(["export", name, "hub/" + name]),
          try zoo(["logits", name, "--input", "inputs.json", "--out", name + ".safetensors"])
        else { continue }
        try FileManager.default.copyItem(
          at: folder.appendingPathComponent("inputs.json"),
          to: hub.appendingPathComponent(name + "/inputs.json"))
        let file = try MappedSafetensors(folder.appendingPathComponent(name + ".safetensors"))
        let count = try #require(file.shape(of: "logits")).reduce(1, *)
        ours[name] = try [Float](unsafeUninitializedCapacity: count) { buffer, filled in
          try file.copyFloats("logits", to: UnsafeMutableRawBufferPointer(buffer))
          filled = count
        }
      }
      #expect(ours.count == Self.models.count)
      let theirs = try PythonScript("hub_models.py", variable: "ZOO_INTEROP_PYTHON")(
        "open", hub.path, as: [String: [Float]].self)
      for (name, values) in ours {
        let there = try #require(theirs[name], "\(name)")
        try #require(there.count == values.count, "\(name)")
        let size = there.map(abs).max() ?? 0
        #expect(zip(values, there).allSatisfy { abs($0 - $1) <= 1e-4 * max(size, 1) }, "\(name)")
      }
    }
  }
}
