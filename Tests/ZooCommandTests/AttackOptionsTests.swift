import CommandLineKit
import Foundation
import TestSupport
import Testing

@testable import ZooCommand

/// Hostile values for every option and every place of every command, as they are declared: a command that is new must
/// be given a base below.
@Suite struct AttackOptionsTests {
  private static let text = ["--data", "text.txt"]
  private static let small =
    text + ["--threads", "1", "--steps", "1", "--batch", "2"]
    + ["tokenizer=bytes", "recipe.evaluationWindows=2"].flatMap { ["--set", $0] }

  /// A short use of every command: its places, and its options as pairs of a name and a value.
  private static let bases: [String: [String]] = [
    "list": [],
    "describe": ["m.json5", "--set", "tokenizer=bytes", "--threads", "1"],
    "compare": ["m.json5", "m.json5 layers=1"] + small,
    "train": ["m.json5"] + small,
    "ablate": ["m.json5", "--swap", "block.norm=rms"] + small,
    "eval": ["run", "--windows", "1", "--threads", "1"],
    "generate": ["run", "--length", "1", "--threads", "1"],
    "fill": ["runs/comparison/bert", "the [MASK]og", "--threads", "1"],
    "embed": ["run", "the dog", "--threads", "1"],
    "logits": ["run", "--input", "ids.json", "--out", "l.safetensors", "--threads", "1"],
    "tokens": ["run", "--input", "texts.json"],
    "import": ["run"], "export": ["run", "exported"],
    "pairs": ["--out", "p.jsonl", "--count", "1"],
    "score": ["run", "pairs.jsonl", "--threads", "1"],
    "surprisal": ["run", "lines.txt", "--threads", "1"],
    "attention": ["run", "--text", "the dog", "--threads", "1"],
    "heads": ["runs/comparison/bert", "--windows", "2", "--threads", "1"],
    "probe": ["run", "--sentences", "50", "--threads", "1"],
    "finetune": [
      "run", "--data", "labels.tsv", "--epochs", "1", "--seeds", "1", "--learning-rate", "1e-3", "--pooling",
      "mean", "--threads", "1",
    ],
    "classify": ["labels", "the dog", "--threads", "1"],
    "figure": ["curves", "run", "--out", "f.svg", "--threads", "1"],
    "report": ["run"],
    "runs": [],
    "plugin": ["build", "nowhere"],
    "install": ["installed"],
    "profile": ["m.json5", "--profile-steps", "1"] + small,
  ]

  /// No number of any option.
  private static let noNumbers = [
    "NaN", "nan", "inf", "-inf", "infinity", "1e400", "-1e400", "9223372036854775808", "-9223372036854775809",
    "",
    " ", "1e", "1,5", "1 2", "٣", "%d", "%s%n%99999999d", "../x", "🙂", "\u{1}", "--", "-", "1\n",
    String(repeating: "9", count: 300),
  ]

  /// Texts that are no use of any option but of those that take any text.
  private static let texts = [
    "", " ", "NaN", "-1", "1e400", "9223372036854775808", String(repeating: "n", count: 300),
    "a\u{1}b\u{1B}[31m", "a\nb", "../x", "/proc/nowhere/x", "%s%n%99999999d", "🙂e\u{301}", "--", "-", "*",
    "a=b",
    "a=[",
    "$(touch pwned)", "a`touch pwned`;touch pwned", "<img src=x onerror=alert(1)>", "\u{202E}x", ".", "..",
    "text.txt",
    String(repeating: "[", count: 5000), "run", "a.svg", "a,b", "#",
  ]
  /// How many of the texts each option is tried with: others for the next option.
  private static let textsEach = 4

  /// Options that write where they are told to.
  private static let outputs: Set = ["out", "save", "csv", "pictures", "trace", "<prefix>", "<destination>"]

  /// Everything that is attacked in a command: its options with values, and its places.
  private static func targets(_ command: Command) -> [(
    name: String, kind: ValueKind, words: (String) -> [String]
  )] {
    let base = bases[command.name] ?? []
    let places = Array(base.prefix { !$0.hasPrefix("--") })
    let given = Array(base.dropFirst(places.count))
    let options = command.options.compactMap { option -> (String, ValueKind, (String) -> [String])? in
      guard let kind = option.kind else { return nil }
      // What excludes the option stands aside, and so does its own value.
      let aside = Set(
        command.conflicts.filter { $0.options.contains(option.name) }.flatMap(\.options) + [option.name])
      let kept = stride(from: 0, to: given.count, by: 2).filter { index in
        !aside.contains(String(given[index].dropFirst(2)))
      }.flatMap { given[$0..<$0 + 2] }
      return ("--" + option.name, kind, { places + kept + ["--\(option.name)=\($0)"] })
    }
    let positionals = command.positionals.enumerated().map { index, positional in
      (
        "<\(positional.name)>", positional.kind,
        { (value: String) in
          // Behind two dashes everything is a place.
          given + ["--"] + places.prefix(index) + [value] + places.dropFirst(index + 1)
        }
      )
    }
    return options + positionals
  }

