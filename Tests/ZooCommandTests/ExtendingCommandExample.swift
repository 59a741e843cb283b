// The command of docs/extending.md, see ExtendingExamples.swift.
import CommandLineKit
import Foundation
import Inference
import Zoo
import ZooCommand

/// `my-zoo uncertainty RUN TEXT`, beside all commands of the zoo.
let uncertaintyCommand = Command(
  name: "uncertainty", summary: "show how unsure a model is, token by token",
  positionals: [Positional("checkpoint", help: "a checkpoint file"), Positional("text", help: "a text")]
) { arguments in
  let file = URL(fileURLWithPath: arguments.positional("checkpoint") ?? "")
  let model = try LoadedModel(
    checkpoint: file, registry: try ZooProgram.registry(arguments), context: .cpu())
  let text = arguments.positional("text") ?? ""
  for nats in try uncertainty(of: model, in: text) { arguments.console.line("\(nats)") }
}

func myProgram() -> Never {
  ZooProgram.main(
    registering: { registry in try addDynamicTanh(to: &registry) }, commands: [uncertaintyCommand])
}
