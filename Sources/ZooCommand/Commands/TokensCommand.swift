import CommandLineKit
import Foundation
import Inference
import Settings
import Text
import Tokenizers
import Training
import Wording
import Zoo

extension Command {
  /// `zoo tokens`: how a model's tokenizer cuts texts.
  static let tokens = Command(
    name: "tokens", summary: "print the token ids of texts from a file",
    discussion: """
      The input is a JSON list of strings. For each text there are the ids without and with the tokens that the \
      tokenizer puts around a text, and what the latter read as. Special tokens that a text names, such as [MASK], are \
      those tokens. Nothing is truncated or padded, whatever tokenizer.json says.
      """,
    examples: [
      Example("zoo tokens gpt-1 --input texts.json --json", "ids for a script"),
      Example("zoo tokens bert-hub --input texts.json", "the tokens as a table"),
    ],
    positionals: [run],
    options: [
      .value(
        "input", .text, as: "file", help: "JSON with a list of strings; - is standard input", required: true),
      json,
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let texts = try texts(in: arguments.option("input") ?? InputFile.standardInput)
    let checkpoint = try workplace.model(arguments.positional("run") ?? "", console).checkpoint
    let record = checkpoint.record
    let frame =
      record.frame ?? TextFrame(startsWithToken: record.startsWithToken, checkpoint.tokenizer)
    let found = texts.map { EncodedText($0, checkpoint.tokenizer, frame) }
    if arguments.flag(json.name) { return try console.json(found) }
    for (index, (text, encoded)) in zip(texts, found).enumerated() {
      console.line("\(index == 0 ? "" : "\n")\(text)")
      console.table(encoded.table(checkpoint.tokenizer))
    }
  }

  private static func texts(in path: String) throws -> [String] {
    let bytes: [UInt8]
    do { bytes = try InputFile.bytes(path) } catch { throw InferenceError("\(error)") }
    do { return try JSONDecoder().decode([String].self, from: Data(bytes)) } catch {
      if JSONDepth.isExceeded(by: bytes) {
        throw InferenceError("\(InputFile.place(path)): \(JSONDepth.reason)")
      }
      throw InferenceError(
        "\(InputFile.place(path)): is not a JSON list of strings, such as [\"the dog\", \"a cat\"]")
    }
  }
}

/// A text as token ids, as `zoo tokens --json` prints it.
private struct EncodedText: Encodable {
  /// Without the tokens that the tokenizer adds.
  let ids: [Int32]
  /// With them.
  let special: [Int32]
  /// What the latter read as.
  let decoded: String

  init(_ text: String, _ tokenizer: any Tokenizer, _ frame: TextFrame) {
    if let hub = tokenizer as? HubTokenizer {
      // What its file puts around texts need not have a role.
      ids = hub.encode(text, addingSpecialTokens: false).ids
      special = hub.encode(text).ids
    } else {
      ids = tokenizer.encodePrompt(text)
      special = frame.around(ids)
    }
    decoded = tokenizer.decode(special)
  }

  func table(_ tokenizer: any Tokenizer) -> Table {
    var table = Table([Table.Column("place", .right), Table.Column("id", .right), Table.Column("token")])
    for (index, id) in special.enumerated() { table.add("\(index)", "\(id)", tokenizer.label(of: id)) }
    return table
  }
}
