import Foundation
import TestSupport
import Testing
import Zoo

/// An error, or a line of a result, that advises a command, and how to come to it.
struct AdvisedCommand: Sendable {
  /// The source file that prints it and the command's words, `…` for those that are not fixed.
  let key: String
  /// What is done to the runs in advance.
  var prepare: @Sendable (URL) throws -> Void = { _ in }
  /// The command that prints the advice.
  let wrong: [String]
  /// The advice after the program, as it is printed.
  let advice: String
  /// What is done after reading the error and before following it.
  var between: @Sendable (URL) throws -> Void = { _ in }
  /// What the placeholders of the advice stand for.
  var placeholders: [String: String] = [:]
  /// What is added to the advice so that it takes no minutes.
  var more: [String] = []

  /// Budget and size of what would train for minutes.
  static let short = ["--steps", "2", "--batch", "2", "--set", "layers=1", "--set", "width=16"]

  /// A folder with what an earlier program made: a run, a comparison, and their text.
  static func inFolder(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/5f2c9a2")
      let runs = folder.appendingPathComponent("runs")
      try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
      for (name, place) in [("run", runs), ("comparison", runs), ("text.txt", folder)] {
        try FileManager.default.copyItem(
          at: fixture.appendingPathComponent(name), to: place.appendingPathComponent(name))
      }
      try Data("{ extends: 'tiny/gpt' }".utf8).write(to: folder.appendingPathComponent("m.json5"))
      try body(folder)
    }
  }

  private static func remove(_ paths: String...) -> @Sendable (URL) throws -> Void {
    { folder in
      for path in paths { try FileManager.default.removeItem(at: folder.appendingPathComponent(path)) }
    }
  }

  private static func write(_ text: String, _ paths: String...) -> @Sendable (URL) throws -> Void {
    { folder in
      for path in paths {
        let url = folder.appendingPathComponent(path)
        if FileManager.default.fileExists(atPath: url.path) { try FileManager.default.removeItem(at: url) }
        try Data(text.utf8).write(to: url)
      }
    }
  }

  private static func move(_ path: String, _ other: String) -> @Sendable (URL) throws -> Void {
    { folder in
      try FileManager.default.moveItem(
        at: folder.appendingPathComponent(path), to: folder.appendingPathComponent(other))
    }
  }

  private static let comparison = "runs/comparison"

  private static let hub: @Sendable (URL) throws -> Void = { folder in
    for words in [
      ["train", "tiny/gpt", "--steps", "1", "--batch", "2", "--set", "context=48", "--out", "own"],
      ["export", "own", "hub"], ["import", "hub", "--out", "in"],
    ] { _ = try ZooProcess.run(words, in: folder) }
  }

  /// One small point of the grid of `finetune`.
  private static let tuning = [
    "--texts", "40", "--epochs", "1", "--learning-rate", "1e-3", "--pooling", "mean",
  ]

  /// Every command that is advised, with at least one way to come to it.
  static let all: [AdvisedCommand] = [
    .init(
      key: "ClassifierRecord.swift: finetune … --save NEW", wrong: ["classify", "run", "the dog"],
      advice: "finetune runs/run/checkpoints/step-000008.safetensors --save NEW",
      placeholders: ["NEW": "new"], more: tuning),
    .init(
      key: "HeadExport.swift: finetune … --pooling … --head … --save NEW",
      prepare: { folder in
        for words in [
          ["train", "bert-4x128", "--data", "text.txt", "--out", "base"] + short,
          ["finetune", "base", "--save", "plain"] + tuning,
        ] { _ = try ZooProcess.run(words, in: folder) }
      },
      wrong: ["export", "plain", "hub"], advice: "finetune base --pooling start --head tanh --save NEW",
      placeholders: ["NEW": "new"], more: Array(tuning.dropLast(2))),
    .init(
      key: "FineTuneCommand.swift: classify … TEXT", wrong: ["finetune", "run", "--save", "kept"] + tuning,
      advice: "classify kept TEXT", placeholders: ["TEXT": "'the dog'"]),
    .init(
      key: "PluginBuilder.swift: plugin new MyPlugin", wrong: ["plugin", "build", "nowhere"],
      advice: "plugin new MyPlugin"),
    .init(
      key: "PluginCommand.swift: plugin build …", wrong: ["plugin", "new", "Mine"],
      advice: "plugin build Mine"),
    .init(
      key: "PluginCommand.swift: list --plugin …",
      prepare: { _ = try ZooProcess.run(["plugin", "new", "Mine"], in: $0) },
      wrong: ["plugin", "build", "Mine"], advice: "list --plugin Mine/Mine.so"),
    .init(
      key: "PluginHost.swift: plugin build …",
      prepare: { folder in
        _ = try ZooProcess.run(["plugin", "new", "Mine"], in: folder)
        _ = try ZooProcess.run(["plugin", "build", "Mine"], in: folder)
        // As if it were of an earlier build of the program.
        let file = folder.appending(path: "Mine/Mine.so")
        let note = try PluginNote(of: file.path)
        let code = try Data(contentsOf: file).dropLast(note.bytes.count)
        let older = PluginNote(name: "Mine", program: "older", compiler: "Swift", of: code)
        try (code + older.bytes).write(to: file)
      },
      wrong: ["list", "--plugin", "Mine/Mine.so"], advice: "plugin build Mine"),
    .init(
      key: "ScoreCommand.swift: score … …",
      prepare: write("{\"sentence_good\": \"the dog\", \"sentence_bad\": \"the dogs\"}\n", "p.jsonl"),
      wrong: ["score", "runs/run", "runs/comparison/bert", "p.jsonl"],
      advice: "score runs/comparison/bert p.jsonl"),
    .init(
      key: "ReportBuilder+Commands.swift: …", wrong: ["compare", "runs/run", "runs/comparison/bert"],
      advice: "compare gpt 'bert recipe.objective=any-order' --steps 8 --data text.txt",
      more: Array(short.dropFirst(2))),
    .init(
      key: "Experiment.swift: compare --resume … --data PATH", prepare: move("text.txt", "moved.txt"),
      wrong: ["compare", "--resume", comparison], advice: "compare --resume runs/comparison --data PATH",
      placeholders: ["PATH": "moved.txt"]),
    .init(
      key: "ExperimentRecord.swift: train --resume …", wrong: ["compare", "--resume", "runs/run"],
      advice: "train --resume runs/run"),
    .init(
      key: "ExperimentRecord.swift: train --resume …", prepare: write("{", "runs/comparison/experiment.json"),
      wrong: ["compare", "--resume", comparison], advice: "train --resume runs/comparison/bert"),
    .init(
      key: "ExperimentRecord.swift: runs", wrong: ["compare", "--resume", "nothing"], advice: "runs"),
    .init(
      key: "RunText.swift: train --resume … --data PATH", prepare: move("text.txt", "moved.txt"),
      wrong: ["train", "--resume", "runs/run", "--steps", "9"],
      advice: "train --resume runs/run --data PATH", placeholders: ["PATH": "moved.txt"],
      more: ["--steps", "9"]),
    .init(
      key: "RunFolder+Making.swift: compare --resume …",
      wrong: ["compare", "tiny/gpt", "tiny/bert", "--out", comparison],
      advice: "compare --resume runs/comparison"),
    .init(
      key: "RunFolder+Making.swift: train --resume …", wrong: ["train", "tiny/gpt", "--out", "runs/run"],
      advice: "train --resume runs/run"),
    .init(
      key: "RunRecord.swift: runs", prepare: remove("runs/run/run.json"),
      wrong: ["compare", "runs/run", comparison], advice: "runs"),
    .init(
      key: "RunRecord.swift: train --resume …", prepare: write("{", "runs/run/run.json"),
      wrong: ["train", "--resume", "runs/run"], advice: "train --resume runs/run",
      between: remove("runs/run/run.json")),
    .init(
      key: "ExperimentSession.swift: compare --resume …",
      prepare: write("not a folder", "runs/comparison/gpt", "runs/comparison/bert"),
      wrong: ["compare", "--resume", comparison], advice: "compare --resume runs/comparison",
      between: remove("runs/comparison/gpt", "runs/comparison/bert")),
    .init(
      key: "FigureCommand.swift: runs", wrong: ["figure", "curves", "--out", "x.svg"], advice: "runs"),
    .init(
      key: "StoredReports.swift: compare --resume …", prepare: write("{", "runs/comparison/report.json"),
      wrong: ["figure", "verdicts", comparison, "--out", "x.svg"],
      advice: "compare --resume runs/comparison"),
    .init(key: "ReportCommand.swift: runs", wrong: ["report"], advice: "runs"),
    .init(
      key: "RunsCommand.swift: train gpt", prepare: remove("runs"), wrong: ["runs"], advice: "train gpt",
      more: short),
    .init(key: "TrainCommand.swift: list presets", wrong: ["train"], advice: "list presets"),
    .init(
      key: "TrainCommand.swift: train --resume … --steps …", wrong: ["train", "--resume", "runs/run"],
      advice: "train --resume runs/run --steps 16"),
    .init(
      key: "TrainedComparison.swift: train …", wrong: ["compare", "runs/run", "m.json5"],
      advice: "train m.json5", more: short),
    .init(key: "TrainedComparison.swift: runs", wrong: ["compare", "runs/run"], advice: "runs"),
    .init(
      key: "TrainedComparison.swift: eval … --data PATH",
      prepare: move("runs/run/checkpoints/step-000008.safetensors", "x.safetensors"),
      wrong: ["compare", comparison, "x.safetensors"], advice: "eval x.safetensors --data PATH",
      placeholders: ["PATH": "text.txt"]),
    .init(
      key: "ZooListing.swift: list", wrong: ["list"], advice: "list NAME", placeholders: ["NAME": "norm"]),
    .init(key: "ZooListing.swift: list", wrong: ["list", "xyzzyxyzzy"], advice: "list"),
    .init(key: "ZooListing.swift: list …", wrong: ["list", "block.norm"], advice: "list norm"),
    .init(key: "ZooListing.swift: list --settings", wrong: ["list"], advice: "list --settings"),
    .init(key: "ZooListing.swift: describe …", wrong: ["list", "bert-4x128"], advice: "describe bert-4x128"),
    .init(
      key: "ZooListing.swift: compare", wrong: ["list", "suites"], advice: "compare NAME",
      placeholders: ["NAME": "masking-rate --help"]),
    .init(
      key: "TrainedModels.swift: compare --resume …",
      prepare: remove("runs/comparison/gpt", "runs/comparison/bert"), wrong: ["eval", comparison],
      advice: "compare --resume runs/comparison"),
    .init(
      key: "Workplace.swift: train …", wrong: ["generate", "m.json5"], advice: "train m.json5", more: short),
    .init(
      key: "Workplace.swift: train gpt", prepare: remove("runs"), wrong: ["eval", "nothing"],
      advice: "train gpt", more: short),
    .init(
      key: "TrainerState.swift: train --from …", prepare: hub, wrong: ["train", "--resume", "in"],
      advice: "train --from in/checkpoints/step-000000.safetensors", more: ["--steps", "1", "--batch", "2"]),
    .init(
      key: "Restoring.swift: train --from …",
      prepare: { folder in
        try hub(folder)
        _ = try ZooProcess.run(
          ["train", "--from", "in", "--steps", "1", "--batch", "2", "--out", "f"], in: folder)
        try remove("f/checkpoints")(folder)
      }, wrong: ["train", "--resume", "f"], advice: "train --from in", more: ["--steps", "1", "--batch", "2"]),
    .init(key: "Workplace.swift: runs", wrong: ["eval", "xyzzyxyzzy"], advice: "runs"),
  ]

  /// Advice whose way is a signal: `InterruptionTests` stop a run and a comparison and follow it.
  static let afterSignals: Set<String> = ["TrainCommand.swift: train --resume …"]
}
