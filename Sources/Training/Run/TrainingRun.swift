import Foundation
import Tensors
import Text
import Transformer
import Zoo

/// What somebody who watches a run is told.
public struct RunEvents {
  /// After every step.
  public var step: (StepReport, TrainerState) -> Void = { _, _ in }
  /// After every evaluation.
  public var evaluated: (EvaluationReport, TrainerState) -> Void = { _, _ in }
  /// After every checkpoint.
  public var saved: (URL) -> Void = { _ in }
  /// Something went wrong that training survives, such as a checkpoint that found no room.
  public var warning: (String) -> Void = { _ in }
  /// Further measures taken with every evaluation; they go into the metrics beside the loss.
  public var measure: (Trainer) throws -> [String: Double] = { _ in [:] }
  /// Asked before every step: whether to save and stop.
  public var shouldStop: () -> Bool = { false }

  /// Nobody watches.
  public init() {}
}

/// A trainer and its folder: logs, evaluates on the frozen windows and saves, until the budget is spent.
public final class TrainingRun {
  /// Where the run stands.
  public let folder: RunFolder
  /// What trains.
  public let trainer: Trainer
  /// What `run.json` says.
  public private(set) var record: RunRecord

  private let metrics: MetricsLog
  private var savedTo: URL?
  private let events: EventFile

  /// Begins a run in a new folder.
  ///
  /// - Throws: `TrainerError` when the folder cannot be written.
  public convenience init(
    _ trainer: Trainer, in folder: RunFolder, version: String, calibratedStepMilliseconds: Double? = nil
  ) throws {
    let source = trainer.data.source
    let record = RunRecord(
      name: folder.name, model: trainer.descriptor.name, objective: trainer.objective.name,
      unit: trainer.objective.unit, descriptor: trainer.descriptor.json, recipe: trainer.recipe.json,
      seed: trainer.recipe.seed, parameters: trainer.model.parameters.count, data: source.name,
      dataFingerprint: source.fingerprint, sharedLines: source.sharedLines().shared,
      totalSteps: trainer.state.totalSteps, calibratedStepMilliseconds: calibratedStepMilliseconds,
      threads: trainer.context.device.threads, machine: Machine.summary, version: version,
      began: Date().ISO8601Format(), status: .running, state: trainer.state, evaluation: nil)
    try self.init(trainer, folder, record)
  }

  /// Goes on with a run from the checkpoint that `trainer` was built from: what was logged after that
  /// checkpoint is forgotten.
  ///
  /// - Throws: `TrainerError` when the folder's record cannot be read or written.
  public convenience init(resuming trainer: Trainer, in folder: RunFolder) throws {
    var record = try RunRecord.read(folder)
    record.status = .running
    try self.init(trainer, folder, record)
  }

  private init(_ trainer: Trainer, _ folder: RunFolder, _ record: RunRecord) throws {
    self.trainer = trainer
    self.folder = folder
    self.record = record
    try record.write(to: folder)
    metrics = try MetricsLog(folder.metrics, after: trainer.state.step)
    events = try EventFile(folder: folder.url, after: trainer.state.step)
  }

  /// Trains until the budget is spent or somebody asks to stop; either way the last state is saved.
  ///
  /// - Returns: `.finished` or `.stopped`.
  /// - Throws: what training throws; what was saved still stands.
  public func train(_ watcher: RunEvents = RunEvents()) throws -> RunRecord.Status {
    do {
      let status = try loop(watcher)
      try finish(status)
      return status
    } catch {
      record.status = .failed
      record.state = trainer.state
      try? record.write(to: folder)
      throw error
    }
  }

  private func loop(_ watcher: RunEvents) throws -> RunRecord.Status {
    let total = trainer.state.totalSteps
    let evaluateEvery = trainer.recipe.evaluateEvery(steps: total)
    let checkpointEvery = trainer.recipe.checkpointEvery(steps: total)
    let logEvery = max(1, total / 1000)
    if trainer.state.step == 0 { try evaluate(watcher) }
    while !trainer.isFinished {
      if watcher.shouldStop() {
        try save(watcher)
        return .stopped
      }
      let report = try trainer.step()
      if report.step == 1, let unused = trainer.untouchedParameters.first {
        watcher.warning("\(unused) got no gradient in the first step: nothing uses it")
      }
      if report.step % logEvery == 0 || trainer.isFinished { try log(report) }
      watcher.step(report, trainer.state)
      if report.step % evaluateEvery == 0 || trainer.isFinished { try evaluate(watcher) }
      if trainer.isFinished {
        try save(watcher)
      } else if report.step % checkpointEvery == 0 {
        survive(watcher) { try finishSave(watcher) }
        survive(watcher) { try beginSave() }
      } else if trainer.hasFinishedSave {
        survive(watcher) { try finishSave(watcher) }
      }
    }
    return .finished
  }

  /// A checkpoint on the way that found no room is no reason to stop.
  private func survive(_ watcher: RunEvents, _ body: () throws -> Void) {
    do { try body() } catch { watcher.warning("\(error)") }
  }

  private func finish(_ status: RunRecord.Status) throws {
    record.status = status
    record.state = trainer.state
    record.poolPeakBytes = trainer.context.device.arena.peak
    record.residentPeakBytes = ProcessMemory.peak
    try record.write(to: folder)
  }

  private func evaluate(_ watcher: RunEvents) throws {
    let report = try trainer.evaluate()
    guard report.loss.isFinite else { throw TrainerError.diverged(step: report.step, loss: report.loss) }
    var values = try watcher.measure(trainer)
    values["loss"] = report.loss
    values["accuracy"] = report.accuracy
    if let bits = report.bitsPerByte { values["bitsPerByte"] = bits }
    try log("evaluation", values, step: report.step)
    record.evaluation = report
    try finish(.running)
    watcher.evaluated(report, trainer.state)
  }

  private func save(_ watcher: RunEvents) throws {
    survive(watcher) { try finishSave(watcher) }
    try beginSave()
    try finishSave(watcher)
  }

  private func beginSave() throws {
    let url = folder.checkpoint(step: trainer.state.step)
    try trainer.beginSave(to: url)
    savedTo = url
  }

  /// Waits for a checkpoint that is being written; older ones are only removed when it stands.
  private func finishSave(_ watcher: RunEvents) throws {
    guard let url = savedTo else { return }
    savedTo = nil
    try trainer.finishSave()
    folder.prune(keepLast: trainer.recipe.keepLast, best: trainer.state.bestStep)
    watcher.saved(url)
  }

  private func log(_ report: StepReport) throws {
    try log(
      "train",
      [
        "loss": report.loss, "learningRate": report.learningRate, "gradientNorm": report.gradientNorm,
        "tokensPerSecond": Double(trainer.tokensPerStep) / report.seconds,
      ], step: report.step)
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
