import CommandLineKit
import Comparison
import Foundation
import SyntheticCorpus
import Text
import Training
import Wording
import Zoo

extension Command {
  private static let tasks = GrammarTask.allCases.map { task in
    "\(task.rawValue) (\(task.form.rawValue)): \(task.summary)."
  }.joined(separator: "\n\n")

  /// `zoo finetune`: pretrained encoders and decoders on one task.
  static let finetune = Command(
    name: "finetune", summary: "fine-tune trained models on a task with the same head, epochs and grid",
    discussion: """
      Adds a classification head to every model, trains both on labelled texts, and evaluates on test texts. Every model is \
      trained for the same number of epochs at the same points of a grid (learning rate, pooling, seed). The \
      development split chooses the best point, and the model is tested at that point. The untrained model is \
      fine-tuned in the same way, which shows the effect of pretraining.

      Tasks on sentences of the embedded grammar:

      \(tasks)

      Files are TSV or CSV, with column names in the first line, or JSONL. Columns or fields: text and label; or first, \
      second and label; or words and tags, separated by spaces or as lists. A fifth of the texts is the development \
      split, and without --test another fifth is the test split. Equal texts are in the same split.

      Pooling chooses the input of the head: the vector of the first token, of the last token, or the mean over all \
      tokens; of the whole text, or of each word for tagging. In a decoder only the last token sees the whole text. \
      Pooling pooler is the vector of the first position, such as [CLS], through the pooler of the model (BERT's linear \
      layer and tanh), where it has one. Pooling start is the vector of the first position itself.

      The head is a linear map to the labels. Other heads are those of classes of transformers, which zoo export can \
      write: tanh (a linear layer with tanh before the map: BERT, RoBERTa, ALBERT), gelu (ELECTRA, DeBERTa, EuroBERT), \
      relu (DistilBERT) and gelu-norm (with a norm: ModernBERT), all with --pooling start; no-bias, with --pooling last, \
      of decoders; for words the linear map of most classes, with --pooling first or last.

      With --save, the model is fine-tuned once more at the chosen point, which gives the same bits, and kept as a run: \
      zoo classify labels texts with it, and other commands read the model without its head. Of several seeds, the one \
      with the highest development accuracy is kept.
      """,
    examples: [
      Example(
        "zoo finetune runs/bert-gpt-1/bert runs/bert-gpt-1/gpt",
        "acceptability, with nine grid points per model"
      ),
      Example(
        "zoo finetune bert-gpt-1/bert --task word-class --seeds 3 --out tags",
        "word classes, with tables written to ./tags"),
      Example("zoo finetune runs/gpt-1 --data train.tsv --test test.tsv", "on texts of your own"),
      Example(
        "zoo finetune runs/bert-1 --data train.tsv --save runs/labels", "keep the model, for zoo classify"),
    ],
    positionals: [Positional("run", .text, .repeatedAtLeastOnce, help: TrainedModel.help)],
    options: [
      .value(
        "task", .choice(GrammarTask.allCases.map(\.rawValue)), default: GrammarTask.acceptability.rawValue,
        help: "a task generated from the embedded grammar", group: "Texts"),
      .value(
        "texts", .integer(20...1_000_000), default: "\(GrammarTask.usualCount)",
        help: "number of texts of a generated task, rounded up so that all kinds have equally many",
        group: "Texts"),
      .value(
        "data", .text, as: "file",
        help: "labelled texts, TSV, CSV or JSONL, compressed or not; - is standard input",
        group: "Texts"),
      TextItem.field,
      .value("test", .text, as: "file", help: "labelled texts to test on", group: "Texts"),
      SkippedItems.option,
      .value(
        "epochs", .integer(1...100_000), default: "8", help: "passes over the training texts",
        group: "Fine-tuning"),
      .value("batch", .integer(1...65_536), default: "32", help: "texts per step", group: "Fine-tuning"),
      .value(
        "learning-rate", .number(0...10), help: "a learning rate of the grid; default: 3e-4, 1e-3 and 3e-3",
        repeatable: true,
        group: "Fine-tuning"),
      .value(
        "pooling", .choice(Pooling.allCases.map(\.rawValue)),
        help: "a pooling of the grid; default: first, last and mean",
        repeatable: true, group: "Fine-tuning"),
      .value(
        "head", .choice(HeadForm.allCases.map(\.rawValue)), default: HeadForm.linear.rawValue,
        help: "the classification head, for all models", group: "Fine-tuning"),
      .value(
        "seeds", .integer(1...1000), default: "1", help: "fine-tuning runs per grid point",
        group: "Fine-tuning"),
      .flag("frozen", help: "train only the head; the model stays unchanged", group: "Fine-tuning"),
      .value("out", .text, as: "folder", help: "write results.json, grid.csv and predictions.csv"),
      .value("save", .text, as: "run", help: "keep the fine-tuned model as a new run in this folder"),
      OutputFile.force, RecipeOptions.threads, .flag("json", help: "print JSON for a script"),
    ],
    conflicts: [
      Conflict(["data", "task"], because: "texts are either read from a file or generated for a task"),
      Conflict(["data", "texts"], because: "the number of texts of a file is given"),
    ]
  ) { arguments in
    if arguments.isGiven("test"), !arguments.isGiven("data") {
      throw UsageError("--test needs --data: the texts of a generated task are split automatically")
    }
    if arguments.isGiven("field"), !arguments.isGiven("data") {
      throw UsageError("--field needs --data: the texts of a generated task have no columns")
    }
    let job = try FineTuneJob(arguments)
    let (results, predictions) = try job.run(on: arguments.console)
    // What was found is shown before it is written: a full disk does not take it away.
    if arguments.flag("json") {
      try arguments.console.json(results)
    } else {
      FineTuneTables(results).show(on: arguments.console)
    }
    if let folder = arguments.option("out") {
      try job.write(results, predictions, to: folder)
      if !arguments.flag("json") { arguments.console.line("\nwritten: \(folder)") }
    }
    guard let (run, classifier) = try job.keep(results, on: arguments.console), !arguments.flag("json") else {
      return
    }
    let path = run.url.shownPath
    let point = classifier.point
    arguments.console.line(
      "\nkept: \(path) (learning rate \(point.learningRate), \(point.pooling.rawValue), seed \(point.seed)); label texts "
        + "with: \(ShellCommand("classify", path, "TEXT"))")
  }
}
