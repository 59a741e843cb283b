import CommandLineKit
import Comparison
import Foundation
import SyntheticCorpus
import Text
import Training
import Zoo

extension Command {
  private static let tasks = GrammarTask.allCases.map { task in
    "\(task.rawValue) (\(task.form.rawValue)): \(task.summary)."
  }.joined(separator: "\n\n")

  /// `zoo finetune`: pretrained encoders and decoders on one task.
  static let finetune = Command(
    name: "finetune", summary: "fine-tune trained models on a task, all with the same head, epochs and grid",
    discussion: """
      Puts a linear head on every model, trains both on labelled texts, and measures on texts that were kept \
      apart. Every model takes the same epochs at the same points of a grid (learning rate, pooling, seed), \
      chooses one by a development part and is measured at that one; each also from its untrained values, so \
      that what pretraining brings is seen.

      Tasks on sentences of the embedded grammar:

      \(tasks)

      Files are TSV, whose first line names the columns, or JSONL. Columns or fields: text and label; or first, \
      second and label; or words and tags, with spaces between them or as lists. A fifth is kept to choose by, \
      and without --test another to measure on; equal texts stay together.

      Pooling says which vectors the head reads: that of the first token, of the last one, or the mean of all; \
      of the whole text, for tagging of each word. In a decoder only the last one has read all.
      """,
    examples: [
      Example(
        "zoo finetune runs/bert-gpt-1/bert runs/bert-gpt-1/gpt",
        "well-formed or not, nine points of the grid each"
      ),
      Example(
        "zoo finetune bert-gpt-1/bert --task word-class --seeds 3 --out tags", "with tables to take away"),
      Example("zoo finetune runs/gpt-1 --data train.tsv --test test.tsv", "on texts of your own"),
    ],
    positionals: [Positional("run", .text, .repeatedAtLeastOnce, help: TrainedModel.help)],
    options: [
      .value(
        "task", .choice(GrammarTask.allCases.map(\.rawValue)), default: GrammarTask.acceptability.rawValue,
        help: "made of the embedded grammar", group: "Texts"),
      .value(
        "texts", .integer(20...1_000_000), default: "\(GrammarTask.usualCount)", help: "texts of a task",
        group: "Texts"),
      .value(
        "data", .text, as: "file", help: "labelled texts, TSV or JSONL; - is standard input", group: "Texts"),
      .value("test", .text, as: "file", help: "labelled texts to measure on", group: "Texts"),
      SkippedItems.option,
      .value(
        "epochs", .integer(1...100_000), default: "8", help: "passes over the texts", group: "Fine-tuning"),
      .value("batch", .integer(1...65_536), default: "32", help: "texts in a step", group: "Fine-tuning"),
      .value(
        "learning-rate", .number(0...10), help: "of the grid; default: 3e-4, 1e-3 and 3e-3", repeatable: true,
        group: "Fine-tuning"),
      .value(
        "pooling", .choice(Pooling.allCases.map(\.rawValue)), help: "of the grid; default: all three",
        repeatable: true, group: "Fine-tuning"),
      .value(
        "seeds", .integer(1...1000), default: "1", help: "fine-tunings at each point", group: "Fine-tuning"),
      .flag("frozen", help: "train the head alone, on the model as it is", group: "Fine-tuning"),
      .value("out", .text, as: "folder", help: "write results.json, grid.csv and predictions.csv"),
      OutputFile.force, RecipeOptions.threads, .flag("json", help: "print JSON for a script"),
    ],
    conflicts: [
      Conflict(["data", "task"], because: "texts are from a file or made for a task"),
      Conflict(["data", "texts"], because: "a file has as many texts as it has"),
    ]
  ) { arguments in
    if arguments.isGiven("test"), !arguments.isGiven("data") {
      throw UsageError("--test needs --data: a task is split by itself")
    }
    let job = try FineTuneJob(arguments)
    let (results, predictions) = try job.run(on: arguments.console)
    // What was found is shown before it is written: a full disk does not take it away.
    if arguments.flag("json") {
      try arguments.console.json(results)
    } else {
      FineTuneTables(results).show(on: arguments.console)
    }
    guard let folder = arguments.option("out") else { return }
    try job.write(results, predictions, to: folder)
    if !arguments.flag("json") { arguments.console.line("\nwritten: \(folder)") }
  }
}
