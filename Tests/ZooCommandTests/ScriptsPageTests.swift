import CommandLineKit
import Foundation
import TestSupport
import Testing

@testable import ZooCommand

/// docs/scripts.md names every command with its codes, and every key that `--json` prints.
@Suite struct ScriptsPageTests {
  /// The keys in the table under a heading.
  private struct Keys {
    /// Those that are always there.
    var required: Set<String> = []
    /// Those that are there in some cases.
    var optional: Set<String> = []
    /// Beginnings of keys below which anything may stand, and whether something must.
    var open: [String: Bool] = [:]

    /// Whether a printed key is one of them.
    func allow(_ key: String) -> Bool {
      required.contains(key) || optional.contains(key)
        || open.keys.contains { key == $0 || key.hasPrefix($0 + ".") || key.hasPrefix($0 + "[]") }
        // A list without elements, and one of elements with keys.
        || key.hasSuffix("[]") && required.union(optional).union(open.keys).contains { $0.hasPrefix(key) }
    }

    /// What has to be printed and is not.
    func missing(in keys: Set<String>) -> [String] {
      let asked = Array(required) + open.filter(\.value).map(\.key)
      return asked.filter { key in !keys.contains { $0 == key || $0.hasPrefix(key) } }.sorted()
    }
  }

  private static func page() throws -> String {
    try String(contentsOf: ModelFixture.root.appending(path: "docs/scripts.md"), encoding: .utf8)
  }

