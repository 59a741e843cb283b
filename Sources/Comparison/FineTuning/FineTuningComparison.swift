import Inference
import Reporting
import Settings
import Statistics
import Tensors
import Text
import Training
import Transformer
import Zoo

/// A trained model to fine-tune, and the values that it began pretraining with.
public struct FineTuningModel {
  /// The name in tables.
  public let name: String
  /// Pretraining steps.
  public let steps: Int
  let descriptor: ModelDescriptor
  let tokenizer: any Tokenizer
  let startsWithToken: Bool
  let kind: ArchitectureKind
  let seesFuture: Bool
  /// The values to begin with, by name.
  let starts: [(name: String, values: ParameterValues)]

  /// How it reads labelled texts.
  func encoder(labels: [String]) -> LabelledEncoder {
    LabelledEncoder(
      tokenizer, startsWithToken: startsWithToken, context: descriptor.context, labels: labels)
  }

  /// Why the model cannot read a labelled text; nil where it can.
  package func fault(in text: LabelledText, _ form: LabelledTexts.Form, labels: [String]) -> TextError? {
    do { _ = try encoder(labels: labels).encode(text, form) } catch { return error as? TextError }
    return nil
  }

  /// A model.
  ///
  /// - Parameter initial: the same model with the values that it had before training.
  public init(name: String, _ trained: LoadedModel, initial: any LanguageModel, steps: Int) {
    self.name = name
    self.steps = steps
    descriptor = trained.descriptor
    tokenizer = trained.tokenizer
    startsWithToken = trained.startsWithToken
    kind = trained.kind
    seesFuture = trained.model.mask.seesFuture
    starts = [
      ("trained", ParameterValues(trained.model.parameters)),
      ("untrained", ParameterValues(initial.parameters)),
    ]
  }
}

/// Fine-tunes models on one task with the same head, epochs and grid, and compares them on the same test
/// texts.
///
/// Each model and each start chooses its point of the grid on the development texts; what is compared was
/// measured on the test texts at that point. Points of one seed see the texts in the same order.
///
/// - Source: choosing by a development set from one grid for all: Dodge et al., "Show your work", 2019.
public struct FineTuningComparison {
  /// How far the work is.
  public struct Progress: Sendable {
    /// Fine-tunings that are finished, and all.
    public let done: Int
    public let total: Int
    /// What is under way, in words.
    public let text: String
  }

  private let models: [FineTuningModel]
  private let split: LabelledSplit
  private let form: LabelledTexts.Form
  private let name: String
  private let plan: FineTuningResults.Plan
  private let registry: Registry

  /// A comparison of models, at least one, on a task.
  ///
  /// - Parameters:
  ///   - name: the task's name.
  ///   - plan: a grid with at least one point.
  public init(
    _ models: [FineTuningModel], on split: LabelledSplit, _ form: LabelledTexts.Form, name: String,
    plan: FineTuningResults.Plan, registry: Registry
  ) {
    self.models = models
    self.split = split
    self.form = form
    self.name = name
    self.plan = plan
    self.registry = registry
  }

  /// What one model and start came to.
  private struct Tuned {
    let name: String
    let start: FineTuningResults.Start
    /// The test's predictions at the chosen point, `[seeds][texts][labels]`.
    let predictions: [[[Int32]]]
  }

  /// Fine-tunes all models at all points.
  ///
  /// - Returns: the results, and the test's predictions at the chosen points.
  /// - Throws: `TextError` for a text that a model cannot read; `MemoryError`.
  public func run(on device: any Device, progress: (Progress) -> Void = { _ in }) throws -> (
    results: FineTuningResults, predictions: FineTuningPredictions
  ) {
    let total = models.reduce(0) { $0 + $1.starts.count } * plan.points.count
    var done = 0
    var tuned: [[Tuned]] = []
    var reports: [FineTuningResults.Model] = []
    var tests: [[LabelledExample]] = []
    for model in models {
      let encoder = model.encoder(labels: split.labels)
      func examples(_ texts: [LabelledText]) throws -> [LabelledExample] {
        try texts.map { try encoder.encode($0, form) }
      }
      let parts = try [split.train, split.development, split.test].map(examples)
      let starts = try model.starts.map { start in
        try tune(model, start.values, named: start.name, parts, on: device) { text in
          progress(Progress(done: done, total: total, text: "\(model.name), \(start.name), \(text)"))
        } finished: {
          done += 1
        }
      }
      tuned.append(starts)
      tests.append(parts[2])
      reports.append(
        FineTuningResults.Model(
          name: model.name, kind: "\(model.kind)", steps: model.steps,
          cut: parts.reduce(0) { $0 + $1.count(where: \.isCut) }, starts: starts.map(\.start)))
    }
    let results = FineTuningResults(
      task: task(tests[0]), plan: plan, models: reports, differences: differences(tuned, tests[0]),
      notes: notes(reports))
    return (
      results,
      FineTuningPredictions(
        labels: split.labels, seeds: plan.seeds, texts: split.test,
        columns: tuned.flatMap { $0 }.map { ($0.name, $0.predictions) })
    )
  }

