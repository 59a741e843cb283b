import CommandLineKit
import Evaluation
import Foundation
import Inference
import Tensors
import Training
import Wording
import Zoo

extension Command {
  /// `zoo score`: minimal pairs, and answers to questions.
  static let score = Command(
    name: "score", summary: "measure the accuracy on minimal pairs or multiple-choice items",
    discussion: """
      Reads an object per line: sentence_good and sentence_bad as in the files of BLiMP, or alternatives, a list of two or \
      more texts, and correct, the place of the right one counted from 0; optionally UID and field. With context (or \
      question) each alternative is scored given that text: both are joined as they are and cut into tokens as one text, \
      and white space at the end of the context counts as part of the answer.

      A decoder is scored by its likelihood; an encoder by its likelihood from left to right and by two \
      pseudo-log-likelihoods. The alternative with the highest sum is chosen; a tie among k of them \
      counts as 1/k. Intervals are 95 % Wilson intervals over items and describe this trained model only.

      Probabilities of an imported model are among all its ids, as in transformers; those of others among tokens that \
      stand for text. A tokenizer that changes text, such as one of small letters only, is used as it is, and that is \
      said. A decoder without a start token reads the token that ends texts first, as lm-eval and minicons do it for \
      texts without a context; --start-token none leaves it out, as lm-eval does where there is a context.

      An item with a text that is longer than the model reads is an error that names it, or left out and counted with \
      --skip-bad. With --truncate it is truncated instead: of an item with a context the context, by as many tokens before \
      every alternative, and never an answer; of sentences each to the tokens that the model reads. How many items were \
      truncated is printed.

      --out writes a line for each item: of every alternative its tokens and, by each measure, sum, mean per token, word \
      and byte (log probabilities) and the surprisal of every token, all in nats.
      """,
    examples: [
      Example("zoo score runs/gpt-1 data/*.jsonl", "accuracy by paradigm, with intervals"),
      Example("zoo score gpt2 blimp.jsonl --out scores.jsonl", "every score of every item"),
    ],
    positionals: [
      run,
      Positional(
        "file", .text, .repeatedAtLeastOnce,
        help: "files of minimal pairs or alternatives; - is standard input"),
    ],
    options: [
      .value("out", .text, as: "file", help: "write the scores of every item as JSON lines"),
      .value(
        "truncate", .choice(Truncation.allCases.map(\.rawValue)),
        help:
          "truncate items that are longer than the model reads: left removes the first tokens, right the last"
      ),
      StartToken.option, TextItem.limit, SkippedItems.option, OutputFile.force, RecipeOptions.threads, json,
    ]
  ) { arguments in
    try expectNoRun(arguments.positionals("file"))
    let out = try arguments.option("out").map {
      try OutputFile($0, .scores, option: "out", isForced: arguments.flag("force"))
    }
    var damaged: [any Error & CustomStringConvertible] = []
    let read = try ScoredItem.read(
      arguments.positionals("file"), limit: arguments.integer("limit") ?? .max
    ) { damaged.append($0) }
    // Which measures there are depends on the model.
    var measures: [PairScoring.Measure] = []
    var lines = Data()
    let encoder = JSONEncoder.withWordsForNumbers()
    try forEachModel(arguments, phase: "scoring with") { model, name, line in
      let skipped = SkippedItems(arguments)
      for error in damaged { try skipped.skip(error) }
      let options = try StartToken.options(arguments, model, named: name)
      let truncation = arguments.option("truncate").flatMap(Truncation.init)
      let scoring = try PairScoring(model, options, truncation: truncation) { line.advance($0, of: $1) }
      measures = scoring.measures
      let items = try read.filter { item in
        guard let reason = scoring.refusal(of: item) else { return true }
        let ends = scoring.truncations(for: item).map { "--truncate \($0.rawValue)" }
        try skipped.skip(
          InferenceError("\(item.place): \(reason)"),
          remedy: ends.isEmpty ? nil : "\(ends.joined(separator: " or ")) shortens such items")
        return false
      }
      let count = damaged.count + read.count
      try skipped.expectSome(of: count)
      skipped.report(of: count, on: arguments.console)
      let scores = try scoring.scores(items)
      let credits = scoring.credits(of: scores, items)
      if out != nil {
        for (index, item) in items.enumerated() {
          let line = ItemScores(
            item, scores[index], credit: credits.mapValues { $0[index] }, by: scoring)
          lines += try encoder.encode(line) + Data("\n".utf8)
        }
      }
      let accuracies = scoring.accuracies(items, credits)
      if let truncated = accuracies.last?.truncated, truncated > 0 {
        arguments.console.note(
          "\(name): \(Format.count(truncated)) of \(Format.counted(items.count, "item")) \(truncated == 1 ? "was" : "were") truncated"
        )
      }
      return accuracies
    } show: {
      arguments.console.table(scoreTable($0, measures))
    }
    try out?.write(lines)
  }

  /// Refuses a second run where files are meant.
  private static func expectNoRun(_ files: [String]) throws {
    for file in files {
      let named = try RunReference(file) { FileManager.default.fileExists(atPath: $0) }
      guard RunFolder(URL(fileURLWithPath: named.run, isDirectory: true)).isRun else { continue }
      let pairs = files.last == file ? "FILE" : files[files.count - 1]
      throw UsageError(
        "score: \(file) is a run, and score takes one run before the files; score it by itself: "
          + "\(ShellCommand("score", file, pairs))")
    }
  }

  private static func scoreTable(_ accuracies: [PairScoring.Accuracy], _ measures: [PairScoring.Measure])
    -> Table
  {
    var table = Table(
      [Table.Column("field"), Table.Column("paradigm"), Table.Column("items", .right)]
        + measures.map { Table.Column($0.rawValue, .right) })
    for row in accuracies {
      table.add(
        [row.field, row.paradigm, "\(row.pairs)"]
          + measures.map { measure in
            guard let right = row.right[measure], let interval = right.interval else { return "—" }
            return "\(Format.percent(right.value)) (\(Format.percent(interval.low)) to "
              + "\(Format.percent(interval.high)))"
          })
    }
    return table
  }
}
