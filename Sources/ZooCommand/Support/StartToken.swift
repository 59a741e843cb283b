import CommandLineKit
import Evaluation
import Inference
import Text
import Tokenizers

/// What is before a text whose tokens a decoder predicts.
enum StartToken {
  static let option = Option.value(
    "start-token", .text, as: "token", default: "auto",
    help:
      "what a decoder reads before a text: auto (its start token, else the token that ends texts), none (the first token "
      + "then has no likelihood), or a special token such as <|endoftext|>")

  /// How the texts of a command line are scored. What is not as the model was trained is said on the standard error.
  ///
  /// - Throws: `UsageError` for a model that predicts masked tokens.
  static func options(_ arguments: ParsedArguments, _ model: LoadedModel, named name: String) throws
    -> ScoringOptions
  {
    guard model.predicts == .next || !arguments.isGiven(option.name) else {
      throw UsageError(
        "--start-token: \(name) predicts masked tokens, and has its own tokens around texts; leave it out")
    }
    let start: ScoringOptions.Start =
      switch arguments.option(option.name) ?? "auto" {
      case "auto": .usual
      case "none": .nothing
      case let token: .token(token)
      }
    let options = ScoringOptions(forSentencesOf: model, start: start)
    for remark in try remarks(model, options) { arguments.console.note("\(name): \(remark)") }
    return options
  }

  /// What a tokenizer that is not lossless does to a text.
  private static func loss(_ tokenizer: any Tokenizer) -> String {
    let hub = tokenizer as? HubTokenizer
    if let mark = hub?.spaceMark {
      return "the tokenizer reads \"\(mark)\" as a space, and keeps all other text"
    }
    let rule = hub.map { hub in hub.normalisation.map { "\($0), then \(hub.modelType)" } ?? hub.modelType }
    return "the tokenizer does not keep all of a text, and what it drops is not scored; it applies "
      + (rule ?? tokenizer.kind)
  }

  private static func remarks(_ model: LoadedModel, _ options: ScoringOptions) throws -> [String] {
    var remarks: [String] = []
    if !model.tokenizer.isLossless { remarks.append(loss(model.tokenizer)) }
    if model.predicts == .next, !model.startsWithToken {
      let first = try options.prefix(model).compactMap(model.tokenizer.special.text)
      remarks.append(
        first.isEmpty
          ? "nothing is read before a text, so its first token has no likelihood"
          : "texts are scored after \(first.joined()); the model may not have been trained that way")
    }
    return remarks
  }
}
