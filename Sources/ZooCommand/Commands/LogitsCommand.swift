import CommandLineKit
import Foundation
import Inference
import Training
import Zoo

extension Command {
  /// `zoo logits`: what a model computes for tokens that a file gives by their ids.
  static let logits = Command(
    name: "logits", summary: "write the logits and hidden states of a model for token ids from a file",
    discussion: """
      The input is JSON: {"ids": [[…]], "lengths": […] or null, "segments": [[…]] or null}. The output is a safetensors \
      file with logits [batch, time, vocabulary], or last [batch, time, width] for a model without a head; --hidden adds \
      hidden.0 (the output of the embedding), hidden.1 and so on, numbered as output_hidden_states of transformers. \
      Nothing is added to the ids.

      With --loss the input has labels of the shape of the ids; −100 is not counted. For a decoder the label of a token \
      is the token itself. The loss is the mean over counted labels without dropout, in nats; the gradient norm runs over \
      all parameters, tied ones once.
      """,
    examples: [
      Example("zoo logits gpt-1 --input ids.json --out logits.safetensors", "the logits of every position"),
      Example("zoo logits gpt-1 --input labels.json --loss --json", "the loss and the norm of its gradient"),
    ],
    positionals: [Positional("run", .text, .required, help: TrainedModel.helpForOne)],
    options: [
      .value("input", .text, as: "file", help: "JSON with token ids; - is standard input", required: true),
      .value("out", .text, as: "file", help: "safetensors file to write"),
      .flag("hidden", help: "also write the hidden states of every layer"),
      .flag("loss", help: "print the loss of the labels and the norm of its gradient"),
      OutputFile.force, RecipeOptions.threads, .flag("json", help: "print JSON for a script"),
    ]
  ) { arguments in
    let out = try arguments.option("out").map {
      try OutputFile($0, .safetensors, option: "out", isForced: arguments.flag("force"))
    }
    guard out != nil || arguments.flag("loss") else {
      throw UsageError("nothing to do: add --out FILE for the logits, or --loss for the loss")
    }
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let input = try TokenInput.read(arguments.option("input") ?? "-")
    let model = try workplace.model(arguments.positional("run") ?? "", console)
    if let out {
      let loaded = try LoadedModel(
        model.checkpoint, registry: workplace.registry, context: try workplace.context())
      let outputs = try loaded.outputs(input, hidden: arguments.flag("hidden"))
      try outputs.write(to: out.url)
      if !arguments.flag("loss") {
        let written = outputs.all.map { WrittenTensor(name: $0.name, sizes: $0.sizes) }
        if arguments.flag("json") { return try console.json(written) }
        for tensor in written { console.line("\(tensor.name) \(tensor.sizes)") }
        return
      }
    }
    let loss = try model.checkpoint.loss(
      input, registry: workplace.registry, in: try workplace.context())
    if arguments.flag("json") { return try console.json(loss) }
    console.line(
      "loss \(Format.fixed(loss.loss, 6)) nats, gradient norm \(Format.fixed(loss.gradientNorm, 6))")
  }

  /// A tensor of a file, for `--json`.
  private struct WrittenTensor: Encodable {
    let name: String
    let sizes: [Int]
  }
}
