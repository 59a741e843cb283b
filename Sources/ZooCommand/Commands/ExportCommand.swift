import CommandLineKit
import Foundation
import HuggingFace
import Training
import Wording
import Zoo

extension Command {
  /// `zoo export`: a model as a folder that `transformers` opens.
  static let exportModel = Command(
    name: "export", summary: "write a model as a folder in Hugging Face's layout",
    discussion: """
      The folder gets config.json, model.safetensors, the tokenizer's files, and README.md with what is known of the \
      model. AutoModel and AutoTokenizer of transformers open it without a connection. A model with a part that no class \
      of transformers has is refused: the error names the part, and settings of train with which a class has the model. \
      A model that finetune --save kept is written with its classification head and its labels, for \
      AutoModelForSequenceClassification or AutoModelForTokenClassification, where a class has that head; --trunk leaves \
      the head out. \
      A sentence encoder that was imported as one also has the files that sentence-transformers opens. \
      The presets bert-4x128, gpt-4x128 and their larger forms have a class as they are. The licence is yours to choose.
      """,
    examples: [
      Example("zoo export runs/gpt-4x128-1 gpt-hub", "a folder for AutoModelForCausalLM"),
      Example("zoo export gpt-4x128-1@best best-hub", "the best checkpoint of a run"),
    ],
    positionals: [
      Positional("run", .text, .required, help: TrainedModel.helpForOne),
      Positional("destination", .text, .required, help: "a new folder, or an empty one"),
    ],
    options: [
      .flag("trunk", help: "leave out the classification head of a fine-tuned model"),
      .flag("json", help: "print JSON for a script"),
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let model = try workplace.model(arguments.positional("run") ?? "", console)
    let path = arguments.positional("destination") ?? ""
    guard !path.isEmpty else {
      throw UsageError("export: the path of the destination is empty; name a new folder")
    }
    let hasHead = model.checkpoint.record.classifier != nil
    if arguments.flag("trunk"), !hasHead {
      throw UsageError(
        "--trunk is for a fine-tuned model, and \(model.name) has no classification head; leave it out")
    }
    let withHead = hasHead && !arguments.flag("trunk")
    let export = try HubExport(model.checkpoint, registry: workplace.registry, withHead: withHead)
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    let files = try WholeOrNothing.run { try export.write(to: folder, record: model.record, check: $0) }
    if hasHead, !withHead {
      console.note("the classification head is not exported; zoo classify reads it from the run")
    }
    let summary = ExportSummary(family: export.family, className: export.className, files: files)
    if arguments.flag("json") { return try console.json(summary) }
    console.line("exported as \(export.className): \(files.map { path + "/" + $0 }.joined(separator: ", "))")
    console.line(
      "open it in Python: transformers.\(export.automaticClass).from_pretrained(\"\(folder.shownPath)\")")
  }
}

/// What was written.
private struct ExportSummary: Encodable {
  let family: String
  let className: String
  let files: [String]
}
