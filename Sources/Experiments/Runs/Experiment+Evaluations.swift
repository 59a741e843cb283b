import Evaluation
import Inference
import Settings
import SyntheticCorpus
import Text
import Training
import Zoo

/// The evaluations of a comparison that are followed while its models train, with the questions that all are asked.
package struct FollowedEvaluations: Sendable {
  /// One of them.
  package struct One: Sendable {
    package let asked: AskedEvaluation
    package let prepared: PreparedEvaluation
  }

  /// What the models can read, in the order of the arms; none before the text is tokenised.
  package var readers: [EvaluationSubject.Reader] = []
  /// The evaluations, in the order in which they are asked.
  package var all: [One] = []

  /// The questions of an evaluation; nil where it is not followed.
  package func prepared(_ asked: AskedEvaluation) -> PreparedEvaluation? {
    all.first { $0.asked.json == asked.json }?.prepared
  }
}

/// An evaluation of a comparison.
package struct PlannedEvaluation {
  /// The evaluation with its settings.
  package let asked: AskedEvaluation
  /// Whether the user asked for it: then it is made whatever it costs, and why a model cannot be asked is said.
  package let isAskedFor: Bool
  /// Whether all its figures are tested over seeds.
  package let isTestedOverSeeds: Bool

  /// Whether it is followed while models train.
  package var isFollowed: Bool { asked.evaluation is any FollowedEvaluation }
  /// Whether it is asked of every seed: what is followed was measured with each anyway.
  package var isOfAllSeeds: Bool { isTestedOverSeeds || isFollowed || asked.evaluation.asksEverySeed }

  /// The usual evaluations and those of a design, each once.
  ///
  /// - Throws: `SettingsError` for an evaluation of the design that is not registered.
  package static func all(_ design: Design, isOneText: Bool, isEmbedded: Bool, _ registry: Registry) throws
    -> [PlannedEvaluation]
  {
    var wanted: [PlannedEvaluation] = []
    func add(_ text: String, isTestedOverSeeds: Bool) throws {
      let asked = try AskedEvaluation(text, in: "experiment.json", registry)
      guard !wanted.contains(where: { $0.asked.json == asked.json }) else { return }
      wanted.append(
        PlannedEvaluation(asked: asked, isAskedFor: true, isTestedOverSeeds: isTestedOverSeeds))
    }
    for text in design.evaluations { try add(text, isTestedOverSeeds: true) }
    if isEmbedded { for text in design.named { try add(text, isTestedOverSeeds: false) } }
    let usual = try EvaluationBudget.usual(isOneText: isOneText, isEmbedded: isEmbedded, registry)
    return usual.filter { one in !wanted.contains { $0.asked.json == one.json } }
      .map { PlannedEvaluation(asked: $0, isAskedFor: false, isTestedOverSeeds: false) } + wanted
  }
}

extension Experiment {
  /// The usual evaluations that the registry has, and those of the design, each once.
  ///
  /// - Throws: `SettingsError` for an evaluation of the design that is not registered.
  package func evaluations(_ design: Design) throws -> [PlannedEvaluation] {
    try PlannedEvaluation.all(design, isOneText: isOneText, isEmbedded: corpus != nil, registry)
  }

  /// Makes the questions that models are asked while they train: every model the same.
  ///
  /// - Parameters:
  ///   - design: which evaluations the user asked for.
  ///   - data: the tokenised text of each plan.
  /// - Throws: `SettingsError` for an evaluation of the design that is not registered.
  public func follow(_ design: Design, _ data: [TrainingData]) throws {
    let readers = try zip(plans, data).filter { $0.0.seedNumber == 1 }.map { plan, data in
      let objective = try plan.recipe.objective(
        for: try registry.architecture(plan.descriptor.architecture), registry: registry)
      return try EvaluationSubject.Reader(plan, data, objective, registry)
    }
    let all = try evaluations(design).compactMap { planned -> FollowedEvaluations.One? in
      do {
        return try planned.asked.prepared(source, readers).map { .init(asked: planned.asked, prepared: $0) }
      } catch is InferenceError {
        // Nothing on this text can be asked so.
        return nil
      }
    }
    followed.withLock { $0 = FollowedEvaluations(readers: readers, all: all) }
  }
}
