import CommandLineKit
import Comparison
import Foundation
import Settings
import Tensors
import Text
import Training
import Wording
import Zoo

extension Command {
  /// `zoo train`: one model, from the start or from where it stopped.
  static let train = Command(
    name: "train", summary: "train a model, continue from trained weights, or resume a run",
    discussion: """
      Trains on the embedded corpus unless --data names a text. A run is a folder with run.json, metrics.jsonl, a \
      TensorBoard event file and checkpoints. Without --recipe, the recipe is that of zoo list recipe; compare and \
      ablate have defaults of their own, which their help lists.

      Ctrl-C discards the current step, saves and prints the command that resumes the run. A resumed run is bitwise \
      equal to one that was never interrupted. With --steps, a resumed run continues to that total number of steps, \
      even if it was finished; the learning rate then follows the schedule of the longer run. If the text was moved, \
      name its new place with --data; it must be the same text.

      --from begins a new run with the weights of a trained or imported model and a new optimiser. Descriptor, \
      tokenizer and special tokens around texts are kept, and so is the objective unless the recipe names one. A lower \
      learning rate than that of pretraining is usual. The run records what it began with.
      """,
    examples: [
      Example("zoo train gpt", "the decoder of the twin pair on the embedded corpus"),
      Example("zoo train bert-6x384 --data book.txt --minutes 120", "two hours on your own text"),
      Example(
        "zoo train gpt-4x128 --set block.norm=rms --set recipe.optimiser.learningRate=3e-4", "other settings"),
      Example("zoo train --from gpt-hub --data book.txt --steps 200", "continue from an imported model"),
      Example("zoo train --resume runs/bert-6x384-1", "resume a run"),
      Example("zoo train --resume runs/gpt-1 --steps 4000", "continue to a total of 4,000 steps"),
    ],
    positionals: [Positional("model", .text, .optional, help: "a preset or a descriptor file; see zoo list")],
    options: RecipeOptions.all + [
      RecipeOptions.set, RecipeOptions.threads,
      .value("out", .text, as: "folder", help: "output folder; default: runs/MODEL-N"),
      .value(
        "from", .text, as: "run", help: "begin with the weights of a run, a checkpoint or an imported model"),
      .value("resume", .text, as: "run", help: "resume a run"),
    ],
    conflicts: [
      RecipeOptions.budgets, Conflict(["resume", "from"], because: "a resumed run has its own weights"),
    ] + Resuming.conflicts(but: ["steps", "data"])
  ) { arguments in
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let preparation = PreparationStop(console, "stopped while preparing: no step was taken")
    defer { preparation.end() }
    let run: TrainingRun?
    if let resumed = arguments.option("resume") {
      try Resuming.refuse(arguments.positionals("model"))
      run = try TrainingRun.resume(resumed, arguments, workplace)
    } else if let reference = arguments.option("from") {
      run = try TrainingRun.begin(from: reference, arguments, workplace, console)
    } else {
      guard let name = arguments.positional("model") else {
        throw UsageError(
          "name a model to train, weights with --from, or a run with --resume; see the models with: \(ShellCommand("list", "presets"))"
        )
      }
      run = try TrainingRun.begin(name, arguments, workplace, console)
    }
    preparation.end()
    try run?.show(on: console, workplace)
  }
}

extension TrainingRun {
  fileprivate static func begin(
    _ name: String, _ arguments: ParsedArguments, _ workplace: Workplace, _ console: Console
  ) throws -> TrainingRun {
    let (descriptor, recipe) = try SettingsError.both {
      try workplace.descriptor(name, arguments)
    } _: {
      try RecipeOptions.recipe(arguments, workplace.registry)
    }
    return try begin(descriptor, recipe, start: nil, arguments, workplace, console)
  }

  /// A run that begins with the weights of a trained model.
  ///
  /// - Throws: `UsageError` for what would change the model.
  fileprivate static func begin(
    from reference: String, _ arguments: ParsedArguments, _ workplace: Workplace, _ console: Console
  ) throws -> TrainingRun {
    let kept = "--from keeps the descriptor and the tokenizer of \(reference)"
    if let name = arguments.positional("model") {
      throw UsageError("\(kept); leave \"\(name)\" out")
    }
    if let set = arguments.options("set").first(where: { !$0.hasPrefix(RecipeOptions.prefix) }) {
      throw UsageError("--set \(set): \(kept); only settings of the recipe can change (recipe.…)")
    }
    let registry = workplace.registry
    let checkpoint = try workplace.model(reference, console).checkpoint
    var recipe = try RecipeOptions.recipe(arguments, registry)
    let objective = try Recipe.of(checkpoint, registry: registry).node["objective"]
    if recipe.node["objective"] == nil, let objective {
      recipe = try recipe.applying(["objective=" + objective.json()], registry)
    }
    return try begin(
      try registry.descriptor(of: checkpoint), recipe, start: TrainingStart(checkpoint, run: reference),
      arguments, workplace, console)
  }

