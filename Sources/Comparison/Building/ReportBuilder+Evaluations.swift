import Evaluation
import Experiments
import Inference
import Reporting
import Settings
import Text
import Training
import Zoo

/// What the models answered to one evaluation of the comparison.
struct AskedModels {
  /// The evaluation.
  let planned: PlannedEvaluation
  /// By the names of the runs; none for one that cannot be asked, or was not.
  let results: [String: StoredResult]
  /// Why models could not be asked, or their results not be kept, a line each.
  let refusals: [String]
  /// Why none of the models can be asked, where the user did not ask for the evaluation; nil where one was.
  let reason: String?

  var asked: AskedEvaluation { planned.asked }

  /// A figure of a run.
  func figure(_ name: String, of run: ArmResult) -> EvaluationFigure? {
    results[run.plan.name]?.figures.first { $0.name == name }
  }

  /// One figure of every name, of the first of some runs that has it.
  func figures(of runs: [ArmResult]) -> [EvaluationFigure] {
    var found: [EvaluationFigure] = []
    for figure in runs.flatMap({ results[$0.plan.name]?.figures ?? [] })
    where !found.contains(where: { $0.name == figure.name }) {
      found.append(figure)
    }
    return found
  }
}

/// What a report keeps of an evaluation, and what that says.
struct EvaluatedModels {
  let asked: AskedModels
  let evaluated: ReportData.Evaluated
  let verdicts: [Verdict]
}

extension ReportBuilder {
  /// Asks runs what the comparison asks: those of the first seed, and where ``PlannedEvaluation/isOfAllSeeds`` the
  /// others. What is in the folder of a run already is taken from there.
  ///
  /// - Parameter isWanted: which evaluations are made.
  /// - Throws: `SettingsError` for an evaluation that is not registered.
  func askedModels(where isWanted: (PlannedEvaluation) -> Bool = { _ in true }) throws -> [AskedModels] {
    let followed = experiment.followed.withLock { $0 }
    let readers =
      followed.readers.isEmpty
      ? arms.map { EvaluationSubject.Reader($0.trained) } : followed.readers
    let plan = EvaluationPlan(
      try experiment.evaluations(design).filter(isWanted),
      arms.map {
        .init(name: $0.plan.name, reader: .init($0.trained), trained: $0.record.state.tokens)
      })
    let joint = jointModels
    return plan.all.map { planned in
      let asked = planned.asked
      if let reason = plan.cost(planned).reason {
        return AskedModels(planned: planned, results: [:], refusals: [reason], reason: nil)
      }
      // The questions are made when the first model has to be asked.
      var prepared = followed.prepared(asked)
      func measure(_ subject: EvaluationSubject, at index: Int, among models: [JointModel]) throws
        -> StoredResult
      {
        prepared = try prepared ?? asked.prepared(experiment.source, readers)
        return try prepared?.result(subject.model, isFinal: true)
          ?? asked.evaluation.stored(subject, at: index, among: models)
      }
      var refusals: [String] = []
      var reasons: [String] = []
      var results: [String: StoredResult] = [:]
      for (index, run) in (planned.isOfAllSeeds ? arms + repeats : arms).enumerated() {
        // Models of further seeds are not compared with each other.
        let models = index < arms.count ? joint : []
        let name = "\(asked.settings.type) of \(run.plan.name)"
        watch("measuring \(name)")
        let subject = EvaluationSubject(
          model: run.trained, text: experiment.source, readers: readers, run: experiment.run(of: run)
        ) { watch("measuring \(name), \($0) of \($1)") }
        do {
          results[run.plan.name] = try asked.ask(
            subject, run.record.state, at: index, among: models, in: EvaluationStore(run.folder),
            version: experiment.version, measure: { try measure(subject, at: index, among: models) }
          ) { refusals.append("\(name): the result is not kept with the run: \($0)") }
        } catch let error as InferenceError {
          if planned.isAskedFor { refusals.append("\(name): \(error)") } else { reasons.append("\(error)") }
        } catch {
          // One evaluation that fails does not take the others away.
          refusals.append("\(name): \(error)")
        }
      }
      return AskedModels(
        planned: planned, results: results, refusals: refusals,
        reason: results.isEmpty && refusals.isEmpty ? reasons.first : nil)
    }
  }

