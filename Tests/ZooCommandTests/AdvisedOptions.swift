import Foundation
import TestSupport

/// An error that advises an option, and the command with the option.
struct AdvisedOption: Sendable {
  /// The source file that prints it and the option.
  let key: String
  /// What is done in advance, in the folder of ``AdvisedCommand/inFolder(_:)``.
  var prepare: @Sendable (URL) throws -> Void = { _ in }
  /// The command that prints the advice.
  let wrong: [String]
  /// A part of the advice, as it is printed.
  let said: String
  /// The commands that follow it.
  let followed: [[String]]

  private static let short = AdvisedCommand.short
  private static let text = ["--data", "text.txt"]

  private static func write(_ name: String, _ text: String) -> @Sendable (URL) throws -> Void {
    { try Data(text.utf8).write(to: $0.appendingPathComponent(name)) }
  }

  private static let moved: @Sendable (URL) throws -> Void = { folder in
    try FileManager.default.moveItem(
      at: folder.appendingPathComponent("text.txt"), to: folder.appendingPathComponent("moved.txt"))
  }

  private static let ids = #"{"ids": [[6, 7, 8]], "labels": [[6, 7, 8]]}"# + "\n"

  private static let pair = #"{"sentence_good": "the dog", "sentence_bad": "the dogs"}"# + "\n"

  /// A run whose tokenizer loses text, and a pair to score.
  private static let wordPieces: @Sendable (URL) throws -> Void = { folder in
    try write("p.jsonl", pair)(folder)
    _ = try ZooProcess.run(
      ["train", "m.json5", "--set", "tokenizer=wordpiece", "--out", "w"] + short, in: folder)
  }

  private static let rows = (0..<40).map { "{\"body\": \"the dog \($0) sees the cat\"}\n" }.joined()

