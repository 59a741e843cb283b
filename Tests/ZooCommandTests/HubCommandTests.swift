import Foundation
import TestSupport
import Testing

/// `zoo export` and `zoo import`, as a user calls them.
@Suite struct HubCommandTests {
  @Test func aModelThatWasExportedIsImportedAgain() throws {
    try withTemporaryFolder { folder in
      func zoo(_ words: String...) throws -> String {
        let outcome = try ZooProcess.run(words, in: folder)
        try #require(outcome.status == 0, "\(words): \(outcome.errors)")
        return outcome.output
      }
      _ = try zoo("train", "tiny/gpt", "--steps", "2", "--batch", "2", "--set", "context=48", "--out", "r")
      _ = try zoo("export", "r", "hub")
      let table = try zoo("import", "hub", "--out", "again")
      #expect(table.contains("GPT-2 (GPT2LMHeadModel)"))
      let write = ["--prompt", "the dog", "--length", "12", "--temperature", "0"]
      #expect(
        try ZooProcess.run(["generate", "again"] + write, in: folder).output
          == ZooProcess.run(["generate", "r"] + write, in: folder).output)
      // What is exported once more is the same to the byte.
      _ = try zoo("export", "again", "twice")
      for name in ["model.safetensors", "config.json", "tokenizer.json"] {
        #expect(
          FileManager.default.contentsEqual(
            atPath: folder.path + "/hub/" + name, andPath: folder.path + "/twice/" + name), "\(name)")
      }
    }
  }

  @Test(arguments: [
    (#"{"model_type": "bertt"}"#, "did you mean bert?"),
    (#"{"model_type": "bert", "hidden_act": "mish"}"#, "hidden_act"),
    (#"{"model_type": "bert", "use_relative": true}"#, "use_relative"),
    (#"{"model_type": "bert", "is_decoder": true}"#, "is_decoder"),
    (#"{"model_type": "bert"}"#, "model.safetensors"), ("[1]", "is not an object"),
  ])
  func aFolderThatCannotBeImportedIsRefused(_ config: String, _ said: String) throws {
    try withTemporaryFolder { folder in
      let hub = folder.appendingPathComponent("hub")
      try FileManager.default.createDirectory(at: hub, withIntermediateDirectories: false)
      try Data(config.utf8).write(to: hub.appendingPathComponent("config.json"))
      if said != "model.safetensors" {
        try FileManager.default.copyItem(
          at: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/hub/bert/model.safetensors"),
          to: hub.appendingPathComponent("model.safetensors"))
      }
      let outcome = try ZooProcess.run(["import", "hub"], in: folder)
      #expect(outcome.status != 0 && outcome.errors.contains(said), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("runs").path))
    }
  }

  @Test func whatNoClassHasIsRefusedByName() throws {
    try withTemporaryFolder { folder in
      _ = try ZooProcess.run(
        [
          "train", "tiny/gpt", "--steps", "1", "--batch", "2", "--set", "context=48", "--set",
          "position=sinusoidal", "--out", "r",
        ], in: folder)
      let outcome = try ZooProcess.run(["export", "r", "hub"], in: folder)
      #expect(outcome.status == 1 && outcome.errors.contains("position"), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("hub").path))
    }
  }
}
