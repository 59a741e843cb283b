import Evaluation
import Inference
import Reporting
import Settings
import Text
import Training
import Zoo

/// What the models of a comparison are asked after training, and what each evaluation costs beside it.
public struct EvaluationPlan {
  /// An evaluation with its cost.
  public struct Cost {
    /// Its name.
    public let name: String
    /// The largest cost of a model as a part of its training; nil where the evaluation states none, or the length of the
    /// training is not known.
    public let share: Double?
    /// The model that it is the cost of.
    let model: String
    /// Whether it is left out for its cost.
    public let isLeftOut: Bool

    /// Why it is left out; nil where it is made.
    package var reason: String? {
      guard isLeftOut, let share else { return nil }
      if !share.isFinite {
        return
          "\(name) is left out: what \(model) was trained on is not known, so its cost cannot be set against that; ask "
          + "for it with: --with \(name)"
      }
      return
        "\(name) is left out: it reads more than \(Number.compact(EvaluationBudget.freeTokens)) tokens and costs "
        + "\(Number.short(share)) times the training of \(model), where \(Number.short(EvaluationBudget.maxShare)) is "
        + "the limit; ask for it with: --with \(name)"
    }
  }

  /// A model that is asked.
  package struct Model {
    let name: String
    let reader: EvaluationSubject.Reader
    /// Tokens that it is trained on; nil: not known yet.
    let trained: Int?

    package init(name: String, reader: EvaluationSubject.Reader, trained: Int?) {
      self.name = name
      self.reader = reader
      self.trained = trained
    }
  }

  /// The evaluations, in the order in which they are made.
  package let all: [PlannedEvaluation]
  private let models: [Model]

  package init(_ all: [PlannedEvaluation], _ models: [Model]) {
    self.all = all
    self.models = models
  }

  /// What models will be asked that are not trained yet: of the first seed, each with its text, its forecast and what it
  /// is trained for.
  ///
  /// - Throws: `SettingsError` for an evaluation that is not registered.
  public init(
    _ design: Design, _ plans: [ArmPlan], _ data: [TrainingData], _ forecasts: [RunForecast],
    _ objectives: [any Objective], _ registry: Registry
  ) throws {
    let models = try plans.indices.map { index in
      let (plan, forecast) = (plans[index], forecasts[index])
      let steps = plan.recipe.budget.steps(forecast.step, bytesPerToken: data[index].bytesPerToken)
      return Model(
        name: plan.name,
        reader: try EvaluationSubject.Reader(plan, data[index], objectives[index], registry),
        trained: steps.map { $0 * forecast.step.tokens })
    }
    let isEmbedded = plans.allSatisfy { $0.recipe.data == nil }
    self.init(
      try PlannedEvaluation.all(design, isOneText: true, isEmbedded: isEmbedded, registry), models)
  }

  /// The evaluations with their costs.
  public var costs: [Cost] { all.map(cost) }

  /// About how long each evaluation takes.
  ///
  /// - Parameter training: seconds of every model's training, in the order of the models.
  /// - Returns: the costs with seconds; nil where an evaluation states no cost. A model whose training is not known is not
  ///   in them.
  public func times(training: [Double]) -> [(cost: Cost, seconds: Double?)] {
    all.map { planned in
      let parts = zip(models, training).compactMap { model, seconds -> Double? in
        guard let trained = model.trained, trained > 0,
          let tokens = planned.asked.evaluation.cost(model.reader)
        else { return nil }
        return seconds * EvaluationBudget.share(tokens, trained: trained)
      }
      return (cost(planned), parts.isEmpty ? nil : parts.reduce(0, +))
    }
  }

  /// What an evaluation costs the model for which that is most of its training.
  package func cost(_ planned: PlannedEvaluation) -> Cost {
    let evaluation = planned.asked.evaluation
    let known = models.compactMap { model -> (name: String, share: Double, isTooMuch: Bool)? in
      guard let trained = model.trained, let tokens = evaluation.cost(model.reader) else { return nil }
      return (
        model.name, trained > 0 ? EvaluationBudget.share(tokens, trained: trained) : .infinity,
        EvaluationBudget.isTooMuch(tokens, trained: trained)
      )
    }
    let most = known.filter(\.isTooMuch).max { $0.share < $1.share } ?? known.max { $0.share < $1.share }
    return Cost(
      name: planned.asked.settings.type, share: most?.share, model: most?.name ?? "",
      isLeftOut: !planned.isAskedFor && (most?.isTooMuch ?? false))
  }
}

extension EvaluationSubject.Reader {
  /// What the model of a plan will read.
  ///
  /// - Throws: `SettingsError` for an architecture that is not registered.
  init(_ plan: ArmPlan, _ data: TrainingData, _ objective: any Objective, _ registry: Registry) throws {
    self.init(
      plan.descriptor, data.tokenizer, startsWithToken: objective.startsWithToken,
      isEncoder: try registry.architecture(plan.descriptor.architecture).kind == .encoder)
  }
}
