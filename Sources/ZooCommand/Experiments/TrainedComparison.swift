import CommandLineKit
import Comparison
import Experiments
import Foundation
import Settings
import Tensors
import Training
import Wording
import Zoo

/// `zoo compare RUN RUN`: the report of models that are trained already. Nothing is trained, and the runs stay as they
/// are; the report's folder holds nothing but the report.
struct TrainedComparison {
  private let models: [TrainedModel]
  private let console: Console
  private let arguments: ParsedArguments
  private let workplace: Workplace
  /// The record of the one comparison that all models are of; nil where they are of several, or of none.
  private let record: ExperimentRecord?

  /// The options that mean something where nothing is trained.
  private static let allowed: Set<String> =
    Set(ExperimentJob.deeper.map(\.name)).union([
      "out", "data", DeclareOptions.declare.name, RecipeOptions.threads.name,
    ])

  /// Help for commands that take runs.
  static let paragraph = """


    To compare trained models, name runs, checkpoints (RUN@best, RUN@STEP) or folders of comparisons instead of \
    models. Nothing is trained. The trained models are evaluated and reported in a new folder, and the certificate \
    shows how they differ: text, tokenizer, seed, steps. For runs on different texts, the report shows what is \
    comparable: learning curves, sizes and written samples. Imported models are measured on the text of the trained \
    ones, or on --data; the certificate says unknown wherever their training would have to be known.
    """

  /// The comparison of a command line; nil where it names models to be trained.
  ///
  /// - Throws: `UsageError` for runs and models to be trained in one command, and for options of training.
  init?(_ arguments: ParsedArguments, _ workplace: Workplace) throws {
    let words = arguments.positionals("model")
    let trained = try words.filter(workplace.isTrained)
    guard !trained.isEmpty else { return nil }
    if let model = words.first(where: { !trained.contains($0) && workplace.isModel($0) }) {
      throw UsageError(
        "\(model) is an untrained model and \(trained[0]) is a trained one; train it first with: "
          + "\(ShellCommand("train", model)), and compare the two runs")
    }
    if let option = arguments.command.options.first(where: {
      arguments.isGiven($0.name) && !Self.allowed.union([PluginOptions.plugin.name]).contains($0.name)
    }) {
      throw UsageError(
        "--\(option.name) applies to training, and \(trained[0]) is already trained"
          + "; leave it out")
    }
    models = try workplace.models(words, arguments.console)
    guard models.count > 1 else {
      throw UsageError(
        "\(words[0]) is one model; name a second run, such as one listed by: "
          + "\(ShellCommand("runs"))")
    }
    self.arguments = arguments
    self.workplace = workplace
    console = arguments.console
    let homes = Set(models.map { $0.plan == nil ? nil : $0.folder?.url.deletingLastPathComponent().path })
    record =
      try homes.count == 1
      ? homes.first?.map { try ExperimentRecord.read(from: URL(fileURLWithPath: $0)) } : nil
  }

  /// Measures the models and writes the report.
  func run() throws {
    let began = Date()
    // A place that cannot be taken is said before any work.
    if let path = arguments.option("out") { try RunFolder.check(path) }
    let declared = try DeclareOptions.rows(arguments)
    let shelf = TextShelf(workplace.registry)
    let runs = try trainedRuns(shelf)
    let (folder, lock) = try RunFolder.create(
      at: arguments.option("out"),
      name: runs.filter { $0.plan.seedNumber == 1 }.map(\.plan.name)
        .joined(separator: "-"), below: workplace.runs)
    try withExtendedLifetime(lock) {
      do {
        try report(runs, shelf, in: folder.url, declared: Set(declared), since: began)
      } catch {
        folder.removeUnused()
        throw error
      }
    }
  }

  /// The runs with their texts.
  private func trainedRuns(_ shelf: TextShelf) throws -> [TrainedRun] {
    let arms = arms
    let paths = arguments.options("data").map { URL(fileURLWithPath: $0).path }
    var runs: [Int: TrainedRun] = [:]
    let isUnknown = models.map { !$0.checkpoint.record.recordsTraining }
    // Models of unknown training are measured on the text of those that were trained here.
    let order = models.indices.sorted { !isUnknown[$0] && isUnknown[$1] }
    for index in order {
      let (model, arm) = (models[index], arms[index])
      guard let folder = model.folder else {
        throw TrainerError(
          place: model.reference,
          reason: "a checkpoint without its run has no curves and no record of its text",
          suggestion: "name the run, or measure the checkpoint alone with: "
            + "\(ShellCommand("eval", model.reference, "--data", "PATH"))")
      }
      if isUnknown[index] {
        let other = order.first.flatMap { isUnknown[$0] ? nil : runs[$0] }
        runs[index] = try TrainedRun(
          imported: arm, reference: model.reference, model.checkpoint, of: folder,
          text: other?.textEdits ?? (paths.isEmpty ? [] : [Recipe.edit(data: paths)]), shelf: shelf,
          workplace.registry)
      } else {
        runs[index] = try TrainedRun(
          arm, reference: model.reference, model.checkpoint, of: folder, moved: paths.isEmpty ? nil : paths,
          shelf: shelf, workplace.registry)
      }
    }
    return models.indices.compactMap { runs[$0] }
  }

