import Evaluation
import Inference
import Settings
import SyntheticCorpus
import Text
import Training
import Zoo

/// The evaluations of a comparison that are followed while its models train, with the questions that all are asked.
struct FollowedEvaluations: Sendable {
  /// One of them.
  struct One: Sendable {
    let asked: AskedEvaluation
    let prepared: PreparedEvaluation
  }

  /// What the models can read, in the order of the arms; none before the text is tokenised.
  var readers: [EvaluationSubject.Reader] = []
  /// The evaluations, in the order in which they are asked.
  var all: [One] = []

  /// The questions of an evaluation; nil where it is not followed.
  func prepared(_ asked: AskedEvaluation) -> PreparedEvaluation? {
    all.first { $0.asked.json == asked.json }?.prepared
  }
}

/// An evaluation of a comparison.
struct PlannedEvaluation {
  /// The evaluation with its settings.
  let asked: AskedEvaluation
  /// Whether the user asked for it, so that all its figures are tested over seeds.
  let isAskedFor: Bool

  /// Whether it is followed while models train.
  var isFollowed: Bool { asked.evaluation is any FollowedEvaluation }
  /// Whether it is asked of every seed: what is followed was measured with each anyway.
  var isOfAllSeeds: Bool { isAskedFor || isFollowed }
}

extension Experiment {
  /// What every comparison asks, the most telling first. The numbers of questions are the same for every budget, so that
  /// models of several budgets are asked alike. With 200 hidden words a proportion near one half is known to 7 points.
  /// Of minimal pairs an encoder reads each sentence once a token for each measure, which costs as much as training on
  /// about 250,000 tokens.
  private static let usual: [(name: String, settings: String, needsGrammar: Bool)] = [
    ("cloze", "", true), ("hidden-words", ", count: 200", false), ("verb-forms", "", true),
    ("minimal-pairs", ", count: 40", true),
  ]

  /// The usual evaluations that the registry has, and those of the design, each once.
  ///
  /// - Throws: `SettingsError` for an evaluation of the design that is not registered.
  func evaluations(_ design: Design) throws -> [PlannedEvaluation] {
    let wanted = try design.evaluations.map { try AskedEvaluation($0, in: "experiment.json", registry) }
    let known = Set(registry.catalog.declarations(family: Family.evaluation.name).map(\.name))
    let usual = try Self.usual.compactMap { name, settings, needsGrammar -> AskedEvaluation? in
      guard isOneText, !needsGrammar || corpus != nil, known.contains(name) else { return nil }
      return try AskedEvaluation("{ type: '\(name)'\(settings) }", in: "comparison", registry)
    }
    return usual.filter { one in !wanted.contains { $0.json == one.json } }
      .map { PlannedEvaluation(asked: $0, isAskedFor: false) }
      + wanted.map { PlannedEvaluation(asked: $0, isAskedFor: true) }
  }

  /// Makes the questions that models are asked while they train: every model the same.
  ///
  /// - Parameters:
  ///   - design: which evaluations the user asked for.
  ///   - data: the tokenised text of each plan.
  /// - Throws: `SettingsError` for an evaluation of the design that is not registered.
  public func follow(_ design: Design, _ data: [TrainingData]) throws {
    let readers = zip(plans, data).filter { $0.0.seedNumber == 1 }.map { plan, data in
      EvaluationSubject.Reader(tokenizer: data.tokenizer, context: plan.descriptor.context)
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