  /// The tables by their headings.
  private static func tables() throws -> [String: Keys] {
    var tables: [String: Keys] = [:]
    var heading = ""
    for line in try page().split(separator: "\n") {
      if line.hasPrefix("#") { heading = line.hasPrefix("### ") ? String(line.dropFirst(4)) : "" }
      guard !heading.isEmpty, line.hasPrefix("| `") else { continue }
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      try #require(cells.count == 2, "\(line)")
      let isMeasured = cells[1].hasPrefix("measured")
      for match in cells[0].matches(of: /`([^`]+)`(\??)/) {
        let (key, isOptional) = (String(match.1), !match.2.isEmpty)
        if key.hasSuffix(".…") {
          tables[heading, default: Keys()].open[String(key.dropLast(2))] = !isOptional
        } else if isMeasured {
          tables[heading, default: Keys()].optional.formUnion([key + ".interval.low", key + ".interval.high"])
          insert(key + ".value", isOptional)
        } else {
          insert(key, isOptional)
        }
      }
    }
    func insert(_ key: String, _ isOptional: Bool) {
      if isOptional {
        tables[heading, default: Keys()].optional.insert(key)
      } else {
        tables[heading, default: Keys()].required.insert(key)
      }
    }
    return tables
  }

  /// The paths of all values: `a.b`, `a[].b`; a list without elements is `a[]`.
  private static func keys(_ value: Any, below path: String = "") -> Set<String> {
    switch value {
    case let object as [String: Any]:
      object.reduce(into: []) {
        $0.formUnion(keys($1.value, below: path.isEmpty ? $1.key : path + "." + $1.key))
      }
    case let list as [Any]:
      list.isEmpty ? [path + "[]"] : list.reduce(into: []) { $0.formUnion(keys($1, below: path + "[]")) }
    default: [path]
    }
  }

  /// A use of every command that has `--json`, under the heading of its table.
  private static let uses: [(heading: String, words: [String])] = [
    ("list", ["list"]), ("list NAME", ["list", "norm"]), ("list NAME", ["list", "gpt"]),
    ("list SETTING", ["list", "learningRate"]),
    ("describe", ["describe", "tiny/gpt"]), ("describe", ["describe", "tiny/bert", "--data", "text.txt"]),
    ("describe --diff", ["describe", "tiny/gpt", "--diff", "tiny/bert"]), ("runs", ["runs"]),
    ("eval", ["eval", "run", "--windows", "2"]), ("eval", ["eval", "tiny"]),
    ("eval --with", ["eval", "tiny", "--with", "likelihood", "--with", "hidden-words"]),
    ("generate", ["generate", "run", "--length", "2"]),
    ("generate --prompt-ids", ["generate", "run", "--prompt-ids", "70,71", "--length", "2", "--ignore-end"]),
    ("tokens", ["tokens", "run", "--input", "texts.json"]),
    ("fill", ["fill", "comparison/bert", "the [MASK]og", "no mask", "--skip-bad"]),
    ("embed", ["embed", "run", "the dog"]),
    ("embed", ["embed", "run", "--lines", "lines.txt", "--skip-bad"]),
    ("logits", ["logits", "run", "--input", "ids.json", "--out", "l.safetensors", "--hidden"]),
    ("logits --loss", ["logits", "run", "--input", "ids.json", "--loss"]),
    ("export", ["export", "tiny", "exported"]), ("import", ["import", "exported"]),
    ("score", ["score", "comparison/bert", "pairs.jsonl"]),
    ("score", ["score", "run", "pairs.jsonl", "--out", "scores.jsonl"]),
    ("score", ["score", "run", "pairs.jsonl", "--truncate", "left"]),
    ("surprisal", ["surprisal", "run", "lines.txt"]),
    ("surprisal", ["surprisal", "comparison/bert", "lines.txt", "--method", "pseudo"]),
    ("heads", ["heads", "comparison", "--windows", "2"]),
    ("probe", ["probe", "tiny", "--sentences", "60"]),
    (
      "finetune",
      [
        "finetune", "run", "comparison/gpt", "--data", "labels.tsv", "--epochs", "1", "--seeds", "2",
        "--learning-rate", "1e-3", "--pooling", "mean",
      ]
    ),
    ("classify", ["classify", "labels", "the dog"]),
    ("classify", ["classify", "labels", "--lines", "lines.txt", "--skip-bad"]),
    ("profile", ["profile", "tiny/gpt", "--profile-steps", "1", "--steps", "1", "--batch", "2"]),
  ]

  @Test func everyKeyIsOnThePage() throws {
    let tables = try Self.tables()
    #expect(Set(Self.uses.map(\.heading)) == Set(tables.keys))
    let commands = ZooProgram.program.commands.filter { $0.options.contains { $0.name == "json" } }
    #expect(Set(Self.uses.map { $0.words[0] }) == Set(commands.map(\.name)))
    try AttackBench.with { bench in
      let folder = bench.folder
      try Self.fill(bench)
      for (heading, words) in Self.uses {
        let outcome = try ZooProcess.run(words + ["--json"], in: folder)
        #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let found = Self.keys(value)
        let documented = try #require(tables[heading])
        #expect(found.filter { !documented.allow($0) }.sorted() == [], "\(words): not on the page")
        #expect(documented.missing(in: found) == [], "\(words): on the page and not printed")
      }
      // Several models: the answers with their names.
      for (words, key) in [
        (["eval", "comparison", "--windows", "1"], "report"),
        (["generate", "comparison", "--length", "1"], "answer"),
      ] {
        let outcome = try ZooProcess.run(words + ["--json"], in: folder)
        let list = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]]
        #expect(list?.count == 2 && list?.allSatisfy { Set($0.keys) == ["model", key] } == true, "\(words)")
      }
    }
  }

  private static func fill(_ bench: AttackBench) throws {
    let folder = bench.folder
    let files = FileManager.default
    try files.createDirectory(at: bench.url("runs"), withIntermediateDirectories: true)
    for name in ["run", "comparison"] {
      try files.copyItem(at: bench.url(name), to: bench.url("runs/" + name))
    }
    try files.copyItem(
      at: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/5f2c9a2/text.txt"), to: bench.url("text.txt"))
    let labels = (0..<40).map { "\($0 % 2 == 0 ? "good" : "bad")\tthe dog \($0)\n" }.joined()
    for (name, text) in [
      ("labels.tsv", "label\ttext\n" + labels), ("lines.txt", "the dog\n\n"),
      ("ids.json", #"{"ids": [[6, 7, 8]], "labels": [[6, 7, 8]]}"#),
      ("texts.json", #"["the dog", ""]"#),
      ("pairs.jsonl", #"{"sentence_good": "the dog", "sentence_bad": "the dogs"}"# + "\n"),
    ] {
      try Data(text.utf8).write(to: bench.url(name))
    }
    let trained = try ZooProcess.run(
      [
        "train", "tiny/gpt", "--steps", "1", "--batch", "2", "--set", "context=48", "--set",
        "recipe.evaluationWindows=2", "--out", "tiny",
      ], in: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let tuned = try ZooProcess.run(
      [
        "finetune", "tiny", "--data", "labels.tsv", "--epochs", "1", "--learning-rate", "1e-3", "--pooling",
        "mean", "--save", "labels",
      ], in: folder)
    #expect(tuned.status == 0, "\(tuned.errors)")
  }

  @Test func everyCommandHasItsCodes() throws {
    let rows = try Self.page().split(separator: "\n").filter {
      $0.hasPrefix("| `") && $0.split(separator: "|").count == 3
    }
    for command in ZooProgram.program.commands {
      let own = rows.filter { $0.split(separator: "|")[0].contains("`\(command.name)`") }
      #expect(own.count == 1, "\(command.name)")
      let hasJSON = command.options.contains { $0.name == "json" }
      let said = own.first?.split(separator: "|")[2].trimmingCharacters(in: .whitespaces) ?? ""
      #expect(said.hasPrefix(hasJSON ? "yes" : "no"), "\(command.name): \(said)")
    }
    // The codes as they are.
    let page = try Self.page()
    #expect(page.contains("| \(ExitCode.success) | "))
    try withTemporaryFolder { folder in
      for (words, code) in [
        (["eval", "nowhere"], ExitCode.failure), (["eval"], ExitCode.wrongUse),
        (["describe", "nowhere"], ExitCode.wrongUse),
      ] {
        let status = try ZooProcess.run(words, in: folder).status
        #expect(status == code, "\(words)")
        #expect(page.contains("\n| \(code) | "), "\(code)")
      }
    }
  }
}
