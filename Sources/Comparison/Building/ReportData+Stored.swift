import Evaluation
import Inference
import Reporting
import Settings
import Zoo

extension ReportData {
  /// Adds what is in the folders of the arms' runs: of every evaluation the results at each run's latest step.
  ///
  /// Models stand in one section only where they were asked the same: settings, text, and what the models can read that
  /// were asked together. An evaluation whose plugin is not loaded, or that has changed since, is shown by its figures.
  ///
  /// - Parameters:
  ///   - stored: of every arm, in the order of ``arms``.
  ///   - registry: the registry of components.
  /// - Throws: `DecodingError` where a result is not one of its evaluation.
  public mutating func addStored(_ stored: [[StoredEvaluation]], _ registry: Registry) throws {
    var groups: [Group] = []
    for (arm, results) in stored.enumerated() {
      for one in results {
        guard let group = groups.firstIndex(where: { $0.question.asksTheSame(as: one.question) }) else {
          groups.append(Group(question: one.question, models: [(arm, one)]))
          continue
        }
        if let known = groups[group].models.firstIndex(where: { $0.arm == arm }) {
          // By name and step: the later one is the later step's.
          groups[group].models[known].stored = one
        } else {
          groups[group].models.append((arm, one))
        }
      }
    }
    groups = groups.enumerated().filter { index, group in
      !groups.enumerated().contains {
        $0.offset != index && $0.element.replaces(group, isLater: $0.offset > index)
      }
    }.map(\.element)
    let added = try groups.map { group -> Evaluated in
      let question = group.question
      let known = registry.catalog.declaration(family: Family.evaluation.name, name: question.evaluation)
      let declaration =
        known
        ?? ComponentDeclaration(
          family: Family.evaluation.name, name: question.evaluation,
          summary: "an evaluation that this program does not have", keys: [])
      // One that is not registered, or of other settings or results than today's, is shown by its figures.
      let asked = known.flatMap { _ in try? AskedEvaluation(question.settings, in: "evaluations", registry) }
        .flatMap { asked in
          group.models.allSatisfy { asked.evaluation.canRead($0.stored.storedResult) } ? asked : nil
        }
      let results = EvaluationResults(
        declaration,
        group.models.map {
          .init(
            index: $0.arm, name: name($0.arm), seesFuture: arms[$0.arm].kind == .encoder,
            isTrainedFromLeft: arms[$0.arm].isTrainedFromLeft ?? (arms[$0.arm].kind != .encoder),
            result: $0.stored.storedResult)
        })
      let presentation =
        try asked?.evaluation.presentation(results.map(\.json))
        ?? EvaluationPresentation(section: results.table(\.figures))
      // Of one model nothing is compared.
      if arms.count > 1 { conclude(presentation.verdicts) }
      return Evaluated(
        evaluation: question.evaluation,
        settings: asked?.listing ?? [:], text: group.models.first?.stored.textName,
        figures: arms.indices.map { arm in
          group.models.first { $0.arm == arm }.map { $0.stored.figures.map(\.plain) } ?? []
        }, section: presentation.section, methods: presentation.methods)
    }
    if !added.isEmpty { evaluations = (evaluations ?? []) + added }
  }
}

/// Models that were asked the same.
private struct Group {
  let question: StoredEvaluation.Question
  var models: [(arm: Int, stored: StoredEvaluation)]

  /// Whether the models of another group were asked what this one was asked, so that one section shows both: they were
  /// asked once in a comparison and once alone.
  func replaces(_ other: Group, isLater: Bool) -> Bool {
    guard question.evaluation == other.question.evaluation, question.settings == other.question.settings,
      question.text == other.question.text
    else { return false }
    let (own, others) = (Set(models.map(\.arm)), Set(other.models.map(\.arm)))
    let (readers, otherReaders) = (question.readers.count, other.question.readers.count)
    guard own == others, readers == otherReaders else {
      return own.isStrictSuperset(of: others) || (own == others && readers > otherReaders)
    }
    return isLater
  }
}

extension StoredEvaluation.Question {
  /// Whether two models were asked the same, at whatever step.
  fileprivate func asksTheSame(as other: Self) -> Bool {
    evaluation == other.evaluation && settings == other.settings && text == other.text
      && readers == other.readers
  }
}
