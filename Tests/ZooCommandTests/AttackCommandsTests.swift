import Foundation
import TestSupport
import Testing
import Training

@testable import ZooCommand

/// The commands that look into runs, on damaged runs and settings: each says what is wrong, or works, and none crashes.
@Suite struct AttackCommandsTests {
  private static let one = ["--threads", "1"]

  /// Changed values and damaged bytes of a JSON text.
  private func mutations(_ content: Data, seed: Int, values: Int, damages: Int) throws -> [Mutations.Mutation]
  {
    var mutations = Mutations(seed: seed)
    return try mutations.values(of: content, count: values) + mutations.damages(of: content, count: damages)
  }

  /// Damages one file again and again, and runs a command on each copy.
  private func attack(
    _ path: String, in bench: AttackBench, _ mutations: [Mutations.Mutation], _ command: [String]
  ) throws {
    for mutation in mutations {
      try mutation.write(over: bench.url(path))
      let outcome = bench.zoo(command)
      #expect(outcome.isSafe, "\(path): \(mutation.change): \(command): \(outcome)")
    }
  }

  /// Checkpoints of a file in which one value of what it says of itself was changed, without the checksums that would
  /// tell.
  private func checkpoints(_ whole: Data, seed: Int, count: Int) throws -> [Mutations.Mutation] {
    let length = whole.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let object = try JSONSerialization.jsonObject(with: whole[8..<8 + length]) as? [String: Any]
    var header = try #require(object)
    var metadata = try #require(header["__metadata__"] as? [String: String])
    for key in ["crc32", "crc32-header"] { #expect(metadata.removeValue(forKey: key) != nil) }
    var mutations = Mutations(seed: seed)
    return try ["zoo", "tokenizer"].flatMap { key in
      try mutations.values(of: Data(try #require(metadata[key]).utf8), count: count).map { mutation in
        var changed = metadata
        changed[key] = String(decoding: mutation.bytes, as: UTF8.self)
        header["__metadata__"] = changed
        let text = try JSONSerialization.data(withJSONObject: header)
        let size = Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) })
        return Mutations.Mutation(
          change: "\(key): \(mutation.change)", bytes: size + text + whole[(8 + length)...])
      }
    } + mutations.damages(of: whole, count: count / 2)
  }

  @Test func heads() throws {
    try AttackBench.with { bench in
      let path = "comparison/bert/checkpoints/step-000004.safetensors"
      let command = ["heads", bench.url("comparison/bert").path, "--windows", "2", "--json"] + Self.one
      let whole = try Data(contentsOf: bench.url(path))
      try attack(path, in: bench, try checkpoints(whole, seed: 30, count: 30), command)
    }
  }

  /// Settings that are objects in a record, and the curves of a run that is compared with another.
  @Test func comparisonsOfRuns() throws {
    try AttackBench.with { bench in
      let run = RunFolder(bench.url("run"))
      try RunRecord.read(run).write(to: run)
      let command =
        ["compare", bench.url("run").path, bench.url("comparison/gpt").path]
        + ["--data", Self.text.path, "--out", bench.url("report").path] + Self.one
      for (path, seed) in [("run/run.json", 31), ("run/metrics.jsonl", 32)] {
        let content = try Data(contentsOf: bench.url(path))
        // Of the log the first line; the others stay.
        let line = content.prefix { path.hasSuffix(".json") || $0 != UInt8(ascii: "\n") }
        for mutation in try mutations(Data(line), seed: seed, values: 20, damages: 5) {
          let rest = content.dropFirst(line.count)
          try attack(path, in: bench, [.init(change: mutation.change, bytes: mutation.bytes + rest)], command)
          try? FileManager.default.removeItem(at: bench.url("report"))
        }
        try content.write(to: bench.url(path))
        #expect(bench.zoo(command).status == 0)
        try? FileManager.default.removeItem(at: bench.url("report"))
      }
    }
  }

  @Test func probes() throws {
    try AttackBench.with { bench in
      let trained = try ZooProcess.run(
        [
          "train", "tiny/bert", "--steps", "1", "--batch", "2", "--set", "recipe.evaluationWindows=2",
          "--out", "e",
        ],
        in: bench.folder)
      #expect(trained.status == 0, "\(trained.errors)")
      let command = ["probe", bench.url("e").path, "--sentences", "50"] + Self.one
      let path = "e/checkpoints/step-000001.safetensors"
      let whole = try Data(contentsOf: bench.url(path))
      try attack(path, in: bench, try checkpoints(whole, seed: 33, count: 10), command)
      try whole.write(to: bench.url(path))
      let content = try Data(contentsOf: bench.url("e/run.json"))
      try attack("e/run.json", in: bench, try mutations(content, seed: 34, values: 15, damages: 5), command)
    }
  }

  /// A model and a recipe written by the user.
  @Test func profiles() throws {
    try AttackBench.with { bench in
      let record = try RunRecord.read(RunFolder(bench.url("run")))
      for (name, text) in [("model.json5", record.descriptor), ("recipe.json5", record.recipe)] {
        try Data(text.utf8).write(to: bench.url(name))
      }
      let command =
        ["profile", bench.url("model.json5").path, "--recipe", bench.url("recipe.json5").path]
        + [
          "--data", Self.text.path, "--set", "recipe.schedule.warmup=2", "--profile-steps", "1", "--trace",
          bench.url("trace.json").path,
        ]
        + Self.one
      #expect(bench.zoo(command).status == 0)
      for (name, seed) in [("model.json5", 35), ("recipe.json5", 36)] {
        let content = try Data(contentsOf: bench.url(name))
        try attack(name, in: bench, try mutations(content, seed: seed, values: 60, damages: 15), command)
        try content.write(to: bench.url(name))
      }
    }
  }

  private static let text = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/5f2c9a2/text.txt")
}
