import CommandLineKit
import Inference
import Settings
import Tensors
import Training
import Zoo

extension Command {
  /// `zoo generate`: write on from a prompt.
  static let generate = Command(
    name: "generate", summary: "generate text from a prompt with a trained model",
    discussion: """
      A decoder generates from left to right. An encoder starts from masks and unmasks them one at a time in random \
      order, each given all tokens that are already unmasked; the objective any-order trains it for this.

      Prompt and continuation form one text. With tokenizers whose tokens include the space before a word (byte-bpe, \
      wordpiece), a space at the end of the prompt belongs to the next word and is dropped; bytes and characters keep \
      it.

      A decoder's text ends at its end tokens: for an imported model those of generation_config.json or config.json \
      (eos_token_id), else the token that ends documents. On a terminal the text appears token by token.

      From --prompt, special tokens are never generated, however probable they are; an end token is only an end.

      When the text outgrows the context, the oldest tokens are dropped, and a line on standard error says so.

      With --prompt-ids nothing is put before the ids, every id of the vocabulary may follow, and the new ids are \
      printed, with the end token where it was chosen.
      """,
    examples: [
      Example("zoo generate runs/gpt-1 --prompt \"the dog\"", "64 tokens at temperature 1"),
      Example("zoo generate gpt-1 --temperature 0", "always the most probable token"),
      Example("zoo generate gpt-1 --prompt-ids 5,17,2 --temperature 0 --json", "ids for a script"),
    ], positionals: [run],
    options: [
      .value("prompt", .text, default: "", help: "the text to continue"),
      .value("prompt-ids", .text, as: "ids", help: "the token ids to continue, with commas between them"),
      .value("length", .integer(1...1_000_000), default: "64", help: "maximum number of new tokens"),
      .value(
        "temperature", .number(0...100), default: "1",
        help: "sampling temperature; below 1 is sharper; 0: always the most probable token that may follow"),
      .value("top-k", .integer(0...10_000_000), help: "sample from the k most probable tokens; 0: from all"),
      .value(
        "top-p", .number(0.0001...1),
        help: "sample from the most probable tokens up to this cumulative probability"),
      .value("seed", .integer(0...Int.max), default: "1", help: "random seed of the sampling"),
      .value("stop", .text, help: "stop before this text", repeatable: true),
      .flag("ignore-end", help: "do not stop at end tokens"), RecipeOptions.threads, json,
    ],
    conflicts: [Conflict(["prompt", "prompt-ids"], because: "the prompt is a text or ids")]
  ) { arguments in
    let options = GenerationOptions(arguments)
    guard !options.stops.contains("") else {
      throw UsageError("--stop: an empty text would stop before the first token; give a text")
    }
    let console = arguments.console
    func note(_ model: LoadedModel, _ name: String, prompt: Int, chosen: Int, isFramed: Bool = true) {
      guard !arguments.flag(json.name),
        model.outgrowsContext(prompt: prompt, chosen: chosen, isFramed: isFramed)
      else { return }
      console.note(
        "\(name): the text is longer than the context of "
          + "\(Format.counted(model.descriptor.context, "token")); its oldest tokens were dropped")
    }
    if let typed = arguments.option("prompt-ids") {
      let ids = try tokenIDs(typed)
      return try forEachModel(arguments, phase: "generating with") { model, name, _ -> [String: [Int32]] in
        let new = try model.generate(ids: ids, options: options)
        note(model, name, prompt: ids.count, chosen: new.count, isFramed: false)
        return ["ids": new]
      } show: {
        console.line(($0["ids"] ?? []).map(String.init).joined(separator: ","))
      }
    }
    let isStreamed = console.isTerminal && !arguments.flag(json.name)
    try forEachModel(arguments, phase: "generating with", isShownByAsking: isStreamed) {
      model, name, _ -> [String: String] in
      let prompt = model.promptToContinue(arguments.option("prompt") ?? "")
      var chosen = 0
      func write() throws -> String {
        if isStreamed { console.piece(prompt) }
        defer { if isStreamed { console.piece("\n") } }
        return try model.generate(prompt: prompt, options: options) { piece in
          chosen += 1
          if isStreamed { console.piece(piece) }
        }
      }
      let text = try write()
      note(
        model, name, prompt: model.tokenizer.encodePrompt(prompt).count,
        // An encoder writes all of its tokens, also those behind a stop.
        chosen: model.predicts == .hidden ? options.tokens : chosen)
      return ["prompt": prompt, "text": text]
    } show: {
      console.line(($0["prompt"] ?? "") + ($0["text"] ?? ""))
    }
  }

  /// The ids that `--prompt-ids` names.
  ///
  /// - Throws: `UsageError` for a word that is no whole number of 32 bits.
  private static func tokenIDs(_ text: String) throws -> [Int32] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
      let word = word.filter { $0 != " " }
      guard let id = NumberLiteral(word).whole.flatMap({ Int32(exactly: $0) }) else {
        throw UsageError(
          "--prompt-ids: \"\(word)\" is not the id of a token; give whole numbers with commas between them, "
            + "such as --prompt-ids 5,17,2")
      }
      return id
    }
  }
}

extension GenerationOptions {
  /// The options of a command line.
  fileprivate init(_ arguments: ParsedArguments) {
    self.init()
    tokens = arguments.integer("length") ?? tokens
    temperature = arguments.number("temperature") ?? temperature
    topK = arguments.integer("top-k")
    topP = arguments.number("top-p")
    seed = UInt64(arguments.integer("seed") ?? 1)
    stops = arguments.options("stop")
    ignoresEnd = arguments.flag("ignore-end")
  }
}
