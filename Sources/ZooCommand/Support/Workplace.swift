import CommandLineKit
import Comparison
import Experiments
import Foundation
import Inference
import Installed
import Settings
import Tensors
import Training
import Wording
import Zoo

/// What every command works with: registry, presets, threads and the folder of runs.
struct Workplace {
  let registry: Registry
  let presets: Presets
  let threads: Int
  private let console: Console
  /// Runs are below the folder that the command was started in.
  let runs = URL(fileURLWithPath: "runs", isDirectory: true)

  /// - Throws: `UsageError` for a file of text among the models; what plugins and presets throw.
  init(_ arguments: ParsedArguments) throws {
    try StrayFile.refuse(arguments)
    console = arguments.console
    registry = try PluginOptions.registry(arguments)
    presets = try Presets.standard()
    threads =
      arguments.command.option("threads") != nil
      ? arguments.integer("threads") ?? ProcessInfo.processInfo.activeProcessorCount
      : ProcessInfo.processInfo.activeProcessorCount
  }

  /// The model of that name or file, with the command's `--set` edits and some of its own.
  ///
  /// - Parameters:
  ///   - defaults: edits that come before the command line's own.
  ///   - edits: edits that come after them.
  func descriptor(
    _ name: String, _ arguments: ParsedArguments, defaults: [String] = [], edits: [String] = []
  ) throws -> ModelDescriptor {
    func ofModel(_ sets: [String]) -> [String] { sets.filter { !$0.hasPrefix(RecipeOptions.prefix) } }
    let sets = ofModel(arguments.options("set") + edits)
    return try SettingSearch.completing(registry) {
      try registry.descriptor(
        preset: name, sets: RecipeOptions.standing(ofModel(defaults), after: sets) + sets, from: presets)
    }
  }

  /// A context with memory on this machine's processor.
  func context(seed: UInt64 = 1) throws -> Context { try Context.cpu(threads: threads, seed: seed) }

  /// A trained model as it was before training. For one of which that is not known, a model of the same shape with
  /// random weights, which is said.
  ///
  /// - Parameters:
  ///   - name: what the trained model is called.
  ///   - seed: that of its run.
  func untrained(like trained: LoadedModel, named name: String, seed: UInt64) throws -> LoadedModel {
    if !trained.hasKnownInitialValues { console.note(Self.unknownStart(name)) }
    let context = try context(seed: seed)
    return LoadedModel(
      like: trained, try registry.build(trained.descriptor, in: context, trains: false), in: context)
  }

  /// A remark on a model whose initial values are not known.
  static func unknownStart(_ name: String) -> String {
    "\(name): its values before training are not known; where it is shown untrained, it has random weights of the same "
      + "shape"
  }

  /// What evaluations may know of a model's training.
  ///
  /// - Throws: `CheckpointError` for a checkpoint without a recipe that this program accepts.
  func run(of loaded: LoadedModel, _ model: TrainedModel) throws -> EvaluationSubject.Run {
    let recipe = try Recipe.of(model.checkpoint, registry: registry)
    return EvaluationSubject.Run(
      folder: model.folder?.url, step: model.checkpoint.record.step, recipe: recipe.json, registry: registry,
      threads: threads
    ) { try untrained(like: loaded, named: model.name, seed: recipe.seed) }
  }

  /// The folder of a run: a path, or a name below `runs`.
  func folder(_ argument: String) throws -> RunFolder {
    let below = runs.appending(path: argument)
    for run in [URL(fileURLWithPath: argument), below].map({ RunFolder($0) })
    where run.isRun { return run }
    let whole = argument.split(separator: "@", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "@")
    if !whole.isEmpty, let run = try? folder(whole) {
      throw TrainerError(
        place: argument, reason: "is one checkpoint, but a whole run is expected here",
        suggestion: "name the run: \(ShellCommand.quoted(run.url.shownPath))")
    }
    let known = allRuns().map(\.name)
    if isPreset(argument) {
      let own = known.filter { $0.hasPrefix(argument + "-") }.last
      throw TrainerError(
        place: argument, reason: "is a preset, a model without trained weights",
        suggestion: own.map { "name a run of it, such as \($0)" }
          ?? "train it first with: \(ShellCommand("train", argument))")
    }
    let nearest = nearestName(to: argument, among: known).map { "did you mean \($0)?" }
    throw TrainerError(
      place: argument, reason: "no run has this name",
      suggestion: nearest
        ?? (known.isEmpty
          ? "train one first: \(ShellCommand("train", "gpt"))"
          : "list the runs with: \(ShellCommand("runs"))"))
  }

  /// Whether a name is that of a preset or of a descriptor file.
  private func isPreset(_ name: String) -> Bool {
    name.hasSuffix(".json5") || (try? presets.list().contains { $0.name == name }) ?? false
  }

  /// The folder of a comparison or an ablation: a path, or a name below `runs`.
  func experiment(_ argument: String) throws -> URL {
    let places = [URL(fileURLWithPath: argument, isDirectory: true), runs.appending(path: argument)]
    return places.first(where: ExperimentRecord.exists) ?? places[0]
  }

  /// Every run below `runs`, imported ones and those of comparisons included, by name.
  func allRuns() -> [RunFolder] {
    func inside(_ url: URL) -> [URL] {
      ((try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)) ?? [])
        .sorted { $0.lastPathComponent.isNaturallyBefore($1.lastPathComponent) }
    }
    func isRun(_ url: URL) -> Bool { RunFolder(url).isRun }
    return inside(runs).flatMap { isRun($0) ? [$0] : inside($0).filter(isRun) }.map { RunFolder($0) }
  }
}

extension Console {
  /// What was typed, as a report shows it: without the place that was written to, which a second run must not
  /// write over.
  var commandLine: String { ShellCommand.typed(without: ["out"]).description }
}