  @Test func everyCommandHasABase() {
    #expect(Set(Self.bases.keys) == Set(ZooProgram.program.commands.map(\.name)))
  }

  /// What is NaN is refused where it is read, by its option's name and with what is allowed.
  @Test func whatIsNoNumberIsWrongUse() throws {
    var count = 0
    try AttackBench.with { bench in
      for command in ZooProgram.program.commands {
        for target in Self.targets(command) where target.kind != .text {
          for value in Self.noNumbers + ["\(UInt64.max)"] {
            let outcome = bench.zoo([command.name] + target.words(value))
            let what = "\(command.name) \(target.name)=\(value.debugDescription): \(outcome)"
            #expect(outcome.status == ExitCode.wrongUse, "\(what)")
            #expect(outcome.errors.contains(target.name) && outcome.errors.contains("allowed: "), "\(what)")
            #expect(Self.isShown(outcome.errors) && outcome.errors.utf8.count < 2000, "\(what)")
            count += 1
          }
        }
      }
    }
    #expect(count > 2000)
  }

  /// Any text leads to a result or to an error that names what is wrong, within the time limit, and to nothing outside
  /// of the folder.
  @Test(arguments: ZooProgram.program.commands.map(\.name)) func anyTextIsSafe(_ name: String) throws {
    let command = try #require(ZooProgram.program.commands.first { $0.name == name })
    try AttackBench.with { bench in
      let folder = bench.url("work")
      try Self.fill(folder, bench)
      if name == "classify" {
        let kept = try ZooProcess.run(
          ["finetune"] + (Self.bases["finetune"] ?? []) + ["--save", "labels"], in: folder)
        try #require(kept.status == 0, "\(kept.errors)")
      }
      var next = name.utf8.reduce(0) { $0 + Int($1) }
      for target in Self.targets(command) where target.kind == .text {
        for _ in 0..<Self.textsEach {
          let value = Self.texts[next % Self.texts.count]
          next += 7
          let words = [name] + target.words(value)
          let outcome = try ZooProcess.run(words, in: folder, limit: 120)
          let what = "\(name) \(target.name)=\(value.debugDescription): \(outcome)"
          #expect((0...2).contains(outcome.status), "\(what)")
          #expect(outcome.status == 0 || outcome.errors.contains("zoo: error: "), "\(what)")
          #expect(Self.isShown(outcome.errors) && outcome.errors.utf8.count < 20_000, "\(what)")
          let option = String(target.name.drop { $0 == "-" })
          if Self.outputs.contains(option) {
            let results = ["results.json", "grid.csv", "predictions.csv"]
            for made in ["x", "bin", "lib", "share"] + results {
              try? FileManager.default.removeItem(at: bench.url(made))
            }
          }
          let outside = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path)
          #expect(Set(outside) == ["work", "run", "comparison", "victim"], "\(what)")
          #expect(!FileManager.default.fileExists(atPath: folder.path + "/pwned"), "\(what)")
        }
      }
    }
  }

  /// What the commands' bases name.
  private static func fill(_ folder: URL, _ bench: AttackBench) throws {
    let runs = folder.appendingPathComponent("runs")
    try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
    for name in ["run", "comparison"] {
      try FileManager.default.copyItem(at: bench.url(name), to: runs.appendingPathComponent(name))
    }
    let labels = (0..<40).map { "\($0 % 2 == 0 ? "good" : "bad")\tthe dog \($0)\n" }.joined()
    for (name, text) in [
      ("m.json5", "{ extends: 'tiny/gpt' }"), ("labels.tsv", "label\ttext\n" + labels),
      ("texts.json", #"["the dog"]"#), ("lines.txt", "the dog\n"),
      ("ids.json", #"{"ids": [[6, 7, 8]], "labels": [[6, 7, 8]]}"#),
      ("pairs.jsonl", #"{"sentence_good": "the dog", "sentence_bad": "the dogs"}"# + "\n"),
    ] {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/5f2c9a2/text.txt"), to: folder.appendingPathComponent("text.txt"))
  }

  /// Whether a terminal would show all of it: no control characters but line ends.
  private static func isShown(_ text: String) -> Bool {
    !text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" }
  }
}
