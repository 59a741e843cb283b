import CommandLineKit
import Comparison
import Experiments
import Foundation
import Settings
import Text
import Training
import Wording
import Zoo

/// A trained model that a command line names: a run, a checkpoint of one, or one of a comparison's.
struct TrainedModel {
  /// The name in tables: in a comparison the model's there, else the run's, for a file outside a run the preset's.
  var name: String
  /// The weights.
  let checkpoint: ModelFile.OpenCheckpoint
  /// The run's folder; nil for a checkpoint file outside a run.
  let folder: RunFolder?
  /// How a command line names the model.
  let reference: String
  /// Which of its run's checkpoints it is.
  let choice: RunReference.Choice
  /// What it is in its comparison; nil for a run of its own.
  var plan: ArmPlan?

  /// What `run.json` says; nil where there is none.
  var record: RunRecord? { folder.flatMap { try? RunRecord.read($0) } }

  /// A line that says so where a text is not the one that the model was trained on; nil where it is.
  func remark(on source: TextSource, _ registry: Registry) throws -> String? {
    if !checkpoint.record.recordsTraining {
      let known = checkpoint.record.startedFrom.map { "the run that it was fine-tuned from is \($0.run)" }
      return "scored on the held-out part of \(source.shownName); "
        + (known ?? "what it was trained on is not known")
    }
    let own: String
    if let record {
      guard record.dataFingerprint != source.fingerprint else { return nil }
      own = record.data
    } else {
      let paths = try Recipe.of(checkpoint, registry: registry).data ?? [Recipe.embeddedText]
      own = paths.joined(separator: ", ")
      guard own != source.name else { return nil }
    }
    return "scored on the held-out part of \(source.shownName), trained on \(TextSource.shownName(own))"
  }

  /// The same model under another name in tables.
  func named(_ name: String) -> TrainedModel {
    var model = self
    model.name = name
    return model
  }

  /// Where standard input is read from: for another text from this process's own, for the run's from its folder.
  func input(isOther: Bool) -> TextInput {
    isOther ? .live : folder.map { .stored(in: $0.url) } ?? .refused
  }

  /// What every command says of the runs it takes.
  static let help = "a run, RUN@best, RUN@STEP, a checkpoint file, or a comparison for all of its models"
  /// The same of commands that take one model.
  static let helpForOne = "a run, RUN@best, RUN@STEP, or a checkpoint file"
}

/// A run and which of its checkpoints is meant: `RUN`, `RUN@best` or `RUN@STEP`.
struct RunReference {
  enum Choice {
    case newest, best
    case step(Int)

    /// What follows the run: nothing, `@best` or `@STEP`.
    var suffix: String {
      switch self {
      case .newest: ""
      case .best: "@best"
      case .step(let step): "@\(step)"
      }
    }
  }
  let run: String
  let choice: Choice

  /// Reads a reference; an existing path is taken literally, whatever is in it.
  ///
  /// - Throws: `TrainerError` for a run that exists with something else than a checkpoint behind its `@`.
  init(_ text: String, exists: (String) -> Bool) throws {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard !exists(text), parts.count > 1, let last = parts.last else {
      self.init(run: text, choice: .newest)
      return
    }
    let run = parts.dropLast().joined(separator: "@")
    if last == "best" {
      self.init(run: run, choice: .best)
    } else if let step = NumberLiteral(String(last)).whole, step >= 0 {
      self.init(run: run, choice: .step(step))
    } else if last.contains("/") || run.isEmpty || !exists(run) {
      self.init(run: text, choice: .newest)
    } else {
      let run = ShellCommand.quoted(run)
      throw TrainerError(
        place: text,
        reason: last.isEmpty ? "nothing follows the @" : "\"\(last)\" is neither a step nor best",
        suggestion:
          "write \(run)@best, \(run)@STEP for the step of a checkpoint, or \(run) for the newest one")
    }
  }

  private init(run: String, choice: Choice) {
    (self.run, self.choice) = (run, choice)
  }
}

extension Workplace {
  /// The models that a command line names, comparisons as all of theirs, each with a name of its own: that of its run,
  /// in a comparison the one there, with that of the folder around it where two would be alike.
  ///
  /// - Throws: `TrainerError` with the nearest run's name; `CheckpointError`.
  func models(_ arguments: [String], _ console: Console) throws -> [TrainedModel] {
    let found = try arguments.flatMap { try models($0, console) }
    try Self.expectNoneTwice(found)
    let names = DistinctNames.of(
      found.map { ($0.name, $0.folder?.url.deletingLastPathComponent().lastPathComponent) })
    return zip(found, names).map { model, name in model.named(name) }
  }

  /// Refuses a checkpoint that is named twice: it would be measured twice, with equal results.
  private static func expectNoneTwice(_ models: [TrainedModel]) throws {
    var seen: [String: String] = [:]
    for model in models {
      let path = model.checkpoint.url.standardizedFileURL.path + model.choice.suffix
      if let first = seen.updateValue(model.reference, forKey: path) {
        let same = first == model.reference ? "" : " (as \(first), too)"
        throw UsageError("\(model.reference) is named twice\(same); leave one of them out")
      }
    }
  }

