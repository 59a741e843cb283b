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
