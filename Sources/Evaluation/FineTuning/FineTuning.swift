import Inference
import Reporting
import Settings
import Statistics
import Tensors
import Text
import Training
import Transformer
import Zoo

/// Fine-tunes models on one task, each with the same head, epochs and grid.
///
/// A model and a start choose their point of the grid on the development texts; what is measured on the test texts is
/// measured at that point. Points of one seed see the texts in the same order.
///
/// - Source: choosing by a development set from one grid for all: Dodge et al., "Show your work", 2019.
struct FineTuning {
  let split: LabelledSplit
  let form: LabelledTexts.Form
  /// The task's name.
  let name: String
  /// A grid with at least one point.
  let plan: FineTuningResults.Plan
  let registry: Registry

  /// Fine-tunes a model from all of its starts at all points.
  ///
  /// - Parameters:
  ///   - progress: told what is under way.
  ///   - finished: called after each point.
  /// - Throws: `TextError` for a text that the model cannot read; `MemoryError`.
  func result(
    _ model: FineTuningModel, on device: any Device, progress: (String) -> Void, finished: () -> Void
  ) throws -> FineTuningEvaluation.Result {
    let parts = try parts(model)
    let tuned = try model.starts.map { start in
      try tune(
        model, start.values, named: start.name, parts, on: device,
        progress: { progress("\(start.name), \($0)") }, finished: finished)
    }
    return FineTuningEvaluation.Result(
      task: task(parts[2]), plan: plan,
      model: FineTuningResults.Model(
        name: model.name, kind: "\(model.kind)", steps: model.steps,
        cut: parts.reduce(0) { $0 + $1.count(where: \.isCut) }, starts: tuned.map(\.start)),
      predictions: tuned.map(\.predictions), wanted: parts[2].map(\.wanted),
      testSeenBefore: split.testSeenBefore)
  }

  /// One model from one start at every point.
  private func tune(
    _ model: FineTuningModel, _ values: ParameterValues, named start: String, _ parts: [[LabelledExample]],
    on device: any Device, progress: (String) -> Void, finished: () -> Void
  ) throws -> (start: FineTuningResults.Start, predictions: [[[Int32]]]) {
    var points: [FineTuningResults.GridPoint] = []
    var predictions: [[[Int32]]] = []
    for point in plan.points {
      let outcome = try outcome(model, values, at: point, parts, on: device, progress: progress)
      predictions.append(outcome.predictions)
      points.append(outcome.measured)
      finished()
    }
    let chosen = Self.best(points, seeds: plan.seeds.count)
    return (
      FineTuningResults.Start(name: start, points: points, chosen: points[chosen].point),
      Array(predictions[chosen..<chosen + plan.seeds.count])
    )
  }

  /// What a model came to at one point.
  struct Outcome {
    /// The fine-tuned model.
    let tuner: FineTuner
    /// Loss and scores.
    let measured: FineTuningResults.GridPoint
    /// Of the test, `[texts][labels]`.
    let predictions: [[Int32]]
  }

  /// The splits as a model reads them: training, development, test.
  func parts(_ model: FineTuningModel) throws -> [[LabelledExample]] {
    let encoder = model.encoder(labels: split.labels)
    return try [split.train, split.development, split.test].map { texts in
      try texts.map { try encoder.encode($0, form) }
    }
  }

  /// One model at one point: the same point gives the same bits.
  func outcome(
    _ model: FineTuningModel, _ values: ParameterValues, at point: FineTuningPoint,
    _ parts: [[LabelledExample]],
    on device: any Device, progress: (String) -> Void
  ) throws -> Outcome {
    let words = "learning rate \(point.learningRate), \(point.pooling.rawValue), seed \(point.seed)"
    progress(words)
    let tuner = try FineTuner(
      model.descriptor, from: values, classes: split.labels.count, options: plan.options, at: point,
      registry: registry, on: device)
    let loss = try tuner.train(parts[0]) { epoch, _ in
      progress("\(words), \(epoch) of \(Number.counted(plan.options.epochs, "epoch"))")
    }
    func scores(_ predicted: [[Int32]], _ part: Int) -> FineTuningResults.Scores {
      FineTuningResults.Scores(predicted, of: parts[part], classes: split.labels.count)
    }
    let development = scores(try tuner.predictions(parts[1]), 1)
    let predictions = try tuner.predictions(parts[2])
    return Outcome(
      tuner: tuner,
      measured: FineTuningResults.GridPoint(
        point: point, loss: loss, development: development, test: scores(predictions, 2)),
      predictions: predictions)
  }

  /// The first of the neighbouring points, one a seed, with the highest mean development accuracy. A point
  /// whose loss was NaN counts as never right.
  static func best(_ points: [FineTuningResults.GridPoint], seeds: Int) -> Int {
    func right(_ first: Int) -> Int {
      points[first..<first + seeds].reduce(0) { $0 + ($1.loss == nil ? 0 : $1.development.right) }
    }
    let starts = Array(stride(from: 0, to: points.count, by: seeds))
    return starts.max { (right($0), -$0) < (right($1), -$1) } ?? 0
  }

  private func task(_ test: [LabelledExample]) -> FineTuningResults.Task {
    var frequency: [String: Int] = [:]
    for text in split.train { for label in text.labels { frequency[label, default: 0] += 1 } }
    let most = frequency.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    let asked = split.test.flatMap(\.labels)
    return FineTuningResults.Task(
      name: name, form: form, labels: split.labels, train: split.train.count,
      development: split.development.count, test: split.test.count, testLabels: asked.count,
      mostFrequent: Double(asked.count { $0 == most }) / Double(max(1, asked.count)))
  }
}
