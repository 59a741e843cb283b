import Evaluation
import Foundation
import Inference
import Settings
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

/// What a comparison measures of an arm while it trains, beside what every run measures.
final class Observations {
  private let trainer: Trainer
  private let model: LoadedModel
  private let followed: FollowedEvaluations
  private let text: TextSource
  private let folder: RunFolder
  private let version: String
  /// The steps whose time is looked at: late enough to be warm, few enough to cost nothing.
  private let profiled: Range<Int>

  /// - Parameters:
  ///   - followed: what the model is asked with every evaluation of the run.
  ///   - text: the text that it is asked about.
  ///   - folder: the run's folder, in which the last answers are stored.
  init(
    _ trainer: Trainer, _ model: LoadedModel, _ followed: FollowedEvaluations, text: TextSource,
    in folder: RunFolder, version: String
  ) {
    self.trainer = trainer
    self.model = model
    self.followed = followed
    self.text = text
    self.folder = folder
    self.version = version
    let start = min(20, trainer.state.totalSteps / 2)
    profiled = start..<min(start + 20, trainer.state.totalSteps)
  }

  /// The events of a run, with these observations added.
  func watching(_ watcher: RunEvents) -> RunEvents {
    var events = watcher
    events.onEvent { [self] event in
      if case .step(let report, _) = event { lookAtTime(report.step) }
    }
    events.measure = { [self] trainer in
      // What another observer measures keeps its name.
      try figures().merging(try watcher.measure(trainer)) { _, watched in watched }
    }
    return events
  }

  /// What the model is worth as it is now, by the names in the metrics; of two evaluations with one name the first
  /// counts. The answers of the trained model are stored for the report.
  private func figures() throws -> [String: Double] {
    var values: [String: Double] = [:]
    for one in followed.all {
      let result: StoredResult
      do { result = try one.prepared.result(model, isFinal: trainer.isFinished) } catch is InferenceError {
        // This model cannot be asked so.
        continue
      }
      for figure in result.figures {
        guard let curve = figure.curve, values[curve.metric] == nil else { continue }
        values[curve.metric] = figure.value
      }
      if trainer.isFinished { store(result, of: one.asked) }
    }
    return values
  }

  /// Stores a result in the folder of the run. One that cannot be stored is measured again for the report, which says
  /// why it is not kept.
  private func store(_ result: StoredResult, of asked: AskedEvaluation) {
    // The state has the hash of the last save.
    var state = trainer.state
    state.contentHash = trainer.contentHashSoFar
    guard let question = try? asked.question(state, text, followed.readers) else { return }
    try? EvaluationStore(folder).write(result, of: question, version: version)
  }

  /// Where the time of some steps of a run went; empty when it was stopped among them, or never looked at.
  static func profile(_ folder: RunFolder) -> [Profiler.Row] {
    (try? JSONDecoder().decode(
      [Profiler.Row].self, from: InputFile.regular(profile(of: folder).path))) ?? []
  }

  private static func profile(of folder: RunFolder) -> URL { folder.url.appending(path: "profile.json") }

  private func lookAtTime(_ step: Int) {
    if step == profiled.lowerBound { trainer.context.profiler = Profiler(traceLimit: 0) }
    if step == profiled.upperBound, let profiler = trainer.context.profiler {
      // A report without this table is still a report: not worth ending a run for.
      try? RecordFile.write(profiler.table, to: Self.profile(of: folder))
      trainer.context.profiler = nil
    }
  }
}
