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
import Wording
import Zoo

/// Trains several models on one text with one budget and measures them alike.
///
/// Each arm's context has the same seed, and random numbers are keyed by name: tensors of one name and
/// shape start equal, and every arm is dealt the same windows in the same order.
public final class Experiment: Sendable {
  /// Messages for an observer.
  public struct Events {
    /// An arm begins: its plan, its trainer.
    public var began: (ArmPlan, Trainer) -> Void = { _, _ in }
    /// An arm's run events; the experiment adds its own measurements.
    public var run = RunEvents()
    /// An arm is trained.
    public var finished: (ArmResult) -> Void = { _ in }

    /// No-op callbacks.
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
  package let registry: Registry
  package let threads: Int
  package let version: String
  /// Whether all arms read one text and hold the same part of it out: runs that were trained before may not.
  public let isOneText: Bool
  /// What all arms are asked while they train.
  package let followed = Mutex(FollowedEvaluations())

  /// An experiment over `plans`, whose recipes name one text.
  ///
  /// - Parameters:
  ///   - plans: the arms with their seeds.
  ///   - registry: the registry of components.
  ///   - folder: the folder of the experiment; standard input, where the text is that, is stored in it.
  ///   - threads: the number of threads.
  ///   - version: the version of the program.
  ///   - resumed: a run of the folder that was begun already: the text must be the one that it was begun
  ///     with; nil: none was.
  /// - Throws: `TextError` when the text cannot be read; `TrainerError` when the arms' recipes name several texts
  ///   or evaluate on different parts of it, or the text is not the recorded one.
  public init(
    _ plans: [ArmPlan], registry: Registry, folder: URL, threads: Int, version: String,
    resumed: RunRecord? = nil
  ) throws {
    try ArmPlan.expectDistinctNames(plans)
    self.plans = plans
    self.registry = registry
    self.folder = folder
    self.threads = threads
    self.version = version
    try Self.expectOneText(plans)
    let corpus = plans[0].recipe.data == nil ? GeneratedCorpus.make() : nil
    self.corpus = corpus
    isOneText = true
    source = try RunText(
      of: resumed,
      open: TrainingData.source(in: registry, embedded: corpus?.source, input: .stored(in: folder))
    )
    .source(
      plans[0].recipe,
      advice: "restore the original text, or name its new place with: "
        + "\(ShellCommand("compare", "--resume", folder.shownPath, "--data", "PATH"))", registry)
  }

  /// What is known of plans whose text was read before.
  init(
    _ plans: [ArmPlan], source: TextSource, corpus: GeneratedCorpus?, isOneText: Bool,
    followed: FollowedEvaluations = FollowedEvaluations(), registry: Registry, folder: URL, threads: Int,
    version: String
  ) {
    (self.plans, self.source, self.corpus, self.isOneText) = (plans, source, corpus, isOneText)
    (self.registry, self.folder, self.threads, self.version) = (registry, folder, threads, version)
    self.followed.withLock { $0 = followed }
  }

  /// All arms read one text and are evaluated on the same windows of it; another setting of one arm would be
  /// ignored, and so is refused.
  private static func expectOneText(_ plans: [ArmPlan]) throws {
    guard let first = plans.first else {
      throw TrainerError(
        place: "comparison", reason: "no model is named", suggestion: "name two, such as bert gpt")
    }
    for setting in ["data", "heldOutShare", "tuningShare", "evaluationWindows"]
      + Recipe.readingSettings.inNaturalOrder
    {
      func value(_ plan: ArmPlan) -> String {
        plan.recipe.settings.listing.first { $0.path == setting }?.value ?? "null"
      }
      guard let other = plans.first(where: { value($0) != value(first) }) else { continue }
      throw TrainerError(
        place: "recipe.\(setting)",
        reason:
          "it is \(value(first)) for \(first.name) and \(value(other)) for \(other.name), and all models of a "
          + "comparison read one text and are evaluated on the same windows",
        suggestion: "give it once for all with --set recipe.\(setting)=VALUE, or compare in two runs")
    }
  }

