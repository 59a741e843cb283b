import Foundation
import TestSupport
import Testing

/// A plugin's tokenizer in the commands that read what was trained with it.
@Suite struct TokenizerPluginTests {
  private static let parts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "TestSupport/OwnTokenizer.swift")

  @Test func everyCommandReadsItsCheckpoints() throws {
    try withTemporaryFolder { root in
      let folder = root.appending(path: "Own")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Self.parts, to: folder.appending(path: "OwnTokenizer.swift"))
      let entry = """
        import Settings
        import Zoo

        @_cdecl("zoo_register_Own")
        public func register(_ registration: UnsafeMutableRawPointer) {
          PluginRegistration.register(registration) { try addOwnTokenizer(to: &$0) }
        }
        """
      try Data(entry.utf8).write(to: folder.appending(path: "Own.swift"))
      let pair = #"{"sentence_good": "the dog sleeps", "sentence_bad": "the dogs sleeps"}"#
      try Data(pair.utf8).write(to: root.appending(path: "pairs.jsonl"))
      let plugin = ["--plugin", "Own/Own.so"]
      let small = [
        "--set", "tokenizer=own-lossless", "--set", "context=16", "--set", "recipe.evaluationWindows=2",
      ]
      for arguments in [
        ["plugin", "build", "Own"],
        ["train", "tiny/gpt", "--steps", "4", "--batch", "2", "--out", "run"] + small + plugin,
        ["train", "--resume", "run", "--steps", "6"] + plugin,
        ["generate", "run", "--prompt", "the", "--length", "3"] + plugin,
        ["score", "run@best", "pairs.jsonl"] + plugin,
        ["eval", "run"] + plugin,
      ] {
        let outcome = try ZooProcess.run(arguments, in: root)
        #expect(outcome.status == 0 && !outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
      }
      for arguments in [
        ["generate", "run", "--prompt", "the"], ["score", "run@best", "pairs.jsonl"], ["eval", "run"],
        ["train", "--resume", "run", "--steps", "8"],
      ] {
        let outcome = try ZooProcess.run(arguments, in: root)
        #expect(outcome.status != 0, "\(arguments)")
        #expect(
          outcome.errors.contains(
            "unknown token model \"own-flipped\"; load the plugin that has it with --plugin"),
          "\(arguments): \(outcome.errors)")
        #expect(!outcome.errors.contains("warning"), "\(arguments): \(outcome.errors)")
      }
    }
  }
}
