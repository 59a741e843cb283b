import CommandLineKit
import Comparison
import Foundation
import Settings
import Tensors
import Training
import Zoo

extension Command {
  /// `zoo train`: one model, from the start or from where it stopped.
  static let train = Command(
    name: "train", summary: "train a model by name, or go on with a run",
    discussion: """
      Trains on the embedded corpus unless --data names text. The run stands in a folder of its own: \
      run.json, metrics.jsonl, a TensorBoard event file and checkpoints.

      Ctrl-C finishes the step, saves and says how to go on; a resumed run is bit for bit the run that was \
      never interrupted.
      """,
    examples: [
      Example("zoo train gpt", "the decoder of the twin pair on the embedded corpus"),
      Example("zoo train bert-6x384 --data book.txt --minutes 120", "two hours on a text of your own"),
      Example(
        "zoo train gpt-4x128 --set block.norm=rms --set recipe.optimiser.learningRate=3e-4", "other settings"),
      Example("zoo train --resume runs/bert-6x384-1", "go on where a run stopped"),
    ],
    positionals: [Positional("model", .text, .optional, help: "a preset or a descriptor file; see zoo list")],
    options: RecipeOptions.all + [
      RecipeOptions.set, RecipeOptions.threads,
      .value("out", .text, as: "folder", help: "the run's folder; default: runs/MODEL-N"),
      .value("resume", .text, as: "run", help: "go on with a run"),
    ],
    conflicts: [RecipeOptions.budgets] + Resuming.conflicts
  ) { arguments in
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let run: TrainingRun
    if let resumed = arguments.option("resume") {
      try Resuming.refuse(arguments.positionals("model"))
      run = try TrainingRun.resume(resumed, workplace, console)
    } else {
      guard let name = arguments.positional("model") else {
        throw UsageError("name a model to train, or a run with --resume; zoo list shows the models")
      }
      run = try TrainingRun.begin(name, arguments, workplace, console)
    }
    try run.show(on: console, workplace)
  }
}

extension TrainingRun {
  fileprivate static func begin(
    _ name: String, _ arguments: ParsedArguments, _ workplace: Workplace, _ console: Console
  ) throws -> TrainingRun {
    let open = try workplace.descriptor(name, arguments)
    let recipe = try RecipeOptions.recipe(arguments, workplace.registry)
    let data = try TrainingData(try TrainingData.source(for: recipe), settings: open.tokenizer)
    for remark in data.remarks { console.warning(remark) }
    let descriptor = try workplace.registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize)
    let (trainer, calibrated) = try Trainer.prepare(descriptor, recipe, data, registry: workplace.registry) {
      try workplace.context(seed: recipe.seed)
    }
    let folder = try RunFolder.create(
      at: arguments.option("out"), name: descriptor.name, below: workplace.runs)
    return try TrainingRun(
      trainer, in: folder, version: ProgramVersion.current, calibratedStepMilliseconds: calibrated)
  }

  fileprivate static func resume(_ name: String, _ workplace: Workplace, _ console: Console) throws
    -> TrainingRun
  {
    let folder = try workplace.folder(name)
    let record = try RunRecord.read(folder)
    let checkpoint = try folder.newestCheckpoint { console.warning($0) }
    let trainer = try Trainer.resume(
      checkpoint, record: record, registry: workplace.registry, source: TrainingData.source(for:)
    ) {
      try workplace.context(seed: $0.seed)
    }
    return try TrainingRun(resuming: trainer, in: folder)
  }

  /// Trains under the eyes of somebody at a terminal.
  fileprivate func show(on console: Console, _ workplace: Workplace) throws {
    let progress = TrainingProgress(
      console, peak: try GemmPeak.measure(try workplace.context(), trainer.recipe.precision))
    progress.begin(record.model, trainer)
    let status = try train(progress.events)
    let path = folder.url.relativePath
    if status == .stopped {
      try progress.endEarly(
        "stopped after step \(trainer.state.step) and saved; go on with: ./zoo train --resume \(path)")
    }
    progress.end()
    console.line("trained: \(path)")
  }
}
