import CommandLineKit
import Evaluation
import Foundation
import Inference
import Tensors
import Training
import Wording
import Zoo

extension Command {
  private static let run = Positional(
    "run", .text, .required, help: TrainedModel.help)
  private static let json = Option.flag("json", help: "print JSON for a script")
  private static func texts(_ what: String) -> Positional {
    Positional("text", .text, .repeated, help: "texts \(what)")
  }

  /// Loads every model that the command line names and asks it, under a heading where there are several.
  ///
  /// - Parameters:
  ///   - phase: what is done with a model, for the line that says so where it takes long.
  ///   - ask: what `--json` prints of a model.
  ///   - show: prints it for people.
  private static func forEachModel<Answer: Encodable>(
    _ arguments: ParsedArguments, phase: String, _ ask: (LoadedModel, PhaseLine) throws -> Answer,
    show: (Answer) -> Void
  ) throws {
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let models = try workplace.models([arguments.positional("run") ?? ""], console)
    var answers: [ModelAnswer<Answer>] = []
    let line = PhaseLine(console)
    defer { line.end() }
    for model in models {
      line.begin("\(phase) \(model.name)")
      let loaded = try LoadedModel(
        model.checkpoint, registry: workplace.registry, context: try workplace.context())
      let answer = try ask(loaded, line)
      line.end()
      answers.append(ModelAnswer(model: model.name, answer: answer))
      guard !arguments.flag(json.name) else { continue }
      if models.count > 1 { console.heading(model.name) }
      show(answer)
    }
    guard arguments.flag(json.name) else { return }
    if models.count == 1, let only = answers.first { return try console.json(only.answer) }
    try console.json(answers)
  }

  /// `zoo generate`: write on from a prompt.
  static let generate = Command(
    name: "generate", summary: "write on from a prompt with a trained model",
    discussion: """
      A decoder writes from left to right. An encoder unmasks a window of masks in a random order, one token at \
      a time, each with all that is unmasked in view; one trained with the objective any-order does it best.

      Prompt and continuation read like one text. Where tokens are words with the space before them (byte-bpe, \
      wordpiece), a space at the end of the prompt belongs to the next word and is left out; to bytes and characters \
      it is text like any other.
      """,
    examples: [
      Example("zoo generate runs/gpt-1 --prompt \"the dog\"", "64 tokens at temperature 1"),
      Example("zoo generate gpt-1 --temperature 0", "always the most probable token"),
    ], positionals: [run],
    options: [
      .value("prompt", .text, default: "", help: "the text to go on from"),
      .value("length", .integer(1...1_000_000), default: "64", help: "most tokens to write"),
      .value(
        "temperature", .number(0...100), default: "1",
        help: "below 1 keeps to what is likely; 0: the most probable token"),
      .value("top-k", .integer(1...10_000_000), help: "only the k most probable tokens"),
      .value("top-p", .number(0.0001...1), help: "only the most probable tokens up to this probability"),
      .value("seed", .integer(0...Int.max), default: "1", help: "of the choices"),
      .value("stop", .text, help: "end before this text"), RecipeOptions.threads, json,
    ]
  ) { arguments in
    var options = GenerationOptions()
    options.tokens = arguments.integer("length") ?? options.tokens
    options.temperature = arguments.number("temperature") ?? options.temperature
    options.topK = arguments.integer("top-k")
    options.topP = arguments.number("top-p")
    options.seed = UInt64(arguments.integer("seed") ?? 1)
    options.stop = arguments.option("stop")
    try forEachModel(arguments, phase: "writing with") { model, _ in
      let prompt = model.promptToContinue(arguments.option("prompt") ?? "")
      return ["prompt": prompt, "text": try model.generate(prompt: prompt, options: options)]
    } show: {
      arguments.console.line(($0["prompt"] ?? "") + ($0["text"] ?? ""))
    }
  }

  /// `zoo fill`: guess masked tokens.
  static let fill = Command(
    name: "fill", summary: "fill [MASK] places with a trained encoder",
    examples: [
      Example("zoo fill runs/bert-1 \"the dogs[MASK] tired.\"", "the five best guesses with probabilities"),
      Example("zoo fill runs/bert-1 --lines questions.txt --json", "a text a line, read together"),
    ],
    positionals: [run, texts("with one or more [MASK]")],
    options: [
      .value("best", .integer(1...10_000), default: "5", help: "guesses a mask"), TextItem.lines,
      TextItem.limit,
      SkippedItems.option, RecipeOptions.threads, json,
    ]
  ) { arguments in
    let items = try TextItem.read(arguments)
    try forEachModel(arguments, phase: "filling with") { model, _ in
      let skipped = SkippedItems(arguments)
      let refusals = try skipped.refusals(items, model.refusalToFill)
      let used = items.indices.filter { refusals[$0] == nil }
      var answers = try model.fill(used.map { items[$0].text }, best: arguments.integer("best") ?? 5)
        .makeIterator()
      let filled = zip(items, refusals).map { item, refusal in
        FilledText(text: item.text, masks: refusal == nil ? answers.next() ?? [] : [], error: refusal)
      }
      skipped.report(of: items.count, on: arguments.console)
      return filled
    } show: { filled in
      for (index, filled) in filled.enumerated() {
        if items.count > 1 { arguments.console.line("\(index == 0 ? "" : "\n")\(filled.text)") }
        if filled.error == nil { arguments.console.table(filled.table) }
      }
    }
  }

