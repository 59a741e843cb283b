import Inference
import Reporting
import Settings
import Statistics
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

/// How right a model is after fine-tuning on a task of the embedded grammar, from its trained and from its initial
/// values, as `zoo finetune` does it.
package struct FineTuningEvaluation: Evaluation {
  static let task = Key<GrammarTask>.choice(
    "task", default: .acceptability, help: "the task of the embedded grammar")
  static let texts = Key.integer(
    "texts", 20...1_000_000, default: GrammarTask.usualCount,
    help: "number of texts, rounded up so that all kinds have equally many")
  static let epochs = Key.integer(
    "epochs", 1...100_000, default: 8, help: "passes over the training texts")
  static let batch = Key.integer("batch", 1...65_536, default: 32, help: "texts per step")
  static let seeds = Key.integer("seeds", 1...1000, default: 1, help: "fine-tuning runs per grid point")
  static let frozen = Key.flag("frozen", default: false, help: "train only the head")

  private let task: GrammarTask
  private let texts: Int
  private let plan: FineTuningResults.Plan

  init(_ task: GrammarTask, texts: Int, plan: FineTuningResults.Plan) {
    self.task = task
    self.texts = texts
    self.plan = plan
  }

  /// What one model came to.
  package struct Result: Codable, Sendable {
    /// What was asked.
    var task: FineTuningResults.Task
    /// The grid.
    var plan: FineTuningResults.Plan
    /// The model at every point.
    var model: FineTuningResults.Model
    /// The test's predictions at the chosen points, `[starts][seeds][texts][labels]`.
    var predictions: [[[[Int32]]]]
    /// The right answers, `[texts][labels]`.
    var wanted: [[Int32]]
    /// Test texts that stand among the others, too.
    var testSeenBefore: Int

    /// Whether every start has predictions of every text, as only a damaged file has not.
    var isWhole: Bool {
      !model.starts.isEmpty && model.starts.count == predictions.count
        && model.starts.allSatisfy { !$0.results.isEmpty }
        && predictions.allSatisfy { seeds in
          seeds.count == plan.seeds.count && seeds.allSatisfy { $0.count == wanted.count }
        }
    }
  }

  package func measure(_ subject: EvaluationSubject) throws -> Result {
    guard GeneratedCorpus.of(subject.text) != nil else {
      throw InferenceError(
        "fine-tuning on \(task.rawValue) is measured on the embedded corpus; \(subject.text.shownName) is another text, whose "
          + "grammar is not known")
    }
    let run = try subject.expectRun()
    let model = FineTuningModel(
      name: subject.model.descriptor.name, subject.model, initial: try run.untrained().model, steps: run.step)
    let texts = task.draw(texts, seed: 1, notIn: subject.text)
    let total = model.starts.count * plan.points.count
    var done = 0
    do {
      let tuning = FineTuning(
        split: try LabelledSplit(texts), form: texts.form, name: texts.name, plan: plan,
        registry: run.registry)
      return try tuning.result(model, on: try Context.cpu(threads: run.threads, seed: 1).device) { _ in
        subject.progress(done, total)
      } finished: {
        done += 1
      }
    } catch let error as TextError {
      throw InferenceError("\(subject.model.descriptor.name): \(error)")
    }
  }

  /// From both starts at every point: three fifths of the texts in each epoch, forward and backward, and the others
  /// once.
  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    let passes = Double(2 * plan.points.count) * (Double(3 * plan.options.epochs) * 0.6 + 0.4)
    return passes * Double(texts * reader.sentenceTokens)
  }

  /// The accuracy from the trained values; and from the initial ones, which nothing is decided by.
  package func figures(of result: Result) -> [EvaluationFigure] {
    guard result.isWhole else { return [] }
    return result.model.starts.enumerated().map { index, start in
      var figure = EvaluationFigure(
        "\(result.task.name), from \(start.name) weights", start.accuracy, count: result.task.testLabels)
      if index > 0 { figure.moreIsBetter = nil }
      return figure
    }
  }
}