  /// Every option that is advised.
  static let all: [AdvisedOption] = [
    .init(
      key: "CommandLineParser.swift: --help", wrong: ["runs", "--xyzzy"], said: "list the flags with --help",
      followed: [["runs", "--help"]]),
    .init(
      key: "Experiment.swift: --set",
      wrong: ["compare", "m.json5", "m.json5 recipe.heldOutShare=0.2"] + text + short,
      said: "--set recipe.heldOutShare=VALUE",
      followed: [
        ["compare", "m.json5", "m.json5 recipe.seed=2", "--set", "recipe.heldOutShare=0.2"] + text + short
      ]),
    .init(
      key: "TrainedRun.swift: --data", prepare: moved, wrong: ["compare", "runs/run", "runs/comparison"],
      said: "name its new place with --data PATH",
      followed: [["compare", "runs/run", "runs/comparison", "--data", "moved.txt"]]),
    .init(
      key: "WindowScoring.swift: --set", prepare: wordPieces, wrong: ["eval", "w", "--with", "likelihood"],
      said: "train it with --set tokenizer=byte-bpe",
      followed: [
        ["train", "m.json5", "--set", "tokenizer=byte-bpe", "--out", "b"] + short, ["score", "b", "p.jsonl"],
      ]),
    .init(
      key: "TextExtraction.swift: --skip-bad", prepare: write("bad.jsonl", rows + "{\n"),
      wrong: ["train", "m.json5", "--data", "bad.jsonl", "--field", "body"] + short,
      said: "leave such lines out with --skip-bad",
      followed: [["train", "m.json5", "--data", "bad.jsonl", "--field", "body", "--skip-bad"] + short]),
    .init(
      key: "JSONLine.swift: --field", prepare: write("rows.jsonl", rows),
      wrong: ["train", "m.json5", "--data", "rows.jsonl"] + short,
      said: "name the field of the text with --field",
      followed: [["train", "m.json5", "--data", "rows.jsonl", "--field", "body"] + short]),
    .init(
      key: "RunText.swift: --data", prepare: moved, wrong: ["eval", "runs/run"],
      said: "name the text to evaluate on with --data",
      followed: [["eval", "runs/run", "--data", "moved.txt"]]),
    .init(
      key: "CompareCommand.swift: --swap", wrong: ["ablate", "m.json5"], said: "give --swap path=value",
      followed: [["ablate", "m.json5", "--swap", "block.norm=rms"] + text + short]),
    .init(
      key: "CompareCommand.swift: --axis", wrong: ["ablate", "m.json5"], said: "--axis path=value,value",
      followed: [["ablate", "m.json5", "--axis", "block.norm=layer,rms"] + text + short]),
    .init(
      key: "ExperimentJob.swift: --until-decided",
      wrong: ["compare", "m.json5", "tiny/bert", "--until-decided", "--seeds", "2"],
      said: "with --until-decided give --seeds 6 or more",
      followed: [["compare", "m.json5", "tiny/bert", "--until-decided", "--seeds", "6"] + text + short]),
    .init(
      key: "ExperimentJob.swift: --seeds",
      wrong: ["compare", "m.json5", "tiny/bert", "--until-decided", "--seeds", "5"],
      said: "give --seeds 6 or more",
      followed: [["compare", "m.json5", "tiny/bert", "--seeds", "2"] + text + short]),
    .init(
      key: "FigureCommand.swift: --text", wrong: ["figure", "attention", "runs/run", "--out", "x.svg"],
      said: "give the sentence with --text",
      followed: [["figure", "attention", "runs/run", "--out", "x.svg", "--text", "the dog"]]),
    .init(
      key: "ReportCommand.swift: --out", wrong: ["report", "runs/run", "runs/comparison"],
      said: "name one with --out FOLDER",
      followed: [["report", "runs/run", "runs/comparison", "--out", "both"]]),
    .init(
      key: "FineTuneCommand.swift: --data",
      prepare: write(
        "t.tsv",
        "label\ttext\n" + (0..<40).map { "\($0 % 2 == 0 ? "good" : "bad")\tthe dog \($0)\n" }.joined()),
      wrong: ["finetune", "runs/run", "--test", "t.tsv"], said: "--test needs --data",
      followed: [["finetune", "runs/run", "--data", "t.tsv", "--test", "t.tsv", "--epochs", "1"]]),
    .init(
      key: "HeadExport.swift: --trunk",
      prepare: { folder in
        let tuning = [
          "--texts", "40", "--epochs", "1", "--learning-rate", "1e-3", "--pooling", "mean",
        ]
        for words in [
          ["train", "bert-4x128", "--data", "text.txt", "--out", "base"] + short,
          ["finetune", "base", "--save", "plain"] + tuning,
        ] { _ = try ZooProcess.run(words, in: folder) }
      },
      wrong: ["export", "plain", "hub"], said: "without its head (BertForMaskedLM) with --trunk",
      followed: [["export", "plain", "hub", "--trunk"]]),
    .init(
      key: "DivergenceEvaluation.swift: --set",
      prepare: { folder in
        _ = try ZooProcess.run(
          ["train", "m.json5", "--set", "tokenizer=wordpiece", "--out", "w"] + short, in: folder)
      },
      wrong: ["eval", "w", "--with", "divergence"], said: "train it with --set tokenizer=byte-bpe",
      followed: [
        ["train", "m.json5", "--set", "tokenizer=byte-bpe", "--out", "v"] + short,
        ["eval", "v", "--with", "{ type: 'divergence', windows: 1 }"],
      ]),
    .init(
      key: "GenerateCommand.swift: --prompt-ids",
      wrong: ["generate", "runs/run", "--prompt-ids", "5;17"], said: "such as --prompt-ids 5,17,2",
      followed: [["generate", "runs/run", "--prompt-ids", "5,17,2"]]),
    .init(
      key: "Generation.swift: --prompt",
      wrong: ["generate", "runs/comparison/bert", "--prompt-ids", "5,17"],
      said: "give it a text with --prompt", followed: [["generate", "runs/comparison/bert", "--prompt", "a"]]),
    .init(
      key: "LogitsCommand.swift: --out", prepare: write("ids.json", ids),
      wrong: ["logits", "runs/run", "--input", "ids.json"], said: "add --out FILE for the logits",
      followed: [["logits", "runs/run", "--input", "ids.json", "--out", "x.safetensors"]]),
    .init(
      key: "LogitsCommand.swift: --loss", prepare: write("ids.json", ids),
      wrong: ["logits", "runs/run", "--input", "ids.json"], said: "or --loss for the loss",
      followed: [["logits", "runs/run", "--input", "ids.json", "--loss"]]),
    .init(
      key: "Trainer+Head.swift: --set", wrong: ["train", "tiny/discriminator", "--out", "d"] + short,
      said: "train it with --set recipe.objective=replaced-tokens",
      followed: [
        ["train", "tiny/discriminator", "--set", "recipe.objective=replaced-tokens", "--out", "d"] + short,
        ["train", "tiny/bert", "--set", "recipe.objective=replaced-tokens", "--set", "head=discriminator"]
          + short,
      ]),
    .init(
      key: "TrainCommand.swift: --resume", wrong: ["train"], said: "or a run with --resume",
      followed: [["train", "--resume", "runs/run"]]),
    .init(
      key: "TrainCommand.swift: --from", wrong: ["train"], said: "weights with --from",
      followed: [["train", "--from", "runs/run", "--steps", "1", "--batch", "2"] + text]),
    .init(
      key: "PlannedText.swift: --data", wrong: ["describe", "m.json5", "--set", "tokenizer=characters"],
      said: "add --data FILE",
      followed: [["describe", "m.json5", "--set", "tokenizer=characters"] + text]),
    .init(
      key: "PlannedText.swift: --set", wrong: ["describe", "m.json5", "--set", "tokenizer=characters"],
      said: "or --set vocabulary=N",
      followed: [["describe", "m.json5", "--set", "tokenizer=characters", "--set", "vocabulary=50"]]),
    .init(
      key: "ZooListing.swift: --set", wrong: ["list", "learningRate"],
      said: "change it with --set recipe.optimiser.learningRate=VALUE",
      followed: [["train", "m.json5", "--set", "recipe.optimiser.learningRate=1e-4"] + short]),
    .init(
      key: "AttentionPictures.swift: --set",
      wrong: ["attention", "runs/run", "--text", "the dog", "--steps", "3"],
      said: "--set recipe.keepLast=100 and writes more often with --set recipe.checkpointEvery=N",
      followed: [
        ["train", "m.json5", "--set", "recipe.keepLast=100", "--set", "recipe.checkpointEvery=1"] + short
          + ["--out", "n"], ["attention", "n", "--text", "the dog", "--steps", "1"],
      ]),
    .init(
      key: "AttentionPictures.swift: --layer",
      wrong: ["attention", "runs/run", "--text", "the dog", "--layer", "1"],
      said: "such as --layer 3 --head 1",
      followed: [["attention", "runs/run", "--text", "the dog", "--layer", "1", "--head", "1"]]),
    .init(
      key: "OutputFile.swift: --force", prepare: write("x.svg", "not ours"),
      wrong: ["figure", "curves", "runs/run", "--out", "x.svg"], said: "add --force to replace it",
      followed: [["figure", "curves", "runs/run", "--out", "x.svg", "--force"]]),
    .init(
      key: "TextItems.swift: --lines", prepare: write("lines.txt", "the dog\na cat\n"),
      wrong: ["embed", "runs/comparison/bert"], said: "name a file with --lines",
      followed: [["embed", "runs/comparison/bert", "--lines", "lines.txt"]]),
    .init(
      key: "TuningOptions.swift: --tune",
      wrong: ["compare", "m.json5", "tiny/bert", "--tune-by", "halving"],
      said: "name them with --tune learning-rate=1e-3,2e-3,4e-3",
      followed: [
        ["compare", "m.json5", "tiny/bert", "--tune-by", "halving", "--tune", "learning-rate=1e-3,2e-3,4e-3"]
          + text + short + ["--seeds", "1"]
      ]),
  ]

  /// Advice that no test can come to by itself, with the reason or the test that follows it another way.
  static let elsewhere: [String: String] = [
    "MemoryFit.swift: --batch": "AdviceTests.theAdvisedBatchFits: the batch fits into a memory of any size",
    "TokenizerFile.swift: --plugin": "TokenizerPluginTests: a checkpoint whose tokenizer is a plugin's",
    "PackedPictures.swift: --layer": "that of AttentionPictures, in a page too large for a test",
    "RunSaves.swift: --set": "needs a disk that is nearly full",
    "TrainerError.swift: --set":
      "ResumingRunTests: a run that diverges; a lower rate need not converge either",
    "HeadsCommand.swift: --text": "FigureTests: a run that reads no line of its text whole",
  ]
}
