import Evaluation
import Foundation
import Inference
import Settings
import Synchronization
import SyntheticCorpus
import Tensors
import Text
import Training
import Transformer
import Zoo

/// Trains several models on one text with one budget and measures them alike.
///
/// Each arm's context has the same seed, and random numbers are keyed by name: tensors of one name and
/// shape start equal, and every arm is dealt the same windows in the same order.
public final class Experiment: Sendable {
  /// What somebody who watches is told.
  public struct Events {
    /// An arm begins: its plan, its trainer.
    public var began: (ArmPlan, Trainer) -> Void = { _, _ in }
    /// An arm's run events; the experiment adds its own measurements.
    public var run = RunEvents()
    /// An arm is trained.
    public var finished: (ArmResult) -> Void = { _ in }

    /// Nobody watches.
    public init() {}
  }

  /// The models.
  public let plans: [ArmPlan]
  /// The text that all arms read.
  public let source: TextSource
  /// The embedded corpus with its items and its floor; nil for other text.
  public let corpus: GeneratedCorpus?
  /// The folder of the comparison.
  public let folder: URL
  let registry: Registry
  let threads: Int
  private let version: String
  /// The hidden words that all arms are asked; drawn when the text is tokenised.
  let words = Mutex<[HiddenWordItem]>([])
  /// The items by evidence that all arms are asked: those of the frozen ones that fit every context, none for text
  /// without a grammar.
  let evidence = Mutex<[EvidenceItem]>([])

  /// An experiment over `plans`, whose recipes name one text.
  ///
  /// - Throws: `TextError` when the text cannot be read; `TrainerError` when the arms' recipes name several texts
  ///   or evaluate on different parts of it.
  public init(_ plans: [ArmPlan], registry: Registry, folder: URL, threads: Int, version: String) throws {
    try ArmPlan.expectDistinctNames(plans)
    self.plans = plans
    self.registry = registry
    self.folder = folder
    self.threads = threads
    self.version = version
    try Self.expectOneText(plans)
    let corpus = plans[0].recipe.data == nil ? GeneratedCorpus.make() : nil
    self.corpus = corpus
    source = try TrainingData.source(
      for: plans[0].recipe, embedded: (corpus ?? GeneratedCorpus.make()).source)
  }

  /// All arms read one text and are evaluated on the same windows of it; another setting of one arm would be
  /// ignored, and so is refused.
  private static func expectOneText(_ plans: [ArmPlan]) throws {
    guard let first = plans.first else {
      throw TrainerError(place: "comparison", reason: "no model is named", mend: "name two, such as bert gpt")
    }
    for setting in ["data", "heldOutShare", "tuningShare", "evaluationWindows"] {
      func value(_ plan: ArmPlan) -> String {
        plan.recipe.settings.listing.first { $0.path == setting }?.value ?? "null"
      }
      guard let other = plans.first(where: { value($0) != value(first) }) else { continue }
      throw TrainerError(
        place: "recipe.\(setting)",
        reason:
          "it is \(value(first)) for \(first.name) and \(value(other)) for \(other.name), and all models of a "
          + "comparison read one text and are evaluated on the same windows",
        mend: "give it once for all with --set recipe.\(setting)=VALUE, or compare in two runs")
    }
  }

  private init(_ other: Experiment, threads: Int) {
    (plans, source, corpus, folder) = (other.plans, other.source, other.corpus, other.folder)
    (registry, version) = (other.registry, other.version)
    let drawn = other.words.withLock { $0 }
    words.withLock { $0 = drawn }
    let chosen = other.evidence.withLock { $0 }
    evidence.withLock { $0 = chosen }
    self.threads = threads
  }

  /// The same experiment on another number of threads, which changes no result: what several runs at once
  /// divide among them.
  public func on(threads: Int) -> Experiment { Experiment(self, threads: threads) }

  /// The tokenised text of an arm: arms that name the same tokenizer share one.
  public func data() throws -> [TrainingData] {
    var made: [(settings: Node, data: TrainingData)] = []
    let data = try plans.map { plan -> TrainingData in
      let settings = plan.descriptor.settings.component("tokenizer")
      if let known = made.first(where: { $0.settings == settings.node() }) { return known.data }
      let data = try TrainingData(source, settings: settings)
      made.append((settings.node(), data))
      return data
    }
    drawItems(data)
    return data
  }

  /// Draws what all arms are asked: hidden words, none where the text has no words or no passage fits every arm's
  /// context, and items by evidence.
  private func drawItems(_ data: [TrainingData]) {
    var readers: [(settings: Node, tokenizer: any Tokenizer, context: Int)] = []
    for (plan, data) in zip(plans, data) {
      let (settings, context) = (
        plan.descriptor.settings.component("tokenizer").node(), plan.descriptor.context
      )
      if readers.contains(where: { $0.settings == settings && $0.context == context }) { continue }
      readers.append((settings, data.tokenizer, context))
    }
    let items = HiddenWordItem.draw(
      Self.hiddenWordCount, from: source, readers: readers.map { ($0.tokenizer, $0.context) })
    words.withLock { $0 = items }
    guard corpus != nil else { return }
    let chosen = EvidenceItem.frozen(where: { item in
      readers.allSatisfy { ClozeScoring.fits(item, $0.tokenizer, context: $0.context) }
    })
    evidence.withLock { $0 = chosen }
  }

  /// How many hidden words are asked, where the text has them: so that a share near one half is known to 7 points. The
  /// same for every budget, so that models of several budgets are asked alike.
  private static let hiddenWordCount = 200

  /// The plan of every arm with its vocabulary filled in.
  public func completed(_ data: [TrainingData]) throws -> [ArmPlan] {
    try zip(plans, data).map { plan, data in
      plan.replacing(
        descriptor: try registry.descriptor(
          plan.descriptor, vocabulary: data.tokenizer.vocabularySize))
    }
  }

