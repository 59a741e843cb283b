import Foundation
import Settings
import Tensors
import Text
import Wording
import Zoo

/// `run.json`: the definition of a run, the machine it ran on, and its state.
public struct RunRecord: RecordWithTexts, Sendable {
  package static let jsonTexts = ["descriptor", "recipe"]

  /// The status of a run.
  public enum Status: String, Codable, Sendable {
    case running, stopped, finished, failed
    /// Its process ended without recording it. Never written; found when the record is read.
    case interrupted
  }

  /// The run's name.
  public var name: String
  /// The preset's name.
  public var model: String
  /// The objective's name.
  public var objective: String
  /// The unit of its loss.
  public var unit: String
  /// The descriptor, as JSON text; in the file an object.
  public var descriptor: String
  /// The recipe, as JSON text; in the file an object.
  public var recipe: String
  /// The seed.
  public var seed: UInt64
  /// Trained values.
  public var parameters: Int
  /// The name of the text.
  public var data: String
  /// The SHA-256 of the text's bytes.
  public var dataFingerprint: String
  /// Lines of the held-out text that are in the training text, too.
  public var sharedLines: Int
  /// Lines and documents that were left out of the text because they could not be used; nil where there were none, and
  /// in records from before they were counted.
  public var skippedTexts: Int?
  /// Steps of the whole run.
  public var totalSteps: Int
  /// Milliseconds per step by which a budget in minutes was planned; nil for other budgets.
  public var calibratedStepMilliseconds: Double?
  /// Threads.
  public var threads: Int
  /// The model whose weights it began with; nil for initial values, and in records from before this was possible.
  public var startedFrom: StartRecord?
  /// The processor's name and cores.
  public var machine: String
  /// The version of this program.
  public var version: String
  /// The time of its start, in ISO 8601.
  public var began: String
  /// The folder that it was started in, which relative paths of its text are paths in; nil in records from before
  /// this was written down.
  public var startedIn: String?
  /// Its status.
  public var status: Status
  /// Its state of training.
  public var state: TrainerState
  /// The last evaluation.
  public var evaluation: EvaluationReport?
  /// The highest use of the memory pool, in bytes, since the run began or was resumed.
  public var poolPeakBytes: Int?
  /// The peak memory of the process since it began, in bytes, as the system counts it.
  public var residentPeakBytes: Int?

  /// Reads the record of a run.
  ///
  /// - Throws: `TrainerError` that names the file.
  public static func read(_ folder: RunFolder) throws -> RunRecord {
    func damaged(_ what: String = "") -> TrainerError {
      TrainerError(
        place: folder.record.path, reason: "the record is damaged\(what)",
        suggestion:
          "move it away; \(ShellCommand("train", "--resume", folder.url.shownPath)) then writes it again from the checkpoint"
      )
    }
    let record: RunRecord = try RecordFile.read(
      folder.record,
      missing: TrainerError(
        place: folder.url.path, reason: "is not a run (run.json is missing)",
        suggestion: "list the runs with: \(ShellCommand("runs"))"),
      damaged: damaged())
    if let value = record.state.impossibleNumber { throw damaged(": \(value)") }
    return record
  }

  /// Reads the record of a run, and says `interrupted` of one whose process has ended without a word.
  ///
  /// - Throws: as `read`.
  public static func current(_ folder: RunFolder) throws -> RunRecord {
    var record = try read(folder)
    if record.status == .running, !RunLock.isHeld(in: folder.url) {
      // It may have ended between the two looks.
      record = try read(folder)
      if record.status == .running { record.status = .interrupted }
    }
    return record
  }

  /// Writes the record; the previous one is kept until the new one is complete.
  ///
  /// - Throws: `TrainerError` that names the file.
  package func write(to folder: RunFolder) throws { try RecordFile.write(self, to: folder.record) }

  /// What is said before a run without checkpoints is trained again.
  ///
  /// - Parameter place: its folder, for users.
  package func startsAgain(at place: String) -> String {
    let past =
      status == .finished
      ? "it had finished its \(Format.counted(totalSteps, "step"))" : "its status was \(status.rawValue)"
    return "\(place) has no checkpoint, and \(past); it is trained again from its first step"
  }
}

extension RunRecord {
  /// What stands in place of a record for an imported or a fine-tuned model, which no run trained: it has taken no step, and its text is
  /// the one that it is measured on. It is never written.
  ///
  /// - Parameters:
  ///   - name: the name of the folder.
  ///   - recipe: the recipe that it is measured with.
  ///   - source: the text that it is measured on.
  ///   - startedFrom: the model that it was fine-tuned from; nil for an imported one.
  ///   - registry: the registry of components.
  /// - Throws: `SettingsError` for a recipe whose objective the model cannot be measured with.
  package init(
    imported name: String, _ descriptor: ModelDescriptor, _ recipe: Recipe, measuredOn source: TextSource,
    startedFrom: StartRecord? = nil, _ registry: Registry
  ) throws {
    let objective = try recipe.objective(
      for: try registry.architecture(descriptor.architecture), registry: registry)
    let shapes = try registry.build(descriptor, in: try Context.dry(threads: 1, seed: 1), trains: false)
    self.init(
      name: name, model: descriptor.name, objective: objective.name, unit: objective.unit,
      descriptor: descriptor.json, recipe: recipe.json, seed: recipe.seed,
      parameters: shapes.parameters.count, data: source.name, dataFingerprint: source.fingerprint,
      sharedLines: 0, totalSteps: 0, threads: 0, startedFrom: startedFrom, machine: "", version: "",
      began: "", status: .finished,
      state: TrainerState(totalSteps: 0))
  }

  /// The record of a run that begins.
  ///
  /// - Parameters:
  ///   - name: the run's name.
  ///   - version: of this program.
  init(_ trainer: Trainer, name: String, version: String, calibratedStepMilliseconds: Double? = nil) {
    let source = trainer.data.source
    self.init(
      name: name, model: trainer.descriptor.name, objective: trainer.objective.name,
      unit: trainer.objective.unit, descriptor: trainer.descriptor.json, recipe: trainer.recipe.json,
      seed: trainer.recipe.seed, parameters: trainer.model.parameters.count, data: source.name,
      dataFingerprint: source.fingerprint, sharedLines: source.sharedLines().shared,
      skippedTexts: source.skipped.count > 0 ? source.skipped.count : nil,
      totalSteps: trainer.state.totalSteps, calibratedStepMilliseconds: calibratedStepMilliseconds,
      threads: trainer.context.device.threads, startedFrom: trainer.startedFrom, machine: Machine.summary,
      version: version,
      began: Date().ISO8601Format(), startedIn: FileManager.default.currentDirectoryPath, status: .running,
      state: trainer.state, evaluation: nil)
  }
}
