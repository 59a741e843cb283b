import Foundation
import Settings
import Tensors
import Text
import Transformer
import Zoo

/// A trainer and its folder: logs, evaluates on the frozen windows and saves, until the budget is spent.
public final class TrainingRun {
  /// Where the run stands.
  public let folder: RunFolder
  /// What trains.
  public let trainer: Trainer
  /// What `run.json` says.
  public private(set) var record: RunRecord

  private let metrics: MetricsLog
  private let events: EventFile
  /// The right to write into the folder, until training ends.
  private var lock: RunLock?
  private var saves: RunSaves

  /// Begins a run in a new folder.
  ///
  /// - Parameter lock: that of the folder; nil: it is taken here.
  /// - Throws: `TrainerError` when the folder cannot be written or is in use.
  public convenience init(
    _ trainer: Trainer, in folder: RunFolder, lock: RunLock? = nil, version: String,
    calibratedStepMilliseconds: Double? = nil
  ) throws {
    let lock = try lock ?? RunLock.acquire(in: folder.url)
    try folder.makeCheckpoints()
    let record = RunRecord(
      trainer, name: folder.name, version: version, calibratedStepMilliseconds: calibratedStepMilliseconds)
    try self.init(trainer, folder, lock, record, verified: nil)
  }

  /// Goes on with a run from the checkpoint that `trainer` was built from: what was logged after that
  /// checkpoint is forgotten.
  ///
  /// - Parameters:
  ///   - lock: that of the folder; nil: it is taken here.
  ///   - version: of the program, for a record that is lost and written anew.
  /// - Throws: `TrainerError` when the folder's record cannot be read or written, or the run is in use.
  public convenience init(
    resuming trainer: Trainer, in folder: RunFolder, lock: RunLock? = nil, version: String = ""
  ) throws {
    let lock = try lock ?? RunLock.acquire(in: folder.url)
    try folder.makeCheckpoints()
    let known = folder.hasRecord ? try RunRecord.read(folder) : nil
    var record = known ?? RunRecord(trainer, name: folder.name, version: version)
    if let known, known.recipe != trainer.recipe.json {
      record.startedIn = FileManager.default.currentDirectoryPath
    }
    (record.recipe, record.totalSteps) = (trainer.recipe.json, trainer.state.totalSteps)
    record.status = .running
    try self.init(trainer, folder, lock, record, verified: trainer.state.step)
  }

  private init(
    _ trainer: Trainer, _ folder: RunFolder, _ lock: RunLock, _ record: RunRecord, verified: Int?
  ) throws {
    self.trainer = trainer
    self.folder = folder
    self.record = record
    self.lock = lock
    saves = RunSaves(
      trainer, folder, descriptors: [record.descriptor, trainer.descriptor.json], verified: verified)
    try record.write(to: folder)
    metrics = try MetricsLog(folder.metrics, after: trainer.state.step)
    events = try EventFile(folder: folder.url, after: trainer.state.step)
  }

  /// Trains until the budget is spent or somebody asks to stop; either way the last state is saved. The folder's lock
  /// is given back at the end.
  ///
  /// - Returns: `.finished` or `.stopped`.
  /// - Throws: what training throws; what was saved still stands.
  public func train(_ watcher: RunEvents = RunEvents()) throws -> RunRecord.Status {
    defer { lock = nil }
    if !trainer.isFinished { saves.forecast(watcher) }
    if let first = metrics.damagedLines.first {
      let count = metrics.damagedLines.count
      watcher.tell(
        .warning(
          "\(folder.metrics.shownPath): \(count == 1 ? "line \(first) was" : "\(count) lines from line \(first) on were") "
            + "damaged and left out"))
    }
    do {
      let status = try loop(watcher)
      try finish(status)
      return status
    } catch {
      keepModel(after: error, watcher)
      record.status = .failed
      record.state = trainer.state
      try? record.write(to: folder)
      throw error
    }
  }

  /// Saves the model when something else than training failed, such as a log on a full disk.
  private func keepModel(after error: any Error, _ watcher: RunEvents) {
    let isOfFiles = error is CheckpointError || (error as? TrainerError)?.isDivergence == false
    guard isOfFiles, trainer.state.step > 0, !saves.hasTriedLast else { return }
    do { try saves.saveLast(watcher) } catch { watcher.tell(.warning("\(error)")) }
  }

  /// Trains; what was under way when somebody asked to stop is given up, and the state before it saved.
  private func loop(_ watcher: RunEvents) throws -> RunRecord.Status {
    let context = trainer.context
    context.isInterrupted = watcher.shouldInterrupt
    defer { context.isInterrupted = nil }
    do { return try steps(watcher) } catch is Interruption {
      context.isInterrupted = nil
      try saves.saveLast(watcher)
      return .stopped
    }
  }

  private func steps(_ watcher: RunEvents) throws -> RunRecord.Status {
    let total = trainer.state.totalSteps
    let evaluateEvery = trainer.recipe.evaluateEvery(steps: total)
    let checkpointEvery = trainer.recipe.checkpointEvery(steps: total)
    let logEvery = max(1, total / 1000)
    let step = trainer.state.step
    let isDue = step == 0 || trainer.isFinished || step % evaluateEvery == 0
    // Also one that the run was stopped in.
    if isDue, metrics.lastEvaluation != step {
      try evaluate(watcher)
      if trainer.isFinished { try saves.saveLast(watcher) }
    }
    while !trainer.isFinished {
      if watcher.shouldStop() {
        try saves.saveLast(watcher)
        return .stopped
      }
      let report = try trainer.step()
      if report.step == 1, let unused = trainer.untouchedParameters.first {
        watcher.tell(.warning("\(unused) got no gradient in the first step: nothing uses it"))
      }
      if report.step % logEvery == 0 || trainer.isFinished { try log(report) }
      watcher.tell(.step(report, trainer.state))
      if report.step % evaluateEvery == 0 || trainer.isFinished { try evaluate(watcher) }
      if trainer.isFinished {
        try saves.saveLast(watcher)
      } else if report.step % checkpointEvery == 0 || trainer.state.bestStep == report.step || saves.isDue {
        try saves.begin(watcher)
      } else {
        try saves.collect(watcher)
      }
    }
    return .finished
  }

  private func finish(_ status: RunRecord.Status) throws {
    record.status = status
    record.state = trainer.state
    record.poolPeakBytes = trainer.context.device.arena.peak
    record.residentPeakBytes = ProcessMemory.peak
    try record.write(to: folder)
  }

  private func evaluate(_ watcher: RunEvents) throws {
    watcher.tell(.evaluating(trainer.state))
    let report = try trainer.evaluate()
    guard report.loss.isFinite else {
      throw trainer.diverged(step: report.step, "the held-out loss is \(report.loss)")
    }
    var values = try watcher.measure(trainer)
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
    let state = trainer.state
    var row = values.mapValues { MetricsValue.number($0) }
    row["kind"] = .text(kind)
    row["tokens"] = .integer(state.tokens)
    row["supervisedTokens"] = .integer(state.supervisedTokens)
    row["flops"] = .integer(Int(state.flops))
    row["seconds"] = .number(state.seconds)
    try metrics.write(step: step, row)
    let objective = trainer.objective
    func tag(_ key: String) -> String {
      EventFile.tag(kind, key, unit: objective.unit, objective: objective.name)
    }
    try events.write(
      step: step, Dictionary(uniqueKeysWithValues: values.map { (tag($0.key), $0.value) }))
  }
}