  /// `zoo embed`: a vector for a text.
  static let embed = Command(
    name: "embed", summary: "print the mean contextual vector of each text",
    examples: [
      Example("zoo embed runs/bert-1 \"the dog sleeps.\" --json", "the text with its vector"),
      Example("zoo embed runs/bert-1 --lines sentences.txt", "a vector a line"),
      Example(
        "zoo embed runs/bert-1 --lines - --skip-bad",
        "from standard input; a line that has no vector gives an empty one"),
    ],
    positionals: [run, texts("to embed")],
    options: [TextItem.lines, TextItem.limit, SkippedItems.option, RecipeOptions.threads, json]
  ) { arguments in
    let items = try TextItem.read(arguments)
    try forEachModel(arguments, phase: "embedding with") { model, _ in
      let skipped = SkippedItems(arguments)
      let refusals = try skipped.refusals(items, model.refusalToEmbed)
      let used = items.indices.filter { refusals[$0] == nil }
      var vectors = try model.embed(used.map { items[$0].text }).makeIterator()
      let embedded = zip(items, refusals).map { item, refusal in
        EmbeddedText(text: item.text, vector: refusal == nil ? vectors.next() ?? [] : [], error: refusal)
      }
      skipped.report(of: items.count, on: arguments.console)
      return embedded
    } show: { embedded in
      for text in embedded {
        arguments.console.line(text.vector.map { Format.fixed(Double($0), 5) }.joined(separator: " "))
      }
    }
  }

  /// `zoo score`: minimal pairs.
  static let score = Command(
    name: "score", summary: "choose between right and wrong sentences from files of minimal pairs",
    discussion: """
      Reads files in BLiMP's form: an object a line with sentence_good and sentence_bad, and where known UID \
      and field. A decoder chooses by its likelihood; a model that sees both sides by its likelihood from left \
      to right and by two pseudo-log-likelihoods. A tie counts half. Intervals are 95 % Wilson intervals over \
      pairs: they are about this trained model.
      """,
    examples: [Example("zoo score runs/gpt-1 data/*.jsonl", "accuracy by paradigm, with intervals")],
    positionals: [
      run,
      Positional("file", .text, .repeatedAtLeastOnce, help: "files of minimal pairs; - is standard input"),
    ],
    options: [TextItem.limit, SkippedItems.option, RecipeOptions.threads, json]
  ) { arguments in
    try expectNoRun(arguments.positionals("file"))
    var damaged: [any Error & CustomStringConvertible] = []
    let read = try MinimalPair.read(
      arguments.positionals("file"), limit: arguments.integer("limit") ?? .max
    ) { damaged.append($0) }
    // Which measures there are depends on the model.
    var measures: [PairScoring.Measure] = []
    try forEachModel(arguments, phase: "scoring with") { model, line in
      let skipped = SkippedItems(arguments)
      for error in damaged { try skipped.skip(error) }
      let scoring = try PairScoring(model) { line.advance($0, of: $1) }
      measures = scoring.measures
      let pairs = try read.filter { pair in
        guard let reason = scoring.refusal(of: pair) else { return true }
        try skipped.skip(InferenceError("\(pair.place): \(reason)"))
        return false
      }
      let count = damaged.count + read.count
      try skipped.expectSome(of: count)
      skipped.report(of: count, on: arguments.console)
      return try scoring.accuracies(pairs)
    } show: {
      arguments.console.table(scoreTable($0, measures))
    }
  }

  /// Refuses a second run where files are meant.
  private static func expectNoRun(_ files: [String]) throws {
    for file in files {
      let named = try RunReference(file) { FileManager.default.fileExists(atPath: $0) }
      guard RunFolder(URL(fileURLWithPath: named.run, isDirectory: true)).hasRecord else { continue }
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
      [Table.Column("field"), Table.Column("paradigm"), Table.Column("pairs", .right)]
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

/// What one of several models says, as `--json` prints it.
private struct ModelAnswer<Answer: Encodable>: Encodable {
  let model: String
  let answer: Answer
}

/// A text with guesses for its masks, as `zoo fill --json` prints it.
private struct FilledText: Encodable {
  let text: String
  let masks: [[FillCandidate]]
  /// Why it was left out.
  let error: String?

  var table: Table {
    var table = Table([
      Table.Column("mask", .right), Table.Column("guess"), Table.Column("probability", .right),
    ])
    for (index, mask) in masks.enumerated() {
      for (rank, guess) in mask.enumerated() {
        table.add(
          rank == 0 ? "\(index + 1)" : "", guess.text.debugDescription, Format.percent(guess.probability))
      }
    }
    return table
  }
}

/// A text with its vector, as `zoo embed --json` prints it.
private struct EmbeddedText: Encodable {
  let text: String
  let vector: [Float]
  /// Why it was left out.
  let error: String?
}