  private func models(_ argument: String, _ console: Console) throws -> [TrainedModel] {
    let reference = try reference(argument)
    let folder = try experiment(reference.run)
    guard ExperimentRecord.exists(in: folder), !RunFolder(folder).hasRecord else {
      let (checkpoint, folder) = try open(reference, console)
      let name = (folder?.name ?? checkpoint.record.name) + reference.choice.suffix
      return [
        TrainedModel(
          name: name, checkpoint: checkpoint, folder: folder, reference: argument, choice: reference.choice)
      ]
    }
    let plans = try ExperimentRecord.read(from: folder).plans(registry)
    var missing: [String] = []
    let trained = try plans.compactMap { plan -> TrainedModel? in
      let run = RunFolder(folder.appending(path: plan.folderName, directoryHint: .isDirectory))
      guard !run.allCheckpoints().isEmpty else {
        missing.append(plan.name)
        return nil
      }
      let checkpoint = try checkpoint(of: run, reference.choice, console)
      try expect(plan, checkpoint, in: run)
      return TrainedModel(
        name: plan.name + reference.choice.suffix, checkpoint: checkpoint, folder: run,
        reference: run.url.shownPath + reference.choice.suffix, choice: reference.choice, plan: plan)
    }
    guard !trained.isEmpty else {
      throw TrainerError(
        place: argument, reason: "none of the comparison's models has a checkpoint yet",
        suggestion: "resume it with: \(ShellCommand("compare", "--resume", folder.shownPath))")
    }
    if !missing.isEmpty {
      console.warning(
        "\(argument): left out, as they have no checkpoint yet: \(missing.joined(separator: ", ")); train them with: "
          + "\(ShellCommand("compare", "--resume", folder.shownPath))")
    }
    return trained
  }

  /// Checks that what is in the folder of a comparison's model is that model, so that nothing is measured under
  /// the name of another.
  private func expect(_ plan: ArmPlan, _ checkpoint: ModelFile.OpenCheckpoint, in run: RunFolder) throws {
    let descriptor = try registry.descriptor(
      plan.descriptor, vocabulary: checkpoint.tokenizer.vocabularySize)
    // A run may have been made longer, and its learning rate chosen by trials.
    try RunPlan(descriptor, plan.recipe, ignoring: Budget.settings + ["optimiser.learningRate"]).expect(
      descriptor: checkpoint.record.descriptor, recipe: checkpoint.record.recipe ?? "{}",
      at: run.url.shownPath, suggestion: "name the run itself; it then appears under its own name", registry
    )
  }

  /// A run or a checkpoint file, where only one model can be meant.
  ///
  /// - Throws: `TrainerError` that lists the models of a comparison.
  func model(_ argument: String, _ console: Console) throws -> TrainedModel {
    let found = try models([argument], console)
    guard let only = found.first, found.count == 1 else {
      let names = found.compactMap { $0.folder?.url.shownPath }.joined(separator: ", ")
      throw TrainerError(
        place: argument, reason: "it is a comparison of several models",
        suggestion: "name one of them: \(names)")
    }
    return only
  }

  /// The run that a word of a command line names, and which of its checkpoints.
  ///
  /// - Throws: `TrainerError` for what is no checkpoint behind the `@` of a run.
  func reference(_ argument: String) throws -> RunReference {
    try RunReference(argument) { [runs] path in
      [path, runs.appending(path: path).path].contains { FileManager.default.fileExists(atPath: $0) }
    }
  }

  private func open(_ reference: RunReference, _ console: Console) throws -> (
    ModelFile.OpenCheckpoint, RunFolder?
  ) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: reference.run, isDirectory: &isFolder), !isFolder.boolValue,
      !reference.run.hasSuffix(".json5")
    {
      let url = URL(fileURLWithPath: reference.run)
      if case .newest = reference.choice {
      } else {
        throw TrainerError(
          place: reference.run, reason: "a checkpoint file is one step of a run already",
          suggestion: "leave out what follows the @, or name the run")
      }
      let run = RunFolder(url.deletingLastPathComponent().deletingLastPathComponent())
      let isOfRun = url.deletingLastPathComponent().lastPathComponent == "checkpoints" && run.hasRecord
      return (try ModelFile.open(url, registry: registry), isOfRun ? run : nil)
    }
    let run = try folder(reference.run)
    return (try checkpoint(of: run, reference.choice, console), run)
  }

  private func checkpoint(of run: RunFolder, _ choice: RunReference.Choice, _ console: Console) throws
    -> ModelFile.OpenCheckpoint
  {
    switch choice {
    case .newest: try run.newestCheckpoint(registry: registry) { console.warning($0) }
    case .best: try run.bestCheckpoint(registry: registry)
    case .step(let step): try run.checkpoint(ofStep: step, called: "step \(step)", registry: registry)
    }
  }
}
