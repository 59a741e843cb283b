import CommandLineKit
import Evaluation
import Foundation
import Inference
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

/// Loads runs and texts for `zoo finetune`, and writes what was found.
struct FineTuneJob {
  private let workplace: Workplace
  private let models: [FineTuningModel]
  private let texts: LabelledTexts
  private let split: LabelledSplit
  private let plan: FineTuningResults.Plan
  private let remarks: [String]
  private let isForced: Bool
  /// Where the model is kept, and what it is made from; nil: it is not.
  private let keeping: (path: String, start: TrainingStart)?

  init(_ arguments: ParsedArguments) throws {
    workplace = try Workplace(arguments)
    isForced = arguments.flag("force")
    if let folder = arguments.option("out") { _ = try Self.outputs(folder, isForced: isForced) }
    let kept = arguments.option("save")
    if let kept { try RunFolder.check(kept, option: "save") }
    let skipped = SkippedItems(arguments)
    var count = 0
    func read(_ path: String) throws -> LabelledTexts {
      let texts = try LabelledTexts.read(path, field: arguments.option("field")) {
        count += 1
        try skipped.skip($0)
      }
      count += texts.texts.count
      return texts
    }
    // What is wrong with a file is said before anything is loaded.
    let (all, test): (LabelledTexts, LabelledTexts?)
    if let path = arguments.option("data") {
      all = try read(path)
      let labels = all.labels
      test = try arguments.option("test").map(read)?.keeping { text in
        try skipped.keeps(LabelledSplit.unknownLabel(of: text, labels))
      }
    } else {
      let task = arguments.option("task").flatMap { GrammarTask(rawValue: $0) } ?? .acceptability
      all = task.draw(
        arguments.integer("texts") ?? GrammarTask.usualCount, seed: 1, notIn: GeneratedCorpus.make().source)
      test = nil
    }
    let whole = try LabelledSplit(all, test: test)
    plan = Self.plan(arguments)
    var strangers: [String] = []
    let named = try workplace.models(arguments.positionals("run"), arguments.console)
    if kept != nil, named.count > 1 {
      throw UsageError(
        "--save keeps one model, and \(named.count) are named: \(named.map(\.name).joined(separator: ", ")); name one run"
      )
    }
    keeping = kept.map { ($0, TrainingStart(named[0].checkpoint, run: named[0].reference)) }
    let loaded = try named.map { [workplace] model in
      let checkpoint = model.checkpoint
      let recipe = try Recipe.of(checkpoint, registry: workplace.registry)
      let trained = try LoadedModel(
        checkpoint, registry: workplace.registry, context: try workplace.context())
      let initial = try workplace.untrained(like: trained, named: model.name, seed: recipe.seed).model
      if recipe.data != nil { strangers.append(model.name) }
      return FineTuningModel(name: model.name, trained, initial: initial, steps: checkpoint.record.step)
    }
    func usable(_ all: LabelledTexts) throws -> LabelledTexts {
      try all.keeping { text in
        try skipped.keeps(loaded.lazy.compactMap { $0.fault(in: text, all.form, labels: whole.labels) }.first)
      }
    }
    let usableTexts = try usable(all)
    (models, texts) = (loaded, usableTexts)
    split = try LabelledSplit(usableTexts, test: try test.map(usable))
    skipped.report(of: count, on: arguments.console)
    remarks =
      arguments.isGiven("data") || strangers.isEmpty
      ? [] : ["\(strangers.joined(separator: ", ")): trained on another text than the task's sentences"]
  }

  private static func plan(_ arguments: ParsedArguments) -> FineTuningResults.Plan {
    var plan = FineTuningResults.Plan()
    let rates = arguments.numbers("learning-rate")
    let poolings = arguments.options("pooling").compactMap { Pooling(rawValue: $0) }
    // A point that is named twice is one point.
    if !rates.isEmpty { plan.learningRates = Set(rates).sorted() }
    if !poolings.isEmpty { plan.poolings = Pooling.allCases.filter(poolings.contains) }
    plan.seeds = (1...UInt64(arguments.integer("seeds") ?? 1)).map { $0 }
    plan.options.epochs = arguments.integer("epochs") ?? plan.options.epochs
    plan.options.batch = arguments.integer("batch") ?? plan.options.batch
    plan.options.isFrozen = arguments.flag("frozen")
    plan.options.head = arguments.option("head").flatMap { HeadForm(rawValue: $0) } ?? .linear
    return plan
  }

  /// Fine-tunes at every point, with progress on the console.
  func run(on console: Console) throws -> (FineTuningResults, FineTuningPredictions) {
    for remark in remarks { console.note(remark) }
    let line = ProgressLine(console)
    defer { line.finish() }
    return try comparison.run(on: try workplace.context().device) { progress in
      line.update { "\(progress.done + 1) of \(progress.total): \(progress.text)" }
    }
  }

  private var comparison: FineTuningComparison {
    FineTuningComparison(
      models, on: split, texts.form, name: texts.name, plan: plan, registry: workplace.registry)
  }

  /// Fine-tunes the model once more at the point that it chose, and writes it as a run, where that was asked for.
  ///
  /// - Returns: the folder of the run, and what its head was trained for; nil where nothing is kept.
  func keep(_ results: FineTuningResults, on console: Console) throws -> (
    folder: RunFolder, classifier: ClassifierRecord
  )? {
    guard let keeping else { return nil }
    let line = ProgressLine(console)
    defer { line.finish() }
    let found = try comparison.again(results, on: try workplace.context().device) { text in
      line.update { "again at the chosen point: \(text)" }
    }
    let (folder, lock) = try RunFolder.create(at: keeping.path, option: "save")
    return try withExtendedLifetime(lock) {
      do {
        try folder.writeOnlyCheckpoint {
          try found.tuner.save(
            to: $0, as: found.classifier, from: keeping.start, registry: workplace.registry)
        }
      } catch {
        folder.removeUnused()
        throw error
      }
      return (folder, found.classifier)
    }
  }

  /// Writes the tables of a folder.
  func write(_ results: FineTuningResults, _ predictions: FineTuningPredictions, to path: String) throws {
    _ = try OutputFile.makeFolder(path, option: "out")
    let texts = [try Console.jsonText(results) + "\n", results.gridCSV, predictions.csv]
    for (file, text) in zip(try Self.outputs(path, isForced: isForced), texts) {
      try file.write(Data(text.utf8))
    }
  }

  /// The files in a folder, tried.
  private static func outputs(_ path: String, isForced: Bool) throws -> [OutputFile] {
    try OutputFile.files(
      [("results.json", .json), ("grid.csv", .grid), ("predictions.csv", .predictions)], in: path,
      option: "out",
      isForced: isForced)
  }
}