  /// The same experiment on another number of threads, which changes no result: what several runs at once
  /// divide among them.
  public func on(threads: Int) -> Experiment {
    Experiment(
      plans, source: source, corpus: corpus, isOneText: isOneText, followed: followed.withLock { $0 },
      registry: registry, folder: folder, threads: threads, version: version)
  }

  /// The tokenised text of an arm: arms that name the same tokenizer share one.
  public func data() throws -> [TrainingData] {
    var made: [(settings: Node, data: TrainingData)] = []
    return try plans.map { plan -> TrainingData in
      let settings = plan.descriptor.tokenizer
      if let known = made.first(where: { $0.settings == settings.node() }) { return known.data }
      let data = try TrainingData(source, settings: settings, registry: registry)
      made.append((settings.node(), data))
      return data
    }
  }

  /// The plan of every arm with its vocabulary filled in.
  public func completed(_ data: [TrainingData]) throws -> [ArmPlan] {
    try zip(plans, data).map { plan, data in
      plan.replacing(
        descriptor: try registry.descriptor(
          plan.descriptor, vocabulary: data.tokenizer.vocabularySize))
    }
  }

  /// What every arm will need, before anything is trained.
  ///
  /// - Throws: what training would throw; `SettingsError` when a warm-up that the user set is longer
  ///   than the run.
  public func forecasts(_ plans: [ArmPlan], _ data: [TrainingData]) throws -> [RunForecast] {
    try zip(plans, data).map { plan, data in
      let forecast = try RunForecast(
        plan.descriptor, plan.recipe, data, registry: registry, threads: threads)
      let steps = plan.recipe.budget.steps(forecast.step, bytesPerToken: data.bytesPerToken)
      if let steps { try plan.recipe.expectScheduleFits(steps: steps) }
      return forecast
    }
  }

  /// Trains one arm and measures it. An arm that was begun before continues where it stopped; of one that
  /// was finished, only the results are collected.
  ///
  /// - Returns: nil when a stop was requested; the arm can then be resumed.
  /// - Throws: what training throws.
  public func train(_ plan: ArmPlan, _ data: TrainingData, forecast: RunForecast, events: Events) throws
    -> ArmResult?
  {
    guard let run = try run(plan, data, in: runFolder(of: plan), events.run)
    else { return nil }
    let trainer = run.trainer
    events.began(plan, trainer)
    let architecture = try registry.architecture(plan.descriptor.architecture)
    let model = LoadedModel(
      plan.descriptor, trainer.model, tokenizer: data.tokenizer, context: trainer.context,
      kind: architecture.kind,
      startsWithToken: trainer.objective.startsWithToken, predicts: trainer.objective.predicts,
      documents: trainer.documents)
    let observed = Observations(
      trainer, model, followed.withLock { $0 }, text: source, in: run.folder, version: version)
    let status = try run.train(observed.watching(events.run))
    guard status == .finished, let evaluation = run.record.evaluation else { return nil }
    let curves = try RunCurves(run.folder)
    let result = ArmResult(
      plan: plan, kind: architecture.kind, objective: trainer.objective,
      task: plan.recipe.task(of: trainer.objective), folder: run.folder,
      reference: run.folder.url.shownPath, record: run.record, forecast: forecast,
      trained: model,
      parametersWithoutEmbeddings: trainer.model.parameters.countWithoutEmbeddings,
      trainPoints: RunCurves.smoothed(curves.points("train", "loss"), count: 200),
      heldOutPoints: curves.points("evaluation", "loss"),
      curves: curves, sharesQuestions: true, evaluation: evaluation,
      profile: Observations.profile(run.folder))
    events.finished(result)
    return result
  }

  /// The folder of an arm's run.
  public func runFolder(of plan: ArmPlan) -> RunFolder {
    RunFolder(folder.appending(path: plan.folderName, directoryHint: .isDirectory))
  }

