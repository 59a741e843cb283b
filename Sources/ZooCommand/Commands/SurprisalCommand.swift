import CommandLineKit
import Evaluation
import Foundation
import Inference
import Settings
import Text
import Training
import Wording
import Zoo

extension Command {
  /// `zoo surprisal`: how surprising each word is.
  static let surprisal = Command(
    name: "surprisal", summary: "print the surprisal of every word of sentences, in bits",
    discussion: """
      Reads a file of sentences, one per line, and writes a table with tabs between its columns: the number of the line, \
      the number of the word, the word, its surprisal in bits, and its tokens. A word is what stands between white space; \
      its surprisal is the sum over its tokens, and NA where a token has none. With --json each token has its surprisal.

      A decoder's surprisals follow the chain rule. An encoder's depend on --method: exact unmasks the sentence from left \
      to right, pseudo predicts each token with all others in view (Salazar et al. 2020), within-word hides the rest of \
      its word as well (Kauf and Ivanova 2023; a word begins there at a token that begins with white space or, of word \
      pieces, that continues none, so that a full stop of BERT's is a word of its own). By default an encoder that was \
      trained in such an order is exact, and any other is within-word.

      Sentences stand alone, and no space is put before the first word.
      """,
    examples: [
      Example("zoo surprisal gpt2 sentences.txt", "a table for R or pandas"),
      Example("zoo surprisal bert sentences.txt --method pseudo --out s.tsv", "pseudo-surprisals in a file"),
    ],
    positionals: [
      run, Positional("file", .text, .required, help: "sentences, one per line; - is standard input"),
    ],
    options: [
      .value(
        "method", .choice(["auto"] + WordSurprisals.Method.allCases.map(\.rawValue)), default: "auto",
        help: "how tokens are predicted"),
      StartToken.option,
      .value("out", .text, as: "file", help: "write the table to a file"),
      TextItem.limit, SkippedItems.option, OutputFile.force, RecipeOptions.threads, json,
    ]
  ) { arguments in
    let console = arguments.console
    let out = try arguments.option("out").map {
      try OutputFile($0, .surprisals, option: "out", isForced: arguments.flag("force"))
    }
    let lines = TextItem.limited(
      try TextLines.read(arguments.positional("file") ?? InputFile.standardInput).enumerated()
        .map { (number: $0 + 1, line: $1) }.filter { !$0.line.isBlank }, arguments)
    guard !lines.isEmpty else { throw UsageError("the file has no sentences; write one per line") }
    let workplace = try Workplace(arguments)
    let chosen = try workplace.model(arguments.positional("run") ?? "", console)
    let phase = PhaseLine(console)
    phase.begin("measuring \(chosen.name)")
    defer { phase.end() }
    let model = try LoadedModel(
      chosen.checkpoint, registry: workplace.registry, context: try workplace.context())
    let method = try method(arguments, model, chosen, workplace)
    let surprisals = try WordSurprisals(
      model, method, try StartToken.options(arguments, model, named: chosen.name)
    ) {
      phase.advance($0, of: $1)
    }
    let skipped = SkippedItems(arguments)
    let used = try lines.filter { line in
      guard let reason = surprisals.refusal(of: line.line.text) else { return true }
      try skipped.skip(InferenceError("\(line.line.place): \(reason)"))
      return false
    }
    try skipped.expectSome(of: lines.count)
    let sentences = zip(used, try surprisals.words(of: used.map(\.line.text))).map { line, words in
      SentenceSurprisals(sentence: line.number, text: line.line.text, method: method.rawValue, words: words)
    }
    phase.end()
    skipped.report(of: lines.count, on: console)
    let table = OutputFile.Kind.surprisals.rawValue + sentences.map(\.rows).joined()
    if let out {
      try out.write(Data(table.utf8))
      if !arguments.flag(json.name) {
        return console.line("surprisals: \(arguments.option("out") ?? "")")
      }
    }
    if arguments.flag(json.name) { return try console.json(sentences) }
    console.piece(table)
  }

  /// The method of a command line, or the model's usual one.
  private static func method(
    _ arguments: ParsedArguments, _ model: LoadedModel, _ chosen: TrainedModel, _ workplace: Workplace
  ) throws -> WordSurprisals.Method {
    if let method = arguments.option("method").flatMap(WordSurprisals.Method.init) { return method }
    guard model.predicts == .hidden else { return .exact }
    let recipe = try Recipe.of(chosen.checkpoint, registry: workplace.registry)
    let objective = try recipe.objective(
      for: try workplace.registry.architecture(model.descriptor.architecture), registry: workplace.registry)
    return objective.teachesFromLeft ? .exact : .withinWord
  }
}

/// The words of a sentence, as `zoo surprisal --json` prints them.
private struct SentenceSurprisals: Encodable {
  /// The number of the line.
  let sentence: Int
  let text: String
  let method: String
  let words: [WordSurprisals.Word]

  /// The lines of the table.
  var rows: String {
    words.enumerated().map { index, word in
      let bits = word.surprisal.map { Format.fixed($0, 6) } ?? "NA"
      let tokens = word.tokens.map(\.text).joined(separator: " ")
      return "\(sentence)\t\(index + 1)\t\(word.word)\t\(bits)\t\(tokens)\n"
    }.joined()
  }
}
