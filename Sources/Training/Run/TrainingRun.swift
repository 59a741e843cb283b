import Checkpoints
import Foundation
import Settings
import Tensors
import Text
import Transformer
import Zoo

/// A trainer and its folder: logs, evaluates on the frozen windows and saves, until the budget is spent.
///
/// Of several processes that train one model, each has a run of its own, of the same folder. The first one writes all
/// files; the others take part in the steps, evaluate alike and write nothing. All stop at the same step when one is
/// asked to, and an error in one of them ends all.
public final class TrainingRun {
  /// The folder of the run.
  public let folder: RunFolder
  /// The trainer.
  public let trainer: Trainer
  /// The record in `run.json`.
  public private(set) var record: RunRecord

  /// Nil in a process other than the first.
  private var files: RunFiles?

  /// Begins a run in a new folder.
  ///
  /// - Parameters:
  ///   - trainer: the trainer.
  ///   - folder: the folder of the run.
  ///   - lock: that of the folder; nil: it is taken here.
  ///   - version: the version of the program.
  ///   - calibratedStepMilliseconds: the duration of a step by which a budget in minutes was planned; nil:
  ///     none was.
  /// - Throws: `TrainerError` when the folder cannot be written or is in use.
  public convenience init(
    _ trainer: Trainer, in folder: RunFolder, lock: RunLock? = nil, version: String,
    calibratedStepMilliseconds: Double? = nil
  ) throws {
    let record = RunRecord(
      trainer, name: folder.name, version: version, calibratedStepMilliseconds: calibratedStepMilliseconds)
    let files = try RunFiles.open(trainer, in: folder, lock, verified: nil) { record }
    self.init(trainer, folder, record, files)
  }

  /// Resumes a run from the checkpoint that `trainer` was built from: logs after that
  /// checkpoint are removed.
  ///
  /// - Parameters:
  ///   - trainer: the trainer.
  ///   - folder: the folder of the run.
  ///   - lock: that of the folder; nil: it is taken here.
  ///   - version: of the program, for a record that is lost and written again.
  /// - Throws: `TrainerError` when the folder's record cannot be read or written, or the run is in use.
  public convenience init(
    resuming trainer: Trainer, in folder: RunFolder, lock: RunLock? = nil, version: String = ""
  ) throws {
    var record = RunRecord(trainer, name: folder.name, version: version)
    let files = try RunFiles.open(trainer, in: folder, lock, verified: trainer.state.step) {
      if folder.hasRecord {
        record = try RunRecord.read(folder)
        if record.recipe != trainer.recipe.json {
          record.startedIn = FileManager.default.currentDirectoryPath
        }
      }
      (record.recipe, record.totalSteps) = (trainer.recipe.json, trainer.state.totalSteps)
      record.status = .running
      return record
    }
    self.init(trainer, folder, record, files)
  }

  private init(_ trainer: Trainer, _ folder: RunFolder, _ record: RunRecord, _ files: RunFiles?) {
    self.trainer = trainer
    self.folder = folder
    self.record = record
    self.files = files
  }

  /// Trains until the budget is spent or a stop is requested, in any of the processes; either way the last state is
  /// saved. The folder's lock is released at the end.
  ///
  /// - Returns: `.finished` or `.stopped`.
  /// - Throws: what training throws; `CommunicatorError` when another process gave up. What was saved is kept.
  public func train(_ watcher: RunEvents = RunEvents()) throws -> RunRecord.Status {
    defer { files?.lock = nil }
    remark(watcher)
    do {
      try expectAgreement()
      let status = try loop(watcher)
      try finish(status)
      // The others end when all is written, or learn why it is not.
      _ = try communicator.any(false)
      return status
    } catch {
      communicator.giveUp(after: error)
      keepModel(after: error, watcher)
      record.status = .failed
      record.state = trainer.state
      if files != nil { try? record.write(to: folder) }
      throw error
    }
  }

  private var communicator: any Communicator { trainer.communicator }

  /// Says what is known of the files before training.
  private func remark(_ watcher: RunEvents) {
    guard let files else { return }
    if !trainer.isFinished {
      trainer.unreadText.map { watcher.tell(.warning($0)) }
      files.saves.forecast(watcher)
    }
    let lines = files.metrics.damagedLines
    guard let first = lines.first else { return }
    watcher.tell(
      .warning(
        "\(folder.metrics.shownPath): "
          + (lines.count == 1 ? "line \(first) was " : "\(lines.count) lines from line \(first) on were ")
          + "damaged and left out"))
  }

  /// Checks that this process continues from where the first one does.
  private func expectAgreement() throws {
    func text(_ step: Int, _ total: Int) -> String { "step \(step) of \(total)" }
    let own = [trainer.state.step, trainer.state.totalSteps]
    let first = try own.map { try communicator.first(Double($0)) }
    guard first != own.map(Double.init) else { return }
    let numbers = first.map { Int(exactly: $0) ?? .max }
    throw TrainerError(
      place: "process \(communicator.rank)",
      reason: "it is at \(text(own[0], own[1])), and process 0 at \(text(numbers[0], numbers[1]))",
      suggestion: "begin all processes with one recipe, or resume all of them from one checkpoint")
  }