  private static func begin(
    _ open: ModelDescriptor, _ recipe: Recipe, start: TrainingStart?, _ arguments: ParsedArguments,
    _ workplace: Workplace, _ console: Console
  ) throws -> TrainingRun {
    // A place that cannot be taken is said before any work.
    if let path = arguments.option("out") { try RunFolder.check(path) }
    try MemoryFit.check(open, recipe, name: open.name, workplace)
    guard recipe.readsStandardInput else {
      return try begin(open, recipe, start: start, arguments, workplace, input: .refused, nil)
    }
    // Standard input is stored where the run can read it again, so the folder is made first.
    let (folder, lock) = try RunFolder.create(
      at: arguments.option("out"), name: open.name, below: workplace.runs)
    do {
      let input = try TextInput.store(in: folder.url)
      return try begin(open, recipe, start: start, arguments, workplace, input: input, (folder, lock))
    } catch {
      if !folder.hasRecord { folder.removeUnused() }
      throw error
    }
  }

  private static func begin(
    _ open: ModelDescriptor, _ recipe: Recipe, start: TrainingStart?, _ arguments: ParsedArguments,
    _ workplace: Workplace, input: TextInput, _ made: (RunFolder, RunLock)?
  ) throws -> TrainingRun {
    let console = arguments.console
    let line = PhaseLine(console)
    defer { line.end() }
    line.begin("reading the text")
    let source = try TrainingData.source(for: recipe, workplace.registry, input: input)
    let data =
      try start.map { try TrainingData(source, tokenizer: $0.checkpoint.tokenizer) }
      ?? TrainingData(source, settings: open.tokenizer, registry: workplace.registry)
    for remark in data.remarks { console.warning(remark) }
    let descriptor =
      start == nil
      ? try workplace.registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize) : open
    line.begin("timing the first steps")
    let (trainer, calibrated) = try Trainer.prepare(
      descriptor, recipe, data, registry: workplace.registry, start: start
    ) {
      try workplace.context(seed: recipe.seed)
    }
    let (folder, lock) =
      try made
      ?? RunFolder.create(at: arguments.option("out"), name: descriptor.name, below: workplace.runs)
    if start != nil {
      // What a run is resumed with that is stopped before its first checkpoint.
      try folder.makeCheckpoints()
      try trainer.save(to: folder.checkpoint(step: 0))
    }
    return try TrainingRun(
      trainer, in: folder, lock: lock, version: ProgramVersion.current, calibratedStepMilliseconds: calibrated
    )
  }

  /// A run that continues; nil where it has nothing left to do, which is then said.
  fileprivate static func resume(_ name: String, _ arguments: ParsedArguments, _ workplace: Workplace) throws
    -> TrainingRun?
  {
    let console = arguments.console
    let folder = try workplace.folder(name)
    let lock = try RunLock.acquire(in: folder.url)
    let record = folder.hasRecord ? try RunRecord.read(folder) : nil
    // One that was stopped before its first checkpoint starts again.
    let checkpoint =
      record != nil && folder.allCheckpoints().isEmpty
      ? nil : try folder.newestCheckpoint(registry: workplace.registry) { console.warning($0) }
    if record == nil, checkpoint?.record.recordsTraining != false {
      console.warning(
        "\(folder.record.shownPath) is missing and is written again; the text cannot be compared with the one that was trained on"
      )
    }
    if checkpoint == nil, let record { console.warning(record.startsAgain(at: folder.url.shownPath)) }
    let paths = arguments.options("data")
    let changes = RunChanges(steps: arguments.integer("steps"), data: paths.isEmpty ? nil : paths)
    let done = checkpoint?.record.step ?? 0
    let path = folder.url.shownPath
    if let steps = changes.steps, steps < done {
      throw UsageError(
        "--steps \(steps): \(path) has already taken \(Format.count(done)) steps; give a larger total number of "
          + "steps")
    }
    if let record, record.status == .finished, done == record.totalSteps, changes.steps ?? done == done {
      console.line(
        "nothing to do: \(path) has finished all of its \(Format.count(done)) steps; continue with: "
          + "\(ShellCommand("train", "--resume", path, "--steps", "\(done * 2)"))")
      return nil
    }
    let trainer = try Trainer.resume(
      checkpoint, record: record, at: path, changes: changes, registry: workplace.registry,
      source: TrainingData.source(in: workplace.registry, input: .stored(in: folder.url))
    ) {
      try workplace.context(seed: $0.seed)
    }
    return try TrainingRun(resuming: trainer, in: folder, lock: lock, version: ProgramVersion.current)
  }

  /// Trains with progress shown at a terminal.
  fileprivate func show(on console: Console, _ workplace: Workplace) throws {
    let progress = TrainingProgress(
      console, peak: try GemmPeak.measure(try workplace.context(), trainer.recipe.precision))
    progress.begin(record.model, trainer)
    var events = progress.events
    // A user at the terminal can free space for the last checkpoint; a script cannot.
    let stop = progress.stop
    events.triesAgain = {
      guard console.isTerminal, !stop.isRequested else { return false }
      console.note("the trained model is kept in memory; saving is tried again in 10 s, Ctrl-C cancels it")
      for _ in 0..<100 where !stop.isRequested { usleep(100_000) }
      return !stop.isRequested
    }
    let status = try train(events)
    let path = folder.url.shownPath
    if status == .stopped {
      try progress.endEarly(
        "stopped after step \(trainer.state.step) and saved; resume with: \(ShellCommand("train", "--resume", path))"
      )
    }
    progress.end()
    console.line("trained: \(path)")
  }
}
