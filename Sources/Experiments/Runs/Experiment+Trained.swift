import Foundation
import Inference
import Reporting
import Settings
import Tensors
import Text
import Training
import Zoo

extension Experiment {
  /// A comparison of runs that were trained before. What is measured on held-out text is measured on that of all;
  /// where they read several texts, only what was logged of each is there.
  ///
  /// - Parameters:
  ///   - runs: the trained runs.
  ///   - shelf: where their texts were read.
  ///   - registry: the registry of components.
  ///   - folder: the folder of the experiment.
  ///   - threads: the number of threads.
  ///   - version: the version of the program.
  /// - Precondition: there are runs.
  public convenience init(
    trained runs: [TrainedRun], shelf: TextShelf, registry: Registry, folder: URL, threads: Int,
    version: String
  ) throws {
    try ArmPlan.expectDistinctNames(runs.map(\.plan))
    let isOneText = Set(runs.map(\.text)).count == 1
    let source = runs[0].data.source
    // Items of the grammar are asked of models that have read its text.
    let corpus = shelf.corpus.flatMap { $0.source.fingerprint == source.fingerprint ? $0 : nil }
    let plans = try Self.evaluatingAlike(runs.map(\.plan), registry)
    self.init(
      plans, source: source, corpus: isOneText ? corpus : nil, isOneText: isOneText, registry: registry,
      folder: folder, threads: threads, version: version)
  }

  /// The same plans with one number of held-out windows, the least of all.
  private static func evaluatingAlike(_ plans: [ArmPlan], _ registry: Registry) throws -> [ArmPlan] {
    let counts = plans.map { $0.recipe.evaluationWindows ?? .max }
    guard let least = counts.min(), counts.contains(where: { $0 != least }) else { return plans }
    return try plans.map { plan in
      guard plan.recipe.evaluationWindows != least else { return plan }
      return plan.replacing(
        recipe: try Recipe.resolve(
          plan.recipe.node, title: plan.name, sets: ["evaluationWindows=\(least)"],
          in: registry.catalog))
    }
  }

  /// Measures a run as one that was just trained is measured.
  ///
  /// - Parameters:
  ///   - run: the trained run.
  ///   - plan: the run's among ``plans``.
  ///   - forecast: what the run needs, by shapes alone.
  ///   - sharesQuestions: whether the run was asked the very questions while it trained that are asked now, as where
  ///     all models of one comparison are here.
  /// - Throws: `CheckpointError`, `MemoryError`.
  public func collect(
    _ run: TrainedRun, as plan: ArmPlan, forecast: RunForecast, sharesQuestions: Bool
  ) throws -> ArmResult {
    let model = try LoadedModel(
      run.checkpoint, registry: registry,
      context: try Context.cpu(threads: threads, seed: plan.recipe.seed))
    let isRecorded = plan.recipe.evaluationWindows == run.plan.recipe.evaluationWindows
    let objective = try plan.recipe.objective(
      for: try registry.architecture(plan.descriptor.architecture), registry: registry)
    let curves = try RunCurves(run.folder, to: run.record.state.step)
    return ArmResult(
      plan: plan, kind: model.kind, objective: objective, task: plan.recipe.task(of: objective),
      folder: run.folder, reference: run.reference, record: run.record, forecast: forecast, trained: model,
      parametersWithoutEmbeddings: model.model.parameters.countWithoutEmbeddings,
      trainPoints: RunCurves.smoothed(curves.points("train", "loss"), count: 200),
      heldOutPoints: curves.points("evaluation", "loss"),
      curves: curves, sharesQuestions: sharesQuestions,
      evaluation: try (isRecorded ? run.record.evaluation : nil) ?? evaluate(run, plan),
      profile: Observations.profile(run.folder), isTrainingKnown: run.isTrainingKnown)
  }

  /// The held-out loss at a checkpoint at which none was recorded.
  private func evaluate(_ run: TrainedRun, _ plan: ArmPlan) throws -> EvaluationReport {
    try Trainer(
      plan.descriptor, plan.recipe, run.data, registry: registry,
      context: try Context.cpu(threads: threads, seed: plan.recipe.seed),
      totalSteps: run.isTrainingKnown ? nil : 0,
      checkpoint: run.isTrainingKnown ? run.checkpoint : nil,
      start: run.isTrainingKnown ? nil : TrainingStart(run.checkpoint, run: run.reference)
    ).evaluate()
  }
}

extension Certificate {
  /// What trained runs differ in beside what was planned for them.
  ///
  /// - Parameters:
  ///   - runs: the trained runs.
  ///   - declared: names of rows whose difference is what the comparison is about.
  public static func rows(of runs: [TrainedRun], declared: Set<String>) -> [CertificateRow] {
    func row(_ what: String, _ values: [String], note: String) -> CertificateRow {
      let isEqual = Set(values).count == 1
      return CertificateRow(
        what: what, values: values, equal: isEqual, declared: !isEqual && declared.contains(what), note: note)
    }
    let states = runs.map(\.record.state)
    return [
      row(
        "held-out text", runs.map { "\(Number.grouped($0.data.source.heldOutBytes)) bytes" },
        note: "the length of the held-out text"),
      row(
        "steps taken", states.map { Number.grouped($0.step) }, note: "up to the checkpoint that is compared"),
      row("tokens read", states.map { Number.grouped($0.tokens) }, note: "content tokens up to then"),
      row(
        "targets so far", states.map { Number.grouped($0.supervisedTokens) },
        note: "predictions trained on up to then"),
    ]
  }
}