  /// Saves the model when something else than training failed, such as a log on a full disk or another process.
  private func keepModel(after error: any Error, _ watcher: RunEvents) {
    let isSound =
      error is CheckpointError || error is CommunicatorError
      || (error as? TrainerError)?.isDivergence == false
    guard isSound, trainer.state.step > 0, files?.saves.hasTriedLast == false else { return }
    do { try files?.saves.saveLast(watcher) } catch { watcher.tell(.warning("\(error)")) }
  }

  /// Trains; what was under way when a stop was requested is given up, and the state before it saved.
  private func loop(_ watcher: RunEvents) throws -> RunRecord.Status {
    let context = trainer.context
    // One of several processes does not give up a step alone: the others would wait for its share.
    if communicator.size == 1 { context.isInterrupted = watcher.shouldInterrupt }
    defer { context.isInterrupted = nil }
    do { return try steps(watcher) } catch is Interruption where communicator.size == 1 {
      context.isInterrupted = nil
      try files?.saves.saveLast(watcher)
      return .stopped
    }
  }

  /// Whether this process was requested to stop.
  private func isAskedToStop(_ watcher: RunEvents) -> Bool {
    watcher.shouldStop() || communicator.size > 1 && watcher.shouldInterrupt?() ?? false
  }

  private func steps(_ watcher: RunEvents) throws -> RunRecord.Status {
    let total = trainer.state.totalSteps
    let evaluateEvery = trainer.recipe.evaluateEvery(steps: total)
    let checkpointEvery = trainer.recipe.checkpointEvery(steps: total)
    let logEvery = max(1, total / 1000)
    let step = trainer.state.step
    let isDue = step == 0 || trainer.isFinished || step % evaluateEvery == 0
    // Also one that the run was stopped in.
    if isDue, try !communicator.any(files?.metrics.lastEvaluation == step) {
      try evaluate(watcher)
      if trainer.isFinished { try files?.saves.saveLast(watcher) }
    }
    while !trainer.isFinished {
      if try communicator.any(isAskedToStop(watcher)) {
        try files?.saves.saveLast(watcher)
        return .stopped
      }
      let report = try trainer.step()
      if report.step == 1, let unused = trainer.untouchedParameters.first {
        watcher.tell(.warning("\(unused) received no gradient in the first step: the model does not use it"))
      }
      if report.step % logEvery == 0 || trainer.isFinished { try log(report) }
      watcher.tell(.step(report, trainer.state))
      if report.step % evaluateEvery == 0 || trainer.isFinished { try evaluate(watcher) }
      if trainer.isFinished {
        try files?.saves.saveLast(watcher)
      } else if report.step % checkpointEvery == 0 || trainer.state.bestStep == report.step
        || files?.saves.isDue == true
      {
        try files?.saves.begin(watcher)
      } else {
        try files?.saves.collect(watcher)
      }
    }
    return .finished
  }

  private func finish(_ status: RunRecord.Status) throws {
    record.status = status
    record.state = trainer.state
    record.poolPeakBytes = trainer.context.device.arena.peak
    record.residentPeakBytes = ProcessMemory.peak
    if files != nil { try record.write(to: folder) }
  }

  private func evaluate(_ watcher: RunEvents) throws {
    watcher.tell(.evaluating(trainer.state))
    let report = try trainer.evaluate()
    guard report.loss.isFinite else {
      throw trainer.diverged(step: report.step, "the held-out loss is \(report.loss)")
    }
    var values = files == nil ? [:] : try watcher.measure(trainer)
    values["loss"] = report.loss
    values["accuracy"] = report.accuracy
    if let bits = report.bitsPerByte { values["bitsPerByte"] = bits }
    try log("evaluation", values, step: report.step)
    record.evaluation = report
    try finish(.running)
    watcher.tell(.evaluation(report, trainer.state))
  }

  private func log(_ report: StepReport) throws {
    var values = [
      "loss": report.loss, "learningRate": report.learningRate, "gradientNorm": report.gradientNorm,
      "tokensPerSecond": Double(trainer.tokensPerStep) / report.seconds,
    ]
    for (name, loss) in report.auxiliaryLosses { values["auxiliary.\(name)"] = loss }
    try log("train", values, step: report.step)
  }

  private func log(_ kind: String, _ values: [String: Double], step: Int) throws {
    guard let files else { return }
    let state = trainer.state
    var row = values.mapValues { MetricsValue.number($0) }
    row["kind"] = .text(kind)
    row["tokens"] = .integer(state.tokens)
    row["supervisedTokens"] = .integer(state.supervisedTokens)
    row["flops"] = .integer(Int(state.flops))
    row["seconds"] = .number(state.seconds)
    try files.metrics.write(step: step, row)
    let objective = trainer.objective
    func tag(_ key: String) -> String {
      EventFile.tag(kind, key, unit: objective.unit, objective: objective.name)
    }
    try files.events.write(
      step: step, Dictionary(uniqueKeysWithValues: values.map { (tag($0.key), $0.value) }))
  }
}
