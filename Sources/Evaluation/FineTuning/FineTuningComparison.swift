import Reporting
import Settings
import Tensors
import Text
import Training
import Zoo

/// Fine-tunes models on one task with the same head, epochs and grid, and compares them on the same test
/// texts.
public struct FineTuningComparison {
  /// How far the work is.
  public struct Progress: Sendable {
    /// Fine-tunings that are finished, and all.
    public let done: Int
    public let total: Int
    /// What is under way, in words.
    public let text: String
  }

  let models: [FineTuningModel]
  let tuning: FineTuning

  /// A comparison of models, at least one, on a task.
  ///
  /// - Parameters:
  ///   - models: the models.
  ///   - split: the texts to train, choose and test on.
  ///   - form: what of a text is labelled.
  ///   - name: the task's name.
  ///   - plan: a grid with at least one point.
  ///   - registry: makes the models' parts.
  public init(
    _ models: [FineTuningModel], on split: LabelledSplit, _ form: LabelledTexts.Form, name: String,
    plan: FineTuningResults.Plan, registry: Registry
  ) {
    self.models = models
    tuning = FineTuning(split: split, form: form, name: name, plan: plan, registry: registry)
  }

  /// Fine-tunes all models at all points.
  ///
  /// - Returns: the results, and the test's predictions at the chosen points.
  /// - Throws: `TextError` for a text that a model cannot read; `MemoryError`.
  public func run(on device: any Device, progress: (Progress) -> Void = { _ in }) throws -> (
    results: FineTuningResults, predictions: FineTuningPredictions
  ) {
    let total = models.reduce(0) { $0 + $1.starts.count } * tuning.plan.points.count
    var done = 0
    let found = try models.map { model in
      FineTuningResults.Tuned(
        name: model.name, seesFuture: model.seesFuture,
        result: try tuning.result(model, on: device) { text in
          progress(Progress(done: done, total: total, text: "\(model.name), \(text)"))
        } finished: {
          done += 1
        })
    }
    guard let results = FineTuningResults(found) else {
      throw TextError(
        place: tuning.name, reason: "no model is named", suggestion: "name at least one run")
    }
    return (
      results,
      FineTuningPredictions(
        labels: tuning.split.labels, seeds: tuning.plan.seeds, texts: tuning.split.test,
        columns: found.flatMap { model in
          zip(model.result.model.starts, model.result.predictions).map {
            ("\(model.name) \($0.name)", $1)
          }
        })
    )
  }
}