  /// What every arm will need, before anything is trained.
  public func forecasts(_ plans: [ArmPlan], _ data: [TrainingData]) throws -> [RunForecast] {
    try zip(plans, data).map {
      try RunForecast($0.descriptor, $0.recipe, $1, registry: registry, threads: threads)
    }
  }

  /// Trains one arm and measures it. An arm that was begun before goes on where it stopped; of one that
  /// was finished, only the results are collected.
  ///
  /// - Returns: nil when somebody asked to stop; the arm can then be resumed.
  /// - Throws: what training throws.
  public func train(_ plan: ArmPlan, _ data: TrainingData, forecast: RunForecast, events: Events) throws
    -> ArmResult?
  {
    let run = try run(plan, data, in: runFolder(of: plan))
    let trainer = run.trainer
    events.began(plan, trainer)
    let architecture = try registry.architecture(plan.descriptor.architecture)
    let model = LoadedModel(
      plan.descriptor, trainer.model, tokenizer: data.tokenizer, context: trainer.context,
      kind: architecture.kind,
      startsWithToken: trainer.objective.startsWithToken, predicts: trainer.objective.predicts)
    let observed = Observations(
      trainer, model, items: corpus?.items ?? [], words: words.withLock { $0 },
      evidence: evidence.withLock { $0 }, automaton: corpus?.automaton, in: run.folder)
    let status = try run.train(observed.watching(events.run))
    guard status == .finished, let evaluation = run.record.evaluation else { return nil }
    let curves = try RunCurves(run.folder)
    let choices = try observed.choices()
    func points(_ kind: KeyPath<Observations.Choices, [ChoiceContext: [Bool]]>)
      -> [ChoiceContext: [ReportData.Point]]
    {
      Dictionary(
        uniqueKeysWithValues: ChoiceContext.allCases.map {
          ($0, curves.points("evaluation", Observations.metric(kind, $0)))
        })
    }
    let result = ArmResult(
      plan: plan, kind: architecture.kind, objective: trainer.objective,
      task: plan.recipe.task(of: trainer.objective), folder: run.folder,
      record: run.record, forecast: forecast,
      trained: model,
      parametersWithoutEmbeddings: trainer.model.parameters.countWithoutEmbeddings,
      trainPoints: RunCurves.smoothed(curves.points("train", "loss"), count: 200),
      heldOutPoints: curves.points("evaluation", "loss"),
      verbPoints: points(\.verbs), verbs: choices.verbs, wordPoints: points(\.words), words: choices.words,
      divergencePoints: curves.points("evaluation", Observations.divergence(.bothSides)),
      evidence: choices.evidence,
      evaluation: evaluation, profile: observed.profile)
    events.finished(result)
    return result
  }

  /// The folder of an arm's run.
  public func runFolder(of plan: ArmPlan) -> RunFolder {
    RunFolder(folder.appending(path: plan.folderName, directoryHint: .isDirectory))
  }

  /// The run of an arm or of one of its trials: the one that stands in its folder, or a new one.
  ///
  /// - Throws: `TrainerError` when what stands there is not what was planned, or is in use.
  func run(_ plan: ArmPlan, _ data: TrainingData, in arm: RunFolder) throws -> TrainingRun {
    func makeContext(seed: UInt64) throws -> Context { try Context.cpu(threads: threads, seed: seed) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let lock = try arm.take()
    if !arm.allCheckpoints().isEmpty {
      let checkpoint = try arm.newestCheckpoint()
      let record = arm.hasRecord ? try RunRecord.read(arm) : nil
      try expect(plan, data, checkpoint, record, in: arm)
      let trainer = try Trainer.resume(
        checkpoint, record: record, registry: registry, source: TrainingData.source(for:)
      ) {
        try makeContext(seed: $0.seed)
      }
      return try TrainingRun(resuming: trainer, in: arm, lock: lock, version: version)
    }
    // One that was killed before its first checkpoint has nothing to go on from.
    try arm.beginAnew()
    let (trainer, calibrated) = try Trainer.prepare(plan.descriptor, plan.recipe, data, registry: registry) {
      try makeContext(seed: plan.recipe.seed)
    }
    return try TrainingRun(
      trainer, in: arm, lock: lock, version: version, calibratedStepMilliseconds: calibrated)
  }

  /// Checks that a run is the planned one, so that nothing is reported under the name of something else.
  private func expect(
    _ plan: ArmPlan, _ data: TrainingData, _ checkpoint: ModelFile.OpenCheckpoint, _ record: RunRecord?,
    in arm: RunFolder
  ) throws {
    let mend = "move the folder away; \(plan.name) is then trained anew"
    let planned = RunPlan(plan.descriptor, plan.recipe)
    try planned.expect(
      descriptor: checkpoint.record.descriptor, recipe: checkpoint.record.recipe ?? "{}",
      at: checkpoint.url.relativePath, mend: mend, registry)
    guard let record else { return }
    try planned.expect(
      descriptor: record.descriptor, recipe: record.recipe, at: arm.url.relativePath, mend: mend, registry)
    guard record.dataFingerprint == data.source.fingerprint else {
      throw TrainerError(
        place: arm.url.relativePath, reason: "it was trained on another text than \(data.source.name)",
        mend: mend)
    }
  }

  /// The same model with its initial values: every tensor as it was before training.
  public func untrained(_ arm: ArmResult) throws -> LoadedModel {
    let context = try Context.cpu(threads: threads, seed: arm.plan.recipe.seed)
    let model = try registry.build(arm.plan.descriptor, in: context, trains: false)
    return LoadedModel(like: arm.trained, model, in: context)
  }
}