  /// One model from one start at every point.
  private func tune(
    _ model: FineTuningModel, _ values: ParameterValues, named start: String, _ parts: [[LabelledExample]],
    on device: any Device, progress: (String) -> Void, finished: () -> Void
  ) throws -> Tuned {
    var points: [FineTuningResults.GridPoint] = []
    var predictions: [[[Int32]]] = []
    for point in plan.points {
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
      predictions.append(try tuner.predictions(parts[2]))
      points.append(
        FineTuningResults.GridPoint(
          point: point, loss: loss, development: scores(try tuner.predictions(parts[1]), 1),
          test: scores(predictions[predictions.count - 1], 2)))
      finished()
    }
    let chosen = Self.best(points, seeds: plan.seeds.count)
    return Tuned(
      name: "\(model.name) \(start)",
      start: FineTuningResults.Start(name: start, points: points, chosen: points[chosen].point),
      predictions: Array(predictions[chosen..<chosen + plan.seeds.count]))
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

  /// Later models against the first, and each trained against untrained.
  private func differences(_ tuned: [[Tuned]], _ test: [LabelledExample]) -> [FineTuningResults.Difference] {
    let trained = tuned.map { $0[0] }
    var found =
      trained.dropFirst().map { difference($0, trained[0], test) }
      + tuned.map { difference($0[0], $0[1], test) }
    let corrected: [Double?] =
      plan.seeds.count > 1
      ? JointSignFlips(found.map(\.perSeed)).corrected : holm(found.map { $0.difference.probability ?? 1 })
    for index in found.indices where found[index].difference.probability != nil {
      found[index].difference.corrected = corrected[index]
    }
    return found.map(\.difference)
  }

  /// Two models on the test texts, and how they differ with every seed.
  private func difference(_ left: Tuned, _ right: Tuned, _ test: [LabelledExample])
    -> (difference: FineTuningResults.Difference, perSeed: [Double])
  {
    func hits(_ predictions: [[Int32]]) -> [Int] {
      zip(predictions, test).map { zip($0, $1.wanted).count { $0 == $1 } }
    }
    let pairs = zip(left.predictions, right.predictions).map { (left: hits($0), right: hits($1)) }
    let perText = test.indices.map { text in
      pairs.reduce(0.0) { $0 + Double($1.left[text] - $1.right[text]) } / Double(pairs.count)
    }
    let seeds = PairedComparison(
      left.start.results.map(\.test.accuracy.value), right.start.results.map(\.test.accuracy.value))
    let isOneEach = test.allSatisfy { $0.wanted.count == 1 }
    let probability: Double? =
      if pairs.count > 1 {
        seeds.signFlip
      } else if isOneEach {
        mcNemar(perText.count { $0 > 0 }, perText.count { $0 < 0 })
      } else {
        nil
      }
    let difference = FineTuningResults.Difference(
      left: left.name, right: right.name,
      texts: .difference(sums: perText, counts: test.map(\.wanted.count)),
      seeds: pairs.count > 1
        ? Measured(seeds.mean, interval: seeds.interval()?.within(-1...1)) : nil,
      probability: probability)
    return (difference, seeds.differences)
  }

  private func notes(_ reports: [FineTuningResults.Model]) -> [String] {
    let blind = models.filter { !$0.seesFuture }.map(\.name)
    var notes: [String] = []
    if plan.poolings.contains(.first), !blind.isEmpty {
      let names = blind.joined(separator: ", ")
      notes.append(
        form == .tagging
          ? "first: in \(names) a word's first token has not read the rest of the word"
          : "first: in \(names) the first token has read nothing but itself")
    }
    for report in reports where report.cut > 0 {
      notes.append(
        "\(report.name): texts longer than it reads, which were cut: \(report.cut)"
          + (form == .tagging ? "; words that were cut count as wrong" : ""))
    }
    if split.testSeenBefore > 0 {
      notes.append("\(split.testSeenBefore) test texts are also in the training or development split")
    }
    let tests = 2 * models.count - 1
    let fewest = SeedComparison.minSeeds(tests: tests)
    if plan.seeds.count == 1 {
      notes.append(
        "one seed: differences describe these fine-tuned models, not repeated fine-tuning")
    } else if plan.seeds.count < fewest {
      notes.append(
        "\(Number.counted(tests, "comparison")) need \(Number.counted(fewest, "seed")) to be decided at the 5 % level"
      )
    }
    notes.append(
      "one pretraining run per model: the differences do not describe other pretraining runs")
    return notes
  }
}
