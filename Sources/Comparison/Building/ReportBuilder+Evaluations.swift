import Evaluation
import Inference
import Reporting
import Settings
import Training
import Zoo

/// What the models answered to the registered evaluations that the comparison makes.
struct AskedModels {
  /// The evaluation.
  let asked: AskedEvaluation
  /// `[runs]`: what each answered, in the order in which they were asked; nil for one that cannot be asked.
  let results: [StoredResult?]
  /// Why models could not be asked, or their results not be kept, a line each.
  let refusals: [String]
}

/// A measure over seeds with the name by which a suite declares it.
typealias MeasureOfSeeds = (kind: PrimaryMeasure, measure: SeedComparison.Measure)

extension ReportBuilder {
  /// Asks all runs, of all seeds, what the design asks. What stands in the folder of a run already is taken from there.
  ///
  /// - Throws: `SettingsError` for an evaluation that is not registered.
  func askedModels() throws -> [AskedModels] {
    let readers = arms.map { EvaluationSubject.Reader($0.trained) }
    let plan = try EvaluationPlan(
      design,
      zip(arms, readers).map { arm, reader in
        EvaluationPlan.Model(name: arm.plan.name, reader: reader, trained: arm.record.state.tokens)
      }, isOneText: experiment.isOneText, isEmbedded: experiment.corpus != nil, experiment.registry)
    return try plan.all.map { wanted in
      let (asked, isAskedFor) = (wanted.asked, wanted.isAskedFor)
      if let reason = plan.cost(wanted).reason {
        return AskedModels(asked: asked, results: arms.map { _ in nil }, refusals: [reason])
      }
      var refusals: [String] = []
      let runs = wanted.isOfAllSeeds ? arms + repeats : arms
      let results = try runs.map { run -> StoredResult? in
        let name = "\(asked.settings.type) of \(run.plan.name)"
        watch("measuring \(name)")
        let subject = EvaluationSubject(
          model: run.trained, text: experiment.source, readers: readers, run: experiment.run(of: run)
        ) { watch("measuring \(name), \($0) of \($1)") }
        do {
          return try asked.ask(
            subject, run.record.state, in: EvaluationStore(run.folder), version: experiment.version
          ) { refusals.append("\(name): the result is not kept with the run: \($0)") }
        } catch let error as InferenceError {
          if isAskedFor { refusals.append("\(name): \(error)") }
          return nil
        }
      }
      return AskedModels(asked: asked, results: results, refusals: refusals)
    }
  }

  /// The evaluations, where one of them decides; else none.
  func askedForPrimary() throws -> [AskedModels] {
    guard case .figure? = design.primary else { return [] }
    return try askedModels()
  }

  /// What the report keeps and says of an evaluation: of the first seed's models.
  ///
  /// - Throws: `DecodingError` where a stored result is not one of this evaluation.
  func evaluated(_ asked: AskedModels) throws -> (evaluated: ReportData.Evaluated, verdicts: [Verdict]) {
    let presentation = try asked.asked.evaluation.presentation(
      EvaluationResults(
        asked.asked.settings.declaration,
        zip(arms.indices, asked.results).compactMap { index, result in
          result.map {
            .init(
              index: index, name: arms[index].plan.name,
              seesFuture: arms[index].trained.model.mask.seesFuture, result: $0.json)
          }
        }))
    return (
      ReportData.Evaluated(
        evaluation: asked.asked.settings.type, settings: asked.asked.listing,
        figures: asked.results.prefix(arms.count).map { ($0?.figures ?? []).map(\.plain) },
        section: presentation.section,
        methods: presentation.methods),
      presentation.verdicts
    )
  }

  /// The measures over seeds that figures of the evaluations make, by the names with which a suite declares them.
  ///
  /// - Parameter runs: `[arms][seeds]`.
  func measures(_ asked: AskedModels, _ runs: [[ArmResult]]) -> [(
    kind: PrimaryMeasure, measure: SeedComparison.Measure
  )] {
    let byName = Dictionary(
      zip((arms + repeats).map(\.plan.name), asked.results).compactMap { name, result in
        result.map { (name, $0) }
      },
      uniquingKeysWith: { first, _ in first })
    var names: [String] = []
    for figure in asked.results.compactMap({ $0 }).flatMap(\.figures)
    where figure.moreIsBetter != nil && !names.contains(figure.name) {
      names.append(figure.name)
    }
    let evaluation = asked.asked.settings.type
    return names.compactMap { name in
      let found = runs.map {
        $0.compactMap { run in byName[run.plan.name]?.figures.first { $0.name == name } }
      }
      guard let any = found.lazy.compactMap(\.first).first, let moreIsBetter = any.moreIsBetter else {
        return nil
      }
      let isShare = any.unit == EvaluationFigure.share
      return (
        .figure(evaluation: evaluation, name: name),
        SeedComparison.Measure(
          name: name, unit: isShare ? "share of items" : any.unit, moreIsBetter: moreIsBetter,
          values: zip(found, runs).map { found, runs in found.count == runs.count ? found.map(\.value) : [] })
      )
    }
  }
}
