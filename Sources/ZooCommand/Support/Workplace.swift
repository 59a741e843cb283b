import Foundation
import Installed
import Settings
import Tensors
import Training
import Zoo

/// What every command works with: registry, presets, threads and the folder of runs.
struct Workplace {
  let registry: Registry
  let presets: Presets
  let threads: Int
  /// Runs stand below the folder that the command was started in.
  let runs = URL(fileURLWithPath: "runs", isDirectory: true)

  init(_ arguments: ParsedArguments) throws {
    registry = try Registry.standard()
    presets = try Presets.standard()
    threads =
      arguments.command.option("threads") != nil
      ? arguments.integer("threads") ?? ProcessInfo.processInfo.activeProcessorCount
      : ProcessInfo.processInfo.activeProcessorCount
  }

  /// The model of that name or file, with the command's `--set` edits.
  func descriptor(_ name: String, _ arguments: ParsedArguments) throws -> ModelDescriptor {
    let sets = arguments.options("set").filter { !$0.hasPrefix(RecipeOptions.prefix) }
    return try registry.descriptor(preset: name, sets: sets, from: presets)
  }

  /// A context with memory on this machine's processor.
  func context(seed: UInt64 = 1) throws -> Context { try Context.cpu(threads: threads, seed: seed) }

  /// The newest readable checkpoint of a run, or the checkpoint file itself.
  ///
  /// - Throws: an error with the nearest run's name.
  func checkpoint(_ argument: String, _ console: Console) throws -> ModelFile.OpenCheckpoint {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder), !isFolder.boolValue {
      return try ModelFile.open(URL(fileURLWithPath: argument))
    }
    return try folder(argument).newestCheckpoint { console.warning($0) }
  }

  /// The folder of a run: a path, or a name below `runs`.
  func folder(_ argument: String) throws -> RunFolder {
    let below = runs.appending(path: argument)
    for url in [URL(fileURLWithPath: argument), below]
    where FileManager.default.fileExists(atPath: RunFolder(url).record.path) {
      return RunFolder(url)
    }
    let known = allRuns().map(\.name)
    let nearest = nearestName(to: argument, among: known).map { "did you mean \($0)?" }
    throw TrainerError(
      place: argument, reason: "no run stands there",
      mend: nearest ?? (known.isEmpty ? "train one first: ./zoo train gpt" : "see ./zoo runs"))
  }

  /// Every run below `runs`, those of comparisons included, by name.
  func allRuns() -> [RunFolder] {
    func inside(_ url: URL) -> [URL] {
      ((try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)) ?? [])
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
    func isRun(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: RunFolder(url).record.path) }
    return inside(runs).flatMap { isRun($0) ? [$0] : inside($0).filter(isRun) }.map { RunFolder($0) }
  }
}

/// The options by which a command line patches a recipe.
enum RecipeOptions {
  /// Edits of the recipe start with this in `--set`.
  static let prefix = "recipe."

  /// Flags for the settings that are changed most often; every other one is reached by `--set recipe.…`.
  static let all: [Option] = [
    .value("recipe", .text, as: "file", help: "a recipe file (JSON5)", group: "Training"),
    .value(
      "data", .text, as: "path", help: "a text file or folder; default: the embedded corpus",
      repeatable: true, group: "Training"),
    .value("steps", .integer(1...1_000_000_000), help: "budget in steps", group: "Training"),
    .value("tokens", .integer(1...1_000_000_000_000), help: "budget in content tokens", group: "Training"),
    .value(
      "minutes", .number(0.01...1_000_000), help: "budget in minutes on this machine", group: "Training"),
    .value("batch", .integer(1...65_536), help: "sequences in a micro-batch", group: "Training"),
    .value("seed", .integer(0...Int.max), help: "of everything random", group: "Training"),
  ]
  /// A run has one budget.
  static let budgets = Conflict(["steps", "tokens", "minutes"], because: "a run has one budget")

  static let set = Option.value(
    "set", .text, as: "path=value",
    help: "change a setting of the model, or of the recipe by recipe.path=value",
    repeatable: true, group: "Model")
  static let threads = Option.value("threads", .integer(1...1024), help: "threads; default: all cores")

  /// The recipe of a command line.
  ///
  /// - Parameter defaults: edits that come before the command line's own.
  static func recipe(_ arguments: ParsedArguments, _ registry: Registry, defaults: [String] = []) throws
    -> Recipe
  {
    var sets = arguments.options("set").filter { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
    for name in ["steps", "tokens", "minutes", "batch", "seed"] where arguments.command.option(name) != nil {
      if let value = arguments.option(name) { sets.append("\(name)=\(value)") }
    }
    let paths = arguments.options("data")
    if !paths.isEmpty {
      sets.append("data=" + (try Console.jsonText(paths.joined(separator: ","))))
    }
    let budgets = ["steps=", "tokens=", "minutes="]
    let hasBudget = sets.contains { set in budgets.contains { set.hasPrefix($0) } }
    let changed = sets.map { $0.prefix { $0 != "=" } }
    // A recipe file says everything itself; the command's defaults stand in for one.
    let kept =
      arguments.option("recipe") != nil
      ? []
      : defaults.filter { set in
        let path = set.prefix { $0 != "=" }
        // What replaces a whole component replaces the defaults inside it, too.
        let isChanged = changed.contains { path == $0 || path.hasPrefix($0 + ".") }
        return !isChanged && !(hasBudget && budgets.contains { set.hasPrefix($0) })
      }
    return try Recipe.load(arguments.option("recipe"), sets: kept + sets, registry: registry)
  }
}

extension Console {
  /// What was typed, as a report shows it.
  var commandLine: String {
    (["./zoo"] + CommandLine.arguments.dropFirst().map { $0.contains(" ") ? "\"\($0)\"" : $0 }).joined(
      separator: " ")
  }
}
