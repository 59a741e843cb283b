import Foundation
import TestSupport
import Testing

@testable import ZooCommand

/// Places and files of which one thing is wrong, as a user calls commands with them.
@Suite final class BadPlacesTests {
  private let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false) }

  deinit { try? FileManager.default.removeItem(at: url) }

  private func zoo(_ words: String...) throws -> (status: Int32, output: String, errors: String) {
    let outcome = try ZooProcess.run(words, in: url)
    return (outcome.status, outcome.output, outcome.errors)
  }

  /// A trained model `r` and the folder `hub` of its export.
  private func trained() throws {
    let train = try zoo(
      "train", "tiny/gpt", "--steps", "2", "--batch", "2", "--set", "context=48", "--out", "r")
    try #require(train.status == 0, "\(train.errors)")
    try #require(try zoo("export", "r", "hub").status == 0)
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: url.appendingPathComponent(name).path, withDestinationPath: target)
  }

  @Test func linksThatLeadNowhereAreNamed() throws {
    try trained()
    try link("loop", to: "loop")
    try link("gone", to: "nothing")
    for (name, said) in [("loop", "leads to itself"), ("gone", "target does not exist")] {
      for words in [
        ["import", name], ["import", "hub", "--out", name], ["export", "r", name],
        ["train", "tiny/gpt", "--out", name],
        ["train", "tiny/gpt", "--data", name], ["logits", "r", "--input", name, "--loss"],
        ["tokens", "r", "--input", name],
      ] {
        let outcome = try ZooProcess.run(words, in: url)
        #expect(outcome.status == 1 && outcome.errors.contains(said), "\(words): \(outcome.errors)")
        #expect(!outcome.errors.contains("did you mean"), "\(words): \(outcome.errors)")
      }
    }
  }

  @Test func emptyPathsAreNamed() throws {
    try trained()
    for words in [
      ["import", ""], ["import", "hub", "--out", ""], ["export", "r", ""],
      ["train", "tiny/gpt", "--out", ""],
      ["score", "r", "p.jsonl", "--out", ""],
    ] {
      let outcome = try ZooProcess.run(words, in: url)
      #expect(outcome.status > 0 && outcome.errors.contains("is empty"), "\(words): \(outcome.errors)")
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: url.path)
    #expect(Set(left) == ["r", "hub"])
  }

  /// The name that the file should have, and each name once.
  @Test func tensorsAreNamedOnceAsInTheFile() throws {
    let hub = url.appendingPathComponent("hub")
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/hub/bert"), to: hub)
    let file = hub.appendingPathComponent("model.safetensors")
    var bytes = try Data(contentsOf: file)
    let name = "bert.encoder.layer.1.output.dense.bias"
    let place = try #require(bytes.range(of: Data("\"\(name)\"".utf8)))
    bytes.replaceSubrange(place, with: Data("\"\(name.replacing("bias", with: "bits"))\"".utf8))
    try bytes.write(to: file)
    let missing = try zoo("import", "hub")
    #expect(missing.status == 2 && missing.errors.contains("  \(name): is missing"), "\(missing.errors)")
    bytes.replaceSubrange(place, with: Data("\"\(name)\"".utf8))
    let header = bytes.range(of: Data("\"\(name)\":{\"dtype\":\"F32\"".utf8))
    let type = try #require(header)
    bytes.replaceSubrange(type.upperBound - 4..<type.upperBound, with: Data("I32\"".utf8))
    try bytes.write(to: file)
    let wrong = try zoo("import", "hub")
    #expect(wrong.errors.components(separatedBy: name).count == 2, "\(wrong.errors)")
    #expect(wrong.status == 2 && wrong.errors.contains("I32"))
  }

  @Test func unknownKeysOfLogitsAreNamed() throws {
    try trained()
    let input = url.appendingPathComponent("ids.json")
    for (text, said) in [
      (#"{"ids": [[1]], "length": [1]}"#, #"did you mean "lengths"?"#), (#"{"ids": [[1]], "x": 1}"#, "\"x\""),
      ("{\"ids\": \(String(repeating: "[", count: 100_000))", "200 levels"), ("[1]", "ids"),
    ] {
      try Data(text.utf8).write(to: input)
      let outcome = try zoo("logits", "r", "--input", "ids.json", "--out", "l.safetensors")
      #expect(outcome.status == 1 && outcome.errors.contains(said), "\(outcome.errors)")
    }
  }

  /// A run whose checkpoints were removed is trained again, and that is said.
  @Test func runsWithoutTheirCheckpointsAreNamed() throws {
    try trained()
    try FileManager.default.removeItem(at: url.appendingPathComponent("r/checkpoints"))
    let again = try zoo("train", "--resume", "r")
    #expect(
      again.status == 0 && again.errors.contains("no checkpoint, and it had finished its 2 steps"), "\(again)"
    )
    let compared = try zoo(
      "compare", "tiny/gpt", "tiny/bert", "--steps", "2", "--batch", "2", "--out", "c")
    try #require(compared.status == 0, "\(compared.errors)")
    // No objective reads a pooler.
    #expect(!compared.errors.contains("gradient"))
    try FileManager.default.removeItem(at: url.appendingPathComponent("c/gpt/checkpoints"))
    let resumed = try zoo("compare", "--resume", "c")
    #expect(resumed.errors.contains("no checkpoint, and it had finished its 2 steps"), "\(resumed)")
  }

  /// An empty stop would end every text before it begins.
  @Test func anEmptyStopIsRefused() throws {
    try trained()
    let outcome = try zoo("generate", "r", "--stop", "")
    #expect(outcome.status == 2 && outcome.errors.contains("--stop"), "\(outcome.errors)")
  }
}