  /// Each model's place: seeds of one arm of a comparison stay seeds of one arm, where the same seeds are there for
  /// every arm; else every run is an arm of its own.
  private var arms: [(name: String, arm: String?, seedNumber: Int, against: String?)] {
    let first = Dictionary(
      models.compactMap { model in
        model.plan.flatMap { plan in plan.seedNumber == 1 ? (home(model) + plan.arm, model.name) : nil }
      }, uniquingKeysWith: { one, _ in one })
    let arms = models.map { model in model.plan.flatMap { first[home(model) + $0.arm] } }
    var seeds: [Int: UInt64] = [:]
    let isPaired =
      !arms.contains(nil)
      && models.allSatisfy { model in
        guard let plan = model.plan else { return false }
        let seed = seeds[plan.seedNumber] ?? plan.recipe.seed
        seeds[plan.seedNumber] = seed
        return seed == plan.recipe.seed
      }
      && Set(zip(models, arms).map { "\($1 ?? "") \($0.plan?.seedNumber ?? 1)" }).count == models.count
    return zip(models, arms).map { model, arm in
      let against = model.plan?.against.flatMap { first[home(model) + $0] }
      return isPaired
        ? (model.name, arm, model.plan?.seedNumber ?? 1, against) : (model.name, nil, 1, against)
    }
  }

  private func home(_ model: TrainedModel) -> String {
    (model.folder?.url.deletingLastPathComponent().path ?? "") + "/"
  }

  private func report(
    _ runs: [TrainedRun], _ shelf: TextShelf, in folder: URL, declared more: Set<String>, since began: Date
  ) throws {
    let (registry, threads) = (workplace.registry, workplace.threads)
    let experiment = try Experiment(
      trained: runs, shelf: shelf, registry: registry, folder: folder, threads: threads,
      version: ProgramVersion.current)
    let design = try ExperimentJob.deepened(
      record?.design ?? Design(), runs.map(\.plan), arguments, registry)
    let forecasts = try zip(experiment.plans, runs).map {
      try RunForecast($0, $1, registry: registry, threads: threads)
    }
    let areTwins = models.allSatisfy { ExperimentJob.publishedNames[$0.checkpoint.record.name] != nil }
    let declared =
      (record?.declared
      ?? (areTwins ? ExperimentJob.whatTwinsDifferIn : ExperimentJob.whatKindsDifferIn)).union(more)
    let arms = runs.indices.filter { runs[$0].plan.seedNumber == 1 }
    let certificate = Certificate(
      arms.map { experiment.plans[$0] }, arms.map { runs[$0].data }, arms.map { forecasts[$0] },
      objectives: try arms.map { index in
        let plan = experiment.plans[index]
        return try plan.recipe.objective(
          for: try registry.architecture(plan.descriptor.architecture), registry: registry)
      }, declared: declared, seeds: runs.map(\.plan.seedNumber).max() ?? 1, matched: record?.matched ?? []
    ).adding(Certificate.rows(of: arms.map { runs[$0] }, declared: declared))
      .withStarts(
        Dictionary(
          uniqueKeysWithValues: arms.indices.compactMap { arm in
            runs[arms[arm]].record.startedFrom.map { (arm, $0) }
          })
      )
      .withUnknownTraining(of: Set(arms.indices.filter { !runs[arms[$0]].isTrainingKnown }))
    CertificateText(certificate.rows, arms: arms.map { runs[$0].plan.name }).show(on: console)
    let isWhole = try record.map { try $0.plans(registry).count == runs.count } ?? false
    let line = PhaseLine(console)
    defer { line.end() }
    let results = try runs.indices.map { index in
      line.begin("measuring \(runs[index].plan.name)")
      return try experiment.collect(
        runs[index], as: experiment.plans[index], forecast: forecasts[index], sharesQuestions: isWhole)
    }
    let precisions = Set(runs.map(\.plan.recipe.precision))
    let peak = try GemmPeak.measure(
      try workplace.context(), precisions.count == 1 ? runs[0].plan.recipe.precision : .fp32)
    let trained = runs.reduce(0) { $0 + $1.record.state.seconds }
    var builder = ReportBuilder(
      experiment, results, certificate, command: console.commandLine,
      seconds: { trained + Date().timeIntervalSince(began) }, gemmPeak: peak, design: design)
    builder.watch = { line.begin($0) }
    var report = builder.build(
      title: record?.title ?? ExperimentJob.title(arms.map { runs[$0].plan.name }),
      version: ProgramVersion.current)
    report.footer.versions.append(
      "runs that were trained before: \(runs.map(\.reference).joined(separator: ", "))")
    line.end()
    for problem in report.problems ?? [] { console.warning(problem) }
    for note in report.heldOutNotes { console.warning(note) }
    try ExperimentJob.write(report, to: folder)
    ExperimentJob.summarise(report, on: console)
    console.line("\nreport: \(folder.appending(path: "report.html").shownPath)")
  }
}

extension RunForecast {
  fileprivate init(_ plan: ArmPlan, _ run: TrainedRun, registry: Registry, threads: Int) throws {
    try self.init(plan.descriptor, plan.recipe, run.data, registry: registry, threads: threads)
  }
}

extension Workplace {
  /// Whether a word of a command line names something trained. The name of a model or of a suite stays that, whatever
  /// folders have its name.
  fileprivate func isTrained(_ word: String) throws -> Bool {
    guard !isModel(word) else { return false }
    let run = try reference(word).run
    let places = [URL(fileURLWithPath: run, isDirectory: true), runs.appending(path: run)]
    // What looks like a run is one that was mistyped.
    return word.hasSuffix(".safetensors") || word.hasPrefix("runs/") || word.contains("@")
      || places.contains { place in
        ExperimentRecord.exists(in: place) || RunFolder(place).hasRecord
          || !RunFolder(place).allCheckpoints().isEmpty
      }
  }

  /// Whether a word names a model to be trained, with or without changes, or a suite.
  fileprivate func isModel(_ word: String) -> Bool {
    let model = ArmWords(word).model
    return (try? presets.load(model)) != nil || (try? SuiteLibrary.standard(registry).load(model)) != nil
  }
}