  /// The first seed's models, for evaluations that need several at once.
  private var jointModels: [JointModel] {
    arms.enumerated().map { index, arm in
      var hash = ContentHash()
      let (record, state) = (arm.record, arm.record.state)
      for part in [record.descriptor, record.recipe, "\(state.step)", state.contentHash, "\(index)"] {
        hash.add(Array((part + "\n").utf8))
      }
      return JointModel(model: arm.trained, identity: String(hash.hex.prefix(16))) {
        try experiment.untrained(arm)
      }
    }
  }

  /// The first seed's models that were asked, as an evaluation sees them.
  func results(_ asked: AskedModels) -> EvaluationResults<StoredResult> {
    EvaluationResults(
      asked.asked.settings.declaration,
      arms.indices.compactMap { index in
        asked.results[arms[index].plan.name].map {
          .init(
            index: index, name: arms[index].plan.name,
            seesFuture: arms[index].trained.model.mask.seesFuture,
            isTrainedFromLeft: isTrained(arms[index], toSee: .leftOnly), result: $0)
        }
      }, seeds: repeats.map(\.plan.seedNumber).max() ?? 1)
  }

  /// What the report keeps and says of an evaluation: of the first seed's models.
  ///
  /// - Throws: `DecodingError` where a stored result is not one of this evaluation.
  func evaluated(_ asked: AskedModels) throws -> EvaluatedModels {
    let presentation = try asked.asked.evaluation.presentation(results(asked).map(\.json))
    return EvaluatedModels(
      asked: asked,
      evaluated: ReportData.Evaluated(
        evaluation: asked.asked.settings.type, settings: asked.asked.listing,
        figures: arms.map { (asked.results[$0.plan.name]?.figures ?? []).map(\.plain) },
        section: presentation.section, methods: presentation.methods), verdicts: presentation.verdicts)
  }

  /// Why a figure of some models is compared with that of no other; nil where all may be.
  func reasonAgainst(_ figure: EvaluationFigure, _ asked: AskedModels) -> String? {
    let reasons = arms.compactMap { arm in
      asked.figure(figure.name, of: arm)?.notComparable.map { (name: arm.plan.name, reason: $0.reason) }
    }
    guard let first = reasons.first else { return nil }
    return "\(reasons.map(\.name).inWords) \(reasons.count == 1 ? "was" : "were") \(first.reason)"
  }

  /// The measures over seeds that figures of an evaluation make: all figures of one that the user asked for, of another
  /// those that can decide where nothing was declared, and those that say that they are tested.
  ///
  /// - Parameter runs: `[arms][seeds]`.
  func measures(_ asked: AskedModels, _ runs: [[ArmResult]]) -> [MeasureOfSeeds] {
    let results = results(asked)
    return asked.figures(of: runs.flatMap { $0 }).compactMap { figure -> MeasureOfSeeds? in
      guard let moreIsBetter = figure.moreIsBetter,
        asked.planned.isTestedOverSeeds || figure.defaultRank != nil || figure.isTestedOverSeeds == true
      else { return nil }
      let found = runs.map { runs -> [EvaluationFigure] in
        let found = runs.compactMap { asked.figure(figure.name, of: $0) }.filter { $0.notComparable == nil }
        return found.count == runs.count ? found : []
      }
      let hasItems = found.joined().allSatisfy { $0.sample != nil }
      return MeasureOfSeeds(
        kind: .figure(evaluation: asked.asked.settings.type, name: figure.name),
        measure: SeedComparison.Measure(
          name: figure.heading, unit: figure.isShare ? "share of items" : figure.unit,
          moreIsBetter: moreIsBetter, values: found.map { $0.map(\.value) },
          uncompared: Set(results.models.filter { !$0.isTrained(for: figure.context) }.map(\.index)),
          reason: results.reasonAgainst(figure.context),
          items: hasItems ? found.map { $0.compactMap(\.sample?.items) } : nil,
          weights: figure.sample?.weights, learntFrom: figure.learnedFrom),
        rank: figure.defaultRank)
    }
  }
}