  /// The run of an arm or of one of its trials: the one that is in its folder, or a new one.
  ///
  /// - Parameter events: told of damaged checkpoints; asked while steps are timed for a budget in minutes whether to
  ///   give that up.
  /// - Returns: nil when it was given up; nothing has begun then.
  /// - Throws: `TrainerError` when what is there is not what was planned, or is in use.
  func run(
    _ plan: ArmPlan, _ data: TrainingData, in arm: RunFolder, _ events: RunEvents
  ) throws -> TrainingRun? {
    func makeContext(seed: UInt64) throws -> Context { try Context.cpu(threads: threads, seed: seed) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let lock = try arm.take()
    if !arm.allCheckpoints().isEmpty {
      let checkpoint = try arm.newestCheckpoint(registry: registry) { events.tell(.warning($0)) }
      let record = arm.hasRecord ? try RunRecord.read(arm) : nil
      try expect(plan, data, checkpoint, record, in: arm)
      let isMoved = try Recipe.of(checkpoint, registry: registry).data != plan.recipe.data
      let trainer = try Trainer.resume(
        checkpoint, record: record, changes: RunChanges(data: isMoved ? plan.recipe.data : nil),
        registry: registry, source: TrainingData.source(in: registry, input: .stored(in: folder))
      ) {
        try makeContext(seed: $0.seed)
      }
      return try TrainingRun(resuming: trainer, in: arm, lock: lock, version: version)
    }
    // One that was killed before its first checkpoint has nothing to continue from.
    if let record = try? RunRecord.read(arm) {
      events.tell(.warning(record.startsAgain(at: arm.url.shownPath)))
    }
    try arm.beginAnew()
    do {
      let (trainer, calibrated) = try Trainer.prepare(
        plan.descriptor, plan.recipe, data, registry: registry, shouldInterrupt: events.shouldInterrupt
      ) {
        try makeContext(seed: plan.recipe.seed)
      }
      return try TrainingRun(
        trainer, in: arm, lock: lock, version: version, calibratedStepMilliseconds: calibrated)
    } catch is Interruption { return nil }
  }

  /// Checks that a run is the planned one, so that nothing is reported under the name of something else.
  private func expect(
    _ plan: ArmPlan, _ data: TrainingData, _ checkpoint: ModelFile.OpenCheckpoint, _ record: RunRecord?,
    in arm: RunFolder
  ) throws {
    let suggestion = "move the folder away; \(plan.name) is then trained again"
    let planned = RunPlan(plan.descriptor, plan.recipe)
    try planned.expect(
      descriptor: checkpoint.record.descriptor, recipe: checkpoint.record.recipe ?? "{}",
      at: checkpoint.url.shownPath, suggestion: suggestion, registry)
    guard let record else { return }
    try planned.expect(
      descriptor: record.descriptor, recipe: record.recipe, at: arm.url.shownPath, suggestion: suggestion,
      registry)
    guard record.dataFingerprint == data.source.fingerprint else {
      throw TrainerError(
        place: arm.url.shownPath, reason: "it was trained on another text than \(data.source.shownName)",
        suggestion: suggestion)
    }
  }

  /// The same model with its initial values: every tensor as it was before training.
  public func untrained(_ arm: ArmResult) throws -> LoadedModel {
    let context = try Context.cpu(threads: threads, seed: arm.plan.recipe.seed)
    let model = try registry.build(arm.plan.descriptor, in: context, trains: false)
    return LoadedModel(like: arm.trained, model, in: context)
  }

  /// What evaluations may know of an arm's training.
  package func run(of arm: ArmResult) -> EvaluationSubject.Run {
    EvaluationSubject.Run(
      folder: arm.folder.url, step: arm.record.state.step, recipe: arm.plan.recipe.json, registry: registry,
      threads: threads
    ) { try self.untrained(arm) }
  }
}
