import Foundation
import TestSupport
import Testing

@testable import ZooCommand

/// Files that users write, damaged: texts, pairs, descriptors and suites.
@Suite struct AttackTextsTests {
  private static let texts: [(String, Data)] = [
    ("empty", Data()), ("blank", Data("  \n\t\n \n".utf8)), ("one character", Data("x".utf8)),
    ("NUL bytes", Data([0, 0, 10, 0])), ("no UTF-8", Data([0x61, 0xFF, 0xFE, 10])),
    ("half a character", Data([0xE4, 0xB8])), ("a byte order mark", Data([0xEF, 0xBB, 0xBF])),
    ("one long line", Data(repeating: UInt8(ascii: "a"), count: 200_000)),
    ("carriage returns", Data("a\rb\r\rc".utf8)),
    ("marks", Data("a\u{301}\u{301}\u{202E}\u{200D}\u{FEFF}\n".utf8)),
    ("control characters", Data("\u{1}\u{1B}[2J\u{7F}\u{85}\n".utf8)),
    ("deep nesting", Data((String(repeating: "[", count: 100_000) + "\n").utf8)),
    ("open braces", Data(String(repeating: "{a:", count: 50_000).utf8)),
    ("an open string", Data("{ extends: 'tiny/gpt".utf8)),
    ("itself", Data("{ extends: 'file.json5' }".utf8)),
    ("another's secret", Data("{ extends: '/etc/passwd' }".utf8)),
    ("huge numbers", Data("{ extends: 'tiny/gpt', context: 1e300, width: 99999999999999999999 }".utf8)),
    ("negative numbers", Data("{ extends: 'tiny/gpt', context: -1, blocks: { repeat: -5 } }".utf8)),
    ("no number", Data("{ extends: 'tiny/gpt', context: NaN }".utf8)),
    ("a key twice", Data("{ extends: 'tiny/gpt', context: 8, context: 9 }".utf8)),
  ]

  /// What reads a file that users write.
  private func commands(_ bench: AttackBench) -> [[String]] {
    let (file, run) = (bench.url("file.json5").path, bench.url("run").path)
    let bert = bench.url("comparison/bert").path
    return [
      ["describe", file], ["embed", run, "--lines", file], ["score", run, file],
      ["fill", bert, "--lines", file], ["train", "tiny/gpt", "--recipe", file, "--out", bench.url("t").path],
      ["finetune", run, "--data", file, "--epochs", "1"], ["eval", run, "--data", file, "--windows", "1"],
      ["compare", file, "--out", bench.url("c").path], ["attention", run, "a b", "--layer", file],
    ]
  }

  @Test(arguments: texts.indices) func areReadOrRefused(_ index: Int) throws {
    let (name, content) = Self.texts[index]
    try AttackBench.with { bench in
      try content.write(to: bench.url("file.json5"))
      for command in commands(bench) where !(name == "one long line" && command[0] == "score") {
        let outcome = bench.zoo(command)
        #expect(outcome.isSafe, "\(name): \(command): \(outcome)")
      }
    }
  }

  @Test func pairs() throws {
    try AttackBench.with { bench in
      let pair = Data(#"{"UID":"a","field":"b","sentence_bad":"dog the.","sentence_good":"the dog."}"#.utf8)
      try pair.write(to: bench.url("pairs.jsonl"))
      var mutations = Mutations(seed: 20)
      let all = try mutations.values(of: pair, count: 60) + mutations.damages(of: pair, count: 20)
      for mutation in all {
        try mutation.write(over: bench.url("pairs.jsonl"))
        let outcome = bench.zoo([
          "score", bench.url("run").path, bench.url("pairs.jsonl").path, "--threads", "1",
        ])
        #expect(outcome.isSafe, "\(mutation.change): \(outcome)")
      }
    }
  }

  @Test func descriptors() throws {
    try AttackBench.with { bench in
      let record = try JSONSerialization.jsonObject(with: Data(contentsOf: bench.url("run/run.json")))
      let text = try #require((record as? [String: Any])?["descriptor"] as? String)
      var mutations = Mutations(seed: 21)
      let content = Data(text.utf8)
      try content.write(to: bench.url("model.json5"))
      for mutation in try mutations.values(of: content, count: 150)
        + mutations.damages(of: content, count: 50)
      {
        try mutation.write(over: bench.url("model.json5"))
        let outcome = bench.zoo(["describe", bench.url("model.json5").path])
        #expect(outcome.isSafe, "\(mutation.change): \(outcome)")
      }
    }
  }
}
