import AttentionAnalysis
import CommandLineKit
import Comparison
import Evaluation
import Foundation
import Inference
import Tensors
import Training
import Zoo

extension Command {
  private static let run = Positional(
    "run", .text, .required, help: "a run's folder or name, or a checkpoint file")
  private static let json = Option.flag("json", help: "print JSON for a script")
  private static func texts(_ what: String) -> Positional {
    Positional("text", .text, .repeated, help: "texts \(what)")
  }

  private static func load(_ arguments: ParsedArguments) throws -> LoadedModel {
    let workplace = try Workplace(arguments)
    let checkpoint = try workplace.checkpoint(arguments.positional("run") ?? "", arguments.console)
    return try LoadedModel(checkpoint, registry: workplace.registry, context: try workplace.context())
  }

  /// `zoo generate`: write on from a prompt.
  static let generate = Command(
    name: "generate", summary: "write on from a prompt with a trained model",
    discussion: """
      A decoder writes from left to right. An encoder uncovers a window of masks in a random order, one token at \
      a time, each with all that is uncovered in view; one trained with the objective any-order does it best.

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
    let model = try load(arguments)
    var options = GenerationOptions()
    options.tokens = arguments.integer("length") ?? options.tokens
    options.temperature = arguments.number("temperature") ?? options.temperature
    options.topK = arguments.integer("top-k")
    options.topP = arguments.number("top-p")
    options.seed = UInt64(arguments.integer("seed") ?? 1)
    options.stop = arguments.option("stop")
    let prompt = model.promptToContinue(arguments.option("prompt") ?? "")
    let text = try model.generate(prompt: prompt, options: options)
    if arguments.flag("json") {
      try arguments.console.json(["prompt": prompt, "text": text])
    } else {
      arguments.console.line(prompt + text)
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
      SkippedItems.option, RecipeOptions.threads, json,
    ]
  ) { arguments in
    let items = try TextItem.read(arguments)
    let (model, skipped) = (try load(arguments), SkippedItems(arguments))
    let refusals = try skipped.refusals(items, model.refusalToFill)
    let used = items.indices.filter { refusals[$0] == nil }
    var answers = try model.fill(used.map { items[$0].text }, best: arguments.integer("best") ?? 5)
      .makeIterator()
    let filled = zip(items, refusals).map { item, refusal in
      FilledText(text: item.text, masks: refusal == nil ? answers.next() ?? [] : [], error: refusal)
    }
    skipped.report(of: items.count, on: arguments.console)
    if arguments.flag("json") { return try arguments.console.json(filled) }
    for (index, filled) in filled.enumerated() {
      if items.count > 1 { arguments.console.line("\(index == 0 ? "" : "\n")\(filled.text)") }
      if filled.error == nil { arguments.console.table(filled.table) }
    }
  }

  /// `zoo embed`: a vector for a text.
  static let embed = Command(
    name: "embed", summary: "print the mean contextual vector of each text",
    examples: [
      Example("zoo embed runs/bert-1 \"the dog sleeps.\" --json", "the text with its vector"),
      Example("zoo embed runs/bert-1 --lines sentences.txt", "a vector a line"),
      Example(
        "cut -f 2 all.tsv | zoo embed runs/bert-1 --lines - --skip-bad",
        "from a pipe; a line that has no vector gives an empty one"),
    ],
    positionals: [run, texts("to embed")],
    options: [TextItem.lines, SkippedItems.option, RecipeOptions.threads, json]
  ) { arguments in
    let items = try TextItem.read(arguments)
    let (model, skipped) = (try load(arguments), SkippedItems(arguments))
    let refusals = try skipped.refusals(items, model.refusalToEmbed)
    let used = items.indices.filter { refusals[$0] == nil }
    var vectors = try model.embed(used.map { items[$0].text }).makeIterator()
    let embedded = zip(items, refusals).map { item, refusal in
      EmbeddedText(text: item.text, vector: refusal == nil ? vectors.next() ?? [] : [], error: refusal)
    }
    skipped.report(of: items.count, on: arguments.console)
    if arguments.flag("json") { return try arguments.console.json(embedded) }
    for text in embedded {
      arguments.console.line(text.vector.map { Format.fixed(Double($0), 5) }.joined(separator: " "))
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
    options: [SkippedItems.option, RecipeOptions.threads, json]
  ) { arguments in
    let skipped = SkippedItems(arguments)
    var count = 0
    let read = try MinimalPair.read(arguments.positionals("file")) {
      count += 1
      try skipped.skip($0)
    }
    count += read.count
    let scoring = try PairScoring(try load(arguments))
    let pairs = try read.filter { pair in
      guard let reason = scoring.refusal(of: pair) else { return true }
      try skipped.skip(InferenceError("\(pair.place): \(reason)"))
      return false
    }
    try skipped.expectSome(of: count)
    skipped.report(of: count, on: arguments.console)
    let accuracies = try scoring.accuracies(pairs)
    if arguments.flag("json") { return try arguments.console.json(accuracies) }
    var table = Table(
      [Table.Column("field"), Table.Column("paradigm"), Table.Column("pairs", .right)]
        + scoring.measures.map { Table.Column($0.rawValue, .right) })
    for row in accuracies {
      table.add(
        [row.field, row.paradigm, "\(row.pairs)"]
          + scoring.measures.map { measure in
            guard let right = row.right[measure], let interval = right.interval else { return "—" }
            return "\(Format.percent(right.value)) (\(Format.percent(interval.low)) to "
              + "\(Format.percent(interval.high)))"
          })
    }
    arguments.console.table(table)
  }

  /// `zoo attention`: pictures of who attends to whom.
  static let attention = Command(
    name: "attention", summary: "draw the attention of a trained model for a sentence",
    discussion: """
      Writes one HTML file with layers × heads, untrained beside trained; several runs stand beside each \
      other on the same sentence.
      """,
    examples: [
      Example(
        "zoo attention runs/bert-gpt-1/bert runs/bert-gpt-1/gpt --text \"the keys to the box are old.\"",
        "two models, one sentence")
    ],
    positionals: [Positional("run", .text, .repeatedAtLeastOnce, help: "runs or checkpoint files")],
    options: [
      .value("text", .text, help: "the sentence", required: true),
      .value("out", .text, as: "file", default: "attention.html", help: "where the page is written"),
      RecipeOptions.threads,
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let text = arguments.option("text") ?? ""
    var names: [String] = []
    var pictures: [AttentionPicture] = []
    for (index, run) in arguments.positionals("run").enumerated() {
      let checkpoint = try workplace.checkpoint(run, arguments.console)
      let seed = try Recipe.of(checkpoint, registry: workplace.registry).seed
      let trained = try LoadedModel(
        checkpoint, registry: workplace.registry, context: try workplace.context())
      let untrained = try workplace.untrained(like: trained, seed: seed)
      names.append(trained.descriptor.name)
      pictures.append(AttentionPicture(arm: index, state: .untrained, maps: try untrained.attention(text)))
      pictures.append(AttentionPicture(arm: index, state: .trained, maps: try trained.attention(text)))
    }
    let page = AttentionPage.html(
      title: text, command: arguments.console.commandLine, arms: names, pictures: pictures)
    let url = URL(fileURLWithPath: arguments.option("out") ?? "attention.html")
    do { try Data(page.utf8).write(to: url, options: .atomic) } catch {
      throw TrainerError(
        place: url.path, reason: "cannot be written (\(error.localizedDescription))",
        mend: "name another file with --out")
    }
    arguments.console.line("attention: \(url.relativePath)")
  }
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
