import Evaluation
import Foundation
import TestSupport
import Testing

/// `zoo finetune`, as it is typed.
@Suite struct FineTuneCommandTests {
  /// Runs of two steps on a small text, in folders of their presets' last names.
  private func train(_ presets: [String], in folder: URL) throws {
    let book = (0..<400).map { "line \($0) of a book that says \($0 % 17) things\n" }.joined()
    try Data(book.utf8).write(to: folder.appendingPathComponent("book.txt"))
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("c"), withIntermediateDirectories: true)
    for preset in presets {
      let name = String(preset.split(separator: "/").last ?? "")
      let outcome = try ZooProcess.run(
        ["train", preset, "--data", "book.txt", "--steps", "2", "--batch", "2", "--out", "c/\(name)"]
          + ["tokenizer=bytes", "context=64", "recipe.evaluationWindows=2"].flatMap { ["--set", $0] },
        in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  private static let quick = ["--epochs", "1", "--learning-rate", "1e-2", "--pooling", "mean"]

  @Test func runsAreTunedOnATaskAndOnFiles() throws {
    try withTemporaryFolder { folder in
      try train(["tiny/bert", "tiny/gpt"], in: folder)
      let task = try ZooProcess.run(
        ["finetune", "c/bert", "c/gpt", "--task", "word-class", "--texts", "40", "--out", "tags"]
          + Self.quick,
        in: folder)
      #expect(task.status == 0, "\(task.errors)")
      #expect(task.errors.contains("bert, gpt: trained on another text than the task's sentences"))
      #expect(task.output.contains("word-class (tagging)") && task.output.contains("24 for training"))
      for name in ["results.json", "grid.csv", "predictions.csv"] {
        let file = folder.appendingPathComponent("tags/\(name)")
        #expect(FileManager.default.fileExists(atPath: file.path), "\(name)")
      }
      func write(_ name: String, _ rows: Range<Int>) throws {
        let lines = rows.map { "\($0) \($0 % 2 == 0 ? "even" : "odd")\t\($0 % 2 == 0 ? "yes" : "no")\n" }
        try Data(("text\tlabel\n" + lines.joined()).utf8).write(to: folder.appendingPathComponent(name))
      }
      try write("train.tsv", 0..<40)
      try write("test.tsv", 30..<50)
      let files = try ZooProcess.run(
        ["finetune", "c/gpt", "--data", "train.tsv", "--test", "test.tsv", "--json", "--frozen"] + Self.quick,
        in: folder)
      #expect(files.status == 0, "\(files.errors)")
      let results = try JSONDecoder().decode(FineTuningResults.self, from: Data(files.output.utf8))
      #expect(
        results.task.labels == ["no", "yes"] && results.task.name == "train" && results.task.test == 20)
      #expect(results.task.train == 32 && results.task.development == 8)
      #expect(results.plan.options.isFrozen && results.models.count == 1 && results.differences.count == 1)
      #expect(results.notes.contains { $0.hasPrefix("10 test texts are also in") })
    }
  }

  private static let point = [
    "--epochs", "2", "--learning-rate", "1e-2", "--pooling", "mean", "--threads", "1",
  ]

  /// A model that is kept is the one that was measured, whatever its labels are said of: it labels the test texts alike.
  /// Other commands read it, and nothing claims that its training is known.
  @Test func aModelIsKeptAndLabelsTexts() throws {
    try withTemporaryFolder { folder in
      try train(["tiny/bert"], in: folder)
      func zoo(_ words: [String]) throws -> (output: String, errors: String) {
        let outcome = try ZooProcess.run(words, in: folder)
        #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        return (outcome.output, outcome.errors)
      }
      func write(_ name: String, _ lines: [String]) throws {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: folder.appendingPathComponent(name))
      }
      let texts = (0..<60).map { "\($0 * 7) \($0 % 2 == 0 ? "even" : "odd")" }
      let labels = (0..<60).map { $0 % 2 == 0 ? "yes" : "no" }
      let words = (0..<60).map { "the dog\($0 % 9) runs" }
      let forms: [(head: String, rows: [String], lines: [String])] = [
        ("text\tlabel", zip(texts, labels).map { "\($0)\t\($1)" }, texts),
        (
          "first\tsecond\tlabel", zip(texts, labels).map { "\($0)\ta text\t\($1)" },
          texts.map { $0 + "\ta text" }
        ),
        ("words\ttags", words.map { "\($0)\tD N V" }, words),
      ]
      for (index, form) in forms.enumerated() {
        try write("train.tsv", [form.head] + form.rows[..<40])
        try write("test.tsv", [form.head] + form.rows[40...])
        try write("lines.txt", Array(form.lines[40...]))
        let run = "kept/deep/\(index)"
        let said = try zoo(
          [
            "finetune", "c/bert", "--data", "train.tsv", "--test", "test.tsv", "--save", run, "--out",
            "t\(index)",
          ]
            + Self.point + (index == 0 ? ["--seeds", "2"] : []) + (index == 1 ? ["--frozen"] : []))
        #expect(said.output.contains("kept: \(run)"))
        struct Item: Decodable {
          struct Part: Decodable {
            let label: String
            let probabilities: [String: Double]
          }
          let parts: [Part]
        }
        let json = try zoo(["classify", run, "--lines", "lines.txt", "--json"]).output
        let parts = try JSONDecoder().decode([Item].self, from: Data(json.utf8)).flatMap(\.parts)
        let table = try String(
          contentsOf: folder.appendingPathComponent("t\(index)/predictions.csv"), encoding: .utf8)
        let rows = table.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        // Of two seeds the better one is kept; with as many right the first.
        let column = try #require(rows[0].firstIndex { $0.hasSuffix("trained seed 1") })
        let second = rows[0].firstIndex { $0.hasSuffix("trained seed 2") && !$0.contains("untrained") }
        let predicted = [column, second].compactMap { $0 }.map { column in rows.dropFirst().map { $0[column] }
        }
        #expect(predicted.contains(parts.map(\.label)), "\(form.head)")
        #expect(parts.allSatisfy { abs($0.probabilities.values.reduce(0, +) - 1) < 1e-9 })
      }
      // Nothing of a training is claimed, and the other commands read the model.
      let run = "kept/deep/0"
      let evaluated = try zoo(["eval", run, "--windows", "2"])
      #expect(evaluated.output.contains("fine-tuned from is c/bert"), "\(evaluated)")
      #expect(try zoo(["attention", run, "--text", "the dog"]).errors.contains("not known"))
      _ = try zoo(["embed", run, "the dog"])
      _ = try zoo([
        "train", "--from", run, "--data", "book.txt", "--steps", "1", "--batch", "2", "--out", "more",
      ])
      let compared = try zoo(["compare", run, "c/bert", "--data", "book.txt", "--out", "both"])
      #expect(compared.errors.contains("0: fine-tuned") && compared.output.contains("unknown"), "\(compared)")
      let exported = try ZooProcess.run(["export", run, "hub"], in: folder)
      #expect(exported.status == 1 && exported.errors.contains("ForSequenceClassification"), "\(exported)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("hub").path))
      let again = try zoo(["finetune", run, "--data", "train.tsv", "--save", "second"] + Self.point)
      #expect(again.output.contains("kept: second"))
      for (words, hint) in [
        (["finetune", "c/bert", "--data", "train.tsv", "--save", run], "--save"),
        (["finetune", run, "c/bert", "--data", "train.tsv", "--save", "new"], "name one run"),
        (["train", "--resume", run], "train --from"), (["classify", "more", "x"], "no classification head"),
        (["classify", "kept/deep/1", "one text"], "a tab between them"),
      ] {
        let outcome = try ZooProcess.run(words, in: folder)
        #expect(outcome.status != 0 && outcome.errors.contains(hint), "\(words): \(outcome.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("new").path))
    }
  }

  @Test func faultsGetOneClearError() throws {
    try withTemporaryFolder { folder in
      try Data("text\tlabel\na\tx\nb\n".utf8).write(to: folder.appendingPathComponent("bad.tsv"))
      try Data("text\tlabel\na\tx\nb\tx\n".utf8).write(to: folder.appendingPathComponent("one.tsv"))
      for (arguments, status, hint) in [
        (["run", "--task", "acceptabilty"], 2, "did you mean \"acceptability\"?"),
        (["run", "--data", "bad.tsv"], 1, "bad.tsv:3"),
        (["run", "--data", "one.tsv"], 1, "every label is \"x\""),
        (["run", "--data", "one.tsv", "--task", "acceptability"], 2, "generated for a task"),
        (["run", "--test", "one.tsv"], 2, "--test needs --data"),
        (["run", "--field", "text"], 2, "--field needs --data"),
        (["run", "--data", "one.tsv", "--field", "txt"], 1, "did you mean \"text\"?"),
        (["run", "--pooling", "max"], 2, "first, last, mean"),
        (["run", "--texts", "20"], 1, "no run has this name"),
        ([], 2, "run"),
      ] {
        let outcome = try ZooProcess.run(["finetune"] + arguments, in: folder)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(hint), "\(arguments): \(outcome.errors)")
      }
    }
  }
}
