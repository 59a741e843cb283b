import CommandLineKit
import Comparison
import Foundation
import Training
import Wording
import Zoo

/// A trained model that a command line names: a run, a checkpoint of one, or one of a comparison's.
struct TrainedModel {
  /// The name in tables: in a comparison the model's there, else the preset's.
  var name: String
  /// The weights.
  let checkpoint: ModelFile.OpenCheckpoint
  /// The run's folder; nil for a checkpoint file that stands alone.
  let folder: RunFolder?
  /// How a command line names the model.
  let reference: String
  /// Which of its run's checkpoints it is.
  let choice: RunReference.Choice
  /// What it is in its comparison; nil for a run of its own.
  var plan: ArmPlan?

  /// What `run.json` says; nil where there is none.
  var record: RunRecord? { folder.flatMap { try? RunRecord.read($0) } }

  /// What every command says of the runs it takes.
  static let help = "a run, RUN@best, RUN@STEP, a checkpoint file, or a comparison for all of its models"
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

  /// Reads a reference; a path that exists is one as it stands, whatever is in it.
  init(_ text: String, exists: (String) -> Bool) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard !exists(text), parts.count > 1, let last = parts.last else {
      self.init(run: text, choice: .newest)
      return
    }
    let run = parts.dropLast().joined(separator: "@")
    if last == "best" {
      self.init(run: run, choice: .best)
    } else if let step = Int(last), step >= 0 {
      self.init(run: run, choice: .step(step))
    } else {
      self.init(run: text, choice: .newest)
    }
  }

  private init(run: String, choice: Choice) {
    (self.run, self.choice) = (run, choice)
  }
}

extension Workplace {
  /// The models that a command line names, comparisons as all of theirs, each with a name of its own.
  ///
  /// - Throws: `TrainerError` with the nearest run's name; `CheckpointError`.
  func models(_ arguments: [String], _ console: Console) throws -> [TrainedModel] {
    let found = try arguments.flatMap { try models($0, console) }
    var taken: Set<String> = []
    return found.enumerated().map { index, model in
      var name = model.name
      var number = index + 1
      while !taken.insert(name).inserted {
        name = "\(model.name)-\(number)"
        number += 1
      }
      return TrainedModel(
        name: name, checkpoint: model.checkpoint, folder: model.folder, reference: model.reference,
        choice: model.choice, plan: model.plan)
    }
  }

  private func models(_ argument: String, _ console: Console) throws -> [TrainedModel] {
    let reference = reference(argument)
    let folder = try experiment(reference.run)
    guard ExperimentRecord.exists(in: folder), !RunFolder(folder).hasRecord else {
      let (checkpoint, folder) = try open(reference, console)
      let name = checkpoint.record.name + reference.choice.suffix
      return [
        TrainedModel(
          name: name, checkpoint: checkpoint, folder: folder, reference: argument, choice: reference.choice)
      ]
    }
    let plans = try ExperimentRecord.read(from: folder).plans(registry)
    let trained = try plans.compactMap { plan -> TrainedModel? in
      let run = RunFolder(folder.appending(path: plan.folderName, directoryHint: .isDirectory))
      guard !run.allCheckpoints().isEmpty else { return nil }
      let checkpoint = try checkpoint(of: run, reference.choice, console)
      try expect(plan, checkpoint, in: run)
      return TrainedModel(
        name: plan.name + reference.choice.suffix, checkpoint: checkpoint, folder: run,
        reference: run.url.relativePath + reference.choice.suffix, choice: reference.choice, plan: plan)
    }
    guard !trained.isEmpty else {
      throw TrainerError(
        place: argument, reason: "none of the comparison's models has a checkpoint yet",
        mend: "go on with: \(ShellCommand("compare", "--resume", folder.relativePath))")
    }
    return trained
  }

  /// Checks that what stands in the folder of a comparison's model is that model, so that nothing is measured under
  /// the name of another.
  private func expect(_ plan: ArmPlan, _ checkpoint: ModelFile.OpenCheckpoint, in run: RunFolder) throws {
    let descriptor = try registry.descriptor(
      plan.descriptor, vocabulary: checkpoint.tokenizer.vocabularySize)
    // A run may have been made longer, and its learning rate chosen by trials.
    try RunPlan(descriptor, plan.recipe, ignoring: Budget.settings + ["optimiser.learningRate"]).expect(
      descriptor: checkpoint.record.descriptor, recipe: checkpoint.record.recipe ?? "{}",
      at: run.url.relativePath, mend: "name the run itself, which is then called by its own name", registry)
  }

  /// A run or a checkpoint file, where only one model can be meant.
  ///
  /// - Throws: `TrainerError` that lists the models of a comparison.
  func model(_ argument: String, _ console: Console) throws -> TrainedModel {
    let found = try models([argument], console)
    guard let only = found.first, found.count == 1 else {
      let names = found.compactMap { $0.folder?.url.relativePath }.joined(separator: ", ")
      throw TrainerError(
        place: argument, reason: "it is a comparison of several models", mend: "name one of them: \(names)")
    }
    return only
  }

  func reference(_ argument: String) -> RunReference {
    RunReference(argument) { [runs] path in
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
          mend: "leave out what follows the @, or name the run")
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
