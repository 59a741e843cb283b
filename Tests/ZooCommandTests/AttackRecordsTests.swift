import Foundation
import Settings
import TestSupport
import Testing
import Text
import Training
import Zoo

@testable import Checkpoints
@testable import Comparison
@testable import Experiments
@testable import ZooCommand

/// Every file that this program keeps, damaged in hundreds of ways and read by the commands that use it: each
/// says what is wrong, or works, and none crashes.
@Suite struct AttackRecordsTests {
  /// Damages one file again and again, and runs the commands on each copy.
  private func attack(
    _ path: String, in bench: AttackBench, _ mutations: [Mutations.Mutation], _ commands: [[String]]
  ) throws {
    for mutation in mutations {
      try mutation.write(over: bench.url(path))
      for command in commands {
        let outcome = bench.zoo(command)
        #expect(outcome.isSafe, "\(path): \(mutation.change): \(command): \(outcome)")
      }
    }
  }

  /// Changed values and damaged bytes of one file.
  private func mutations(_ content: Data, seed: Int, values: Int, damages: Int) throws
    -> [Mutations.Mutation]
  {
    var mutations = Mutations(seed: seed)
    return try mutations.values(of: content, count: values) + mutations.damages(of: content, count: damages)
  }

  private func figure(_ kind: String, _ names: String..., in bench: AttackBench) -> [String] {
    ["figure", kind] + names.map { bench.url($0).path }
      + ["--out", bench.url("figure.svg").path, "--force"]
  }

  @Test func recordsOfRuns() throws {
    try AttackBench.with { bench in
      let content = try Data(contentsOf: bench.url("run/run.json"))
      try attack(
        "run/run.json", in: bench, try mutations(content, seed: 1, values: 250, damages: 50),
        [figure("curves", "run", in: bench)])
    }
  }

  @Test func metrics() throws {
    try AttackBench.with { bench in
      let content = try Data(contentsOf: bench.url("run/metrics.jsonl"))
      let lines = content.split(separator: UInt8(ascii: "\n"))
      var changed = Mutations(seed: 2)
      var all = changed.damages(of: content, count: 60)
      for (index, line) in lines.enumerated() {
        for mutation in try changed.values(of: line, count: 40) {
          let copy = lines[..<index] + [mutation.bytes] + lines[(index + 1)...]
          all.append(
            Mutations.Mutation(
              change: "line \(index + 1): \(mutation.change)",
              bytes: Data(copy.joined(separator: [UInt8(ascii: "\n")]) + [UInt8(ascii: "\n")])))
        }
      }
      try attack("run/metrics.jsonl", in: bench, all, [figure("curves", "run", in: bench)])
      // Who continues with the run keeps the whole lines.
      for mutation in all.prefix(200) {
        try mutation.write(over: bench.url("run/metrics.jsonl"))
        let log = try MetricsLog(bench.url("run/metrics.jsonl"), after: 8)
        #expect(log.damagedLines.allSatisfy { (1...lines.count + 3).contains($0) })
      }
    }
  }

