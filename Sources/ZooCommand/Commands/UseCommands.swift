import CommandLineKit
import Evaluation
import Foundation
import Inference
import Tensors
import Training
import Wording
import Zoo

extension Command {
  static let run = Positional(
    "run", .text, .required, help: TrainedModel.helpForOne)
  static let json = Option.flag("json", help: "print JSON for a script")
  private static func texts(_ what: String) -> Positional {
    Positional("text", .text, .repeated, help: "texts \(what)")
  }

  /// Loads every model that the command line names and asks it, under a heading where there are several.
  ///
  /// - Parameters:
  ///   - phase: what is done with a model, for the line that says so where it takes long.
  ///   - ask: what `--json` prints of a model, given with its name.
  ///   - isShownByAsking: whether `ask` prints the answer for people itself, piece by piece.
  ///   - show: prints it for people.
  static func forEachModel<Answer: Encodable>(
    _ arguments: ParsedArguments, phase: String, isShownByAsking: Bool = false,
    _ ask: (LoadedModel, _ name: String, PhaseLine) throws -> Answer, show: (Answer) -> Void
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
      func heading() { if models.count > 1 { console.heading(model.name) } }
      if isShownByAsking {
        line.end()
        heading()
      }
      let answer = try ask(loaded, model.name, line)
      line.end()
      answers.append(ModelAnswer(model: model.name, answer: answer))
      guard !arguments.flag(json.name), !isShownByAsking else { continue }
      heading()
      show(answer)
    }
    guard arguments.flag(json.name) else { return }
    if models.count == 1, let only = answers.first { return try console.json(only.answer) }
    try console.json(answers)
  }

  /// `zoo fill`: guess masked tokens.
  static let fill = Command(
    name: "fill", summary: "predict the tokens of [MASK] with a trained encoder",
    examples: [
      Example(
        "zoo fill runs/bert-1 \"the dogs[MASK] hungry.\"",
        "the five most probable tokens with their probabilities"),
      Example("zoo fill runs/bert-1 --lines questions.txt --json", "one text per line, as a batch"),
    ],
    positionals: [run, texts("with one or more [MASK]")],
    options: [
      .value("best", .integer(1...10_000), default: "5", help: "predictions per mask")
    ] + TextItem.lines + [TextItem.limit, SkippedItems.option, RecipeOptions.threads, json]
  ) { arguments in
    let skipped = SkippedItems(arguments)
    let items = try TextItem.read(arguments, skipped)
    try forEachModel(arguments, phase: "filling with") { model, _, _ in
      try model.expectToFill()
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
      for (index, filled) in filled.filter({ $0.error == nil }).enumerated() {
        if items.count > 1 { arguments.console.line("\(index == 0 ? "" : "\n")\(filled.text)") }
        arguments.console.table(filled.table)
      }
    }
  }

  /// `zoo embed`: a vector for a text.
  static let embed = Command(
    name: "embed", summary: "print a vector for each text",
    discussion: """
      The vector is the mean of the hidden states of the text's tokens and of the special tokens around it. For a model \
      that was imported with the files of sentence-transformers (modules.json and the pooling configuration) it is what \
      these say: the pooling, the normalisation, and max_seq_length, beyond which a text is cut at its end.
      """,
    examples: [
      Example("zoo embed runs/bert-1 \"the dog sleeps.\" --json", "the text with its vector"),
      Example("zoo embed runs/bert-1 --lines sentences.txt", "one vector per line"),
      Example(
        "zoo embed runs/bert-1 --lines - --skip-bad",
        "from standard input; a text without a vector gives an empty line"),
    ],
    positionals: [run, texts("to embed")],
    options: TextItem.lines + [TextItem.limit, SkippedItems.option, RecipeOptions.threads, json]
  ) { arguments in
    let skipped = SkippedItems(arguments)
    let items = try TextItem.read(arguments, skipped)
    try forEachModel(arguments, phase: "embedding with") { model, _, _ in
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