  /// What a report counts with is what it can be: an impossible share once ended a comparison at its report.
  @Test(arguments: [
    (#""tokens":-1"#, "tokens"), (#""supervisedTokens":1e300"#, "supervisedTokens"),
    (#""flops":-5"#, "flops"),
    (#""seconds":1e30"#, "seconds"), (#""verbs.both-sides":1e300"#, "verbs.both-sides"),
    (#""words.both-sides":-0.1"#, "words.both-sides"), (#""step":-1"#, "damaged"),
    (#""step":1e300"#, "damaged"),
    (#""step":"4""#, "damaged"), (#""steps":4"#, "damaged"),
  ]) func impossibleNumbersAreNamed(_ pair: String, _ word: String) throws {
    try withTemporaryFolder { folder in
      let run = RunFolder(folder)
      let good = #"{"kind":"evaluation","loss":5,"step":4,"verbs.both-sides":0.5}"#
      let step = word == "damaged" ? "" : #","step":8"#
      try Data("\(good)\n{\(pair)\(step)}\n".utf8).write(to: run.metrics)
      let error = #expect(throws: CheckpointError.self) { try RunCurves(run) }
      #expect(error?.reason.hasPrefix("line 2 is damaged") == true && error?.reason.contains(word) == true)
      try Data("\(good)\n".utf8).write(to: run.metrics)
      #expect(try RunCurves(run).points("evaluation", "loss").map(\.step) == [4])
    }
  }

  /// Beside large values the steps between ticks are lost in rounding, which once ended the process.
  @Test func lossesWithoutRoomForTicks() throws {
    try AttackBench.with { bench in
      for (low, high) in [
        ("1e17", "100000000000000016"), ("1e300", "-1e300"), ("1e-320", "2e-320"), ("0", "1e308"),
      ] {
        let lines = [low, high].enumerated().map { index, loss in
          #"{"kind":"evaluation","loss":\#(loss),"step":\#(index * 4),"tokens":\#(index)}"# + "\n"
        }
        try Data(lines.joined().utf8).write(to: bench.url("run/metrics.jsonl"))
        let outcome = bench.zoo(figure("curves", "run", in: bench))
        #expect(outcome.status == 0, "\(low) to \(high): \(outcome)")
        let picture = try String(contentsOf: bench.url("figure.svg"), encoding: .utf8)
        #expect(!picture.contains("nan") && !picture.contains("inf"))
      }
    }
  }

  @Test func recordsOfComparisons() throws {
    try AttackBench.with { bench in
      try FileManager.default.removeItem(at: bench.url("comparison/report.json"))
      let content = try Data(contentsOf: bench.url("comparison/experiment.json"))
      try attack(
        "comparison/experiment.json", in: bench, try mutations(content, seed: 3, values: 250, damages: 50),
        [figure("curves", "comparison", in: bench)])
    }
  }

  @Test func reports() throws {
    try AttackBench.with { bench in
      let content = try Data(contentsOf: bench.url("comparison/report.json"))
      try attack(
        "comparison/report.json", in: bench, try mutations(content, seed: 4, values: 150, damages: 20),
        [figure("curves", "comparison", in: bench), figure("verdicts", "comparison", in: bench)])
    }
  }

  @Test func profiles() throws {
    try AttackBench.with { bench in
      let file = bench.url("comparison/gpt/profile.json")
      let content = try Data(contentsOf: file)
      let folder = RunFolder(bench.url("comparison/gpt"))
      #expect(!Observations.profile(folder).isEmpty)
      for mutation in try mutations(content, seed: 5, values: 200, damages: 40) {
        try mutation.write(over: file)
        #expect(Observations.profile(folder).count <= 1000, "\(mutation.change)")
      }
    }
  }

  @Test func trials() throws {
    let tuning = try Tuning(learningRates: [1e-3, 2e-3])
    let arm = TunedArm(
      arm: "gpt", unit: "nats", seed: 1,
      trials: [1e-3, 2e-3].map { Trial(rung: 1, learningRate: $0, steps: 4, loss: 5) })
    try withTemporaryFolder { folder in
      try arm.write(to: folder)
      #expect(try arm.continued(in: folder, tuning) == arm)
      let file = folder.appendingPathComponent("trials.json")
      for mutation in try mutations(try Data(contentsOf: file), seed: 6, values: 200, damages: 40) {
        try mutation.write(over: file)
        do {
          // What is accepted are trials of these rates, with numbers that add up.
          let read = try arm.continued(in: folder, tuning)
          #expect(read.trials.allSatisfy { tuning.learningRates.contains($0.learningRate) && $0.steps > 0 })
        } catch let error as TrainerError { #expect(error.place.hasSuffix("trials.json")) }
      }
    }
  }

  @Test func plannedRates() throws {
    let content = try JSONEncoder().encode(try Tuning(learningRates: [1e-3, 2e-3], steps: 40))
    #expect(try JSONDecoder().decode(Tuning.self, from: content).steps == 40)
    for (from, to) in [
      ("40", "0"), ("40", "-1"), ("40", "9223372036854775807"), ("0.001", "0"), ("0.001", "0.002"),
      ("0.001,0.002", "0.001"), ("0.001", "11"), ("grid", "guess"),
    ] {
      let text = String(decoding: content, as: UTF8.self).replacingOccurrences(of: from, with: to)
      #expect(throws: (any Error).self, "\(text)") {
        try JSONDecoder().decode(Tuning.self, from: Data(text.utf8))
      }
    }
  }

  @Test func tokenizers() throws {
    let saved = [
      #"{"format":"transformer-zoo tokenizer","version":1,"kind":"bytes"}"#,
      #"{"format":"transformer-zoo tokenizer","version":1,"kind":"byte-bpe","merges":[[105,106],[107,108]]}"#,
      #"{"format":"transformer-zoo tokenizer","version":1,"kind":"characters","characters":[97,98,20013]}"#,
    ]
    for (index, text) in saved.enumerated() {
      _ = try TokenizerFile.decode(Data(text.utf8))
      for mutation in try mutations(Data(text.utf8), seed: 7 + index, values: 150, damages: 50) {
        do {
          let tokenizer = try TokenizerFile.decode(mutation.bytes)
          let ids = tokenizer.encode("ab\0 中\u{FFFF}z")
          #expect(ids.allSatisfy { (0..<Int32(tokenizer.vocabularySize)).contains($0) }, "\(mutation.change)")
          _ = tokenizer.decode(ids)
        } catch let error as TextError { #expect(error.place == "saved tokenizer") }
      }
    }
  }

  @Test func checkpoints() throws {
    try AttackBench.with { bench in
      let path = "run/checkpoints/step-000008.safetensors"
      let whole = try Data(contentsOf: bench.url(path))
      let model = ["generate", bench.url(path).path, "--length", "1", "--threads", "1"]
      var mutations = Mutations(seed: 10)
      try attack(path, in: bench, mutations.damages(of: whole, count: 100), [model])
      // Without checksums, as another program writes it, all that it says is looked at.
      let length = whole.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      let object = try JSONSerialization.jsonObject(with: whole[8..<8 + length]) as? [String: Any]
      var header = try #require(object)
      var metadata = try #require(header["__metadata__"] as? [String: String])
      for key in ["crc32", "crc32-header"] { #expect(metadata.removeValue(forKey: key) != nil) }
      func file(_ header: Data) -> Data {
        Data((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }) + header
          + whole[(8 + length)...]
      }
      for key in ["zoo", "tokenizer"] {
        let text = try #require(metadata[key])
        for mutation in try mutations.values(of: Data(text.utf8), count: 60) {
          var changed = metadata
          changed[key] = String(decoding: mutation.bytes, as: UTF8.self)
          header["__metadata__"] = changed
          let bytes = file(try JSONSerialization.data(withJSONObject: header))
          try attack(
            path, in: bench, [Mutations.Mutation(change: "\(key): \(mutation.change)", bytes: bytes)], [model]
          )
        }
      }
      header["__metadata__"] = metadata
      let plain = try JSONSerialization.data(withJSONObject: header)
      try file(plain).write(to: bench.url(path))
      #expect(bench.zoo(model).status == 0)
      let changed = try mutations.values(of: plain, count: 100).map {
        Mutations.Mutation(change: $0.change, bytes: file($0.bytes))
      }
      try attack(path, in: bench, changed, [model])
    }
  }
}
