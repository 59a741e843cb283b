import Evaluation
import Inference
import Reporting
import Settings
import Text
import Training
import Zoo

/// What the models of a comparison are asked after training, and what each evaluation costs beside it.
public struct EvaluationPlan {
  /// An evaluation to make.
  struct Wanted {
    /// The evaluation.
    let asked: AskedEvaluation
    /// Whether it was asked for: then it is made whatever it costs, and why a model cannot be asked is said.
    let isAskedFor: Bool
    /// Whether the models of all seeds are asked: what decides no seed is asked of the first alone.
    let isOfAllSeeds: Bool
  }

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
    var reason: String? {
      guard isLeftOut, let share else { return nil }
      return
        "\(name) is left out: it costs \(Number.percent(share, 0)) of the training of \(model), and what is not asked "
        + "for may cost \(Number.percent(EvaluationBudget.maxShare, 0)); ask for it with: --with \(name)"
    }
  }

  /// A model that is asked.
  struct Model {
    let name: String
    let reader: EvaluationSubject.Reader
    /// Tokens that it is trained on; nil: not known yet.
    let trained: Int?
  }

  /// The evaluations: the usual ones, then those that were asked for, each once.
  let all: [Wanted]
  private let models: [Model]

  /// - Throws: `SettingsError` for an evaluation that is not registered.
  init(_ design: Design, _ models: [Model], isOneText: Bool, isEmbedded: Bool, _ registry: Registry) throws {
    self.models = models
    var wanted: [Wanted] = []
    func add(_ text: String, isOfAllSeeds: Bool) throws {
      let asked = try AskedEvaluation(text, in: "experiment.json", registry)
      guard !wanted.contains(where: { $0.asked.json == asked.json }) else { return }
      wanted.append(Wanted(asked: asked, isAskedFor: true, isOfAllSeeds: isOfAllSeeds))
    }
    for text in design.evaluations { try add(text, isOfAllSeeds: true) }
    if isEmbedded { for text in design.named { try add(text, isOfAllSeeds: false) } }
    let usual = try EvaluationBudget.usual(isOneText: isOneText, isEmbedded: isEmbedded, registry)
    all =
      usual.filter { one in !wanted.contains { $0.asked.json == one.json } }
      .map { Wanted(asked: $0, isAskedFor: false, isOfAllSeeds: false) } + wanted
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
        reader: EvaluationSubject.Reader(
          plan.descriptor, data[index].tokenizer, startsWithToken: objectives[index].startsWithToken,
          isEncoder: try registry.architecture(plan.descriptor.architecture).kind == .encoder),
        trained: steps.map { $0 * forecast.step.tokens })
    }
    try self.init(
      design, models, isOneText: true, isEmbedded: plans.allSatisfy { $0.recipe.data == nil }, registry)
  }

  /// The evaluations with their costs.
  public var costs: [Cost] { all.map(cost) }

  /// What an evaluation costs the model for which that is most of its training.
  func cost(_ wanted: Wanted) -> Cost {
    let evaluation = wanted.asked.evaluation
    let known = models.compactMap { model -> (name: String, share: Double, isTooMuch: Bool)? in
      guard let trained = model.trained, let tokens = evaluation.cost(model.reader) else { return nil }
      return (
        model.name, EvaluationBudget.share(tokens, trained: trained),
        EvaluationBudget.isTooMuch(tokens, trained: trained)
      )
    }
    let most = known.filter(\.isTooMuch).max { $0.share < $1.share } ?? known.max { $0.share < $1.share }
    return Cost(
      name: wanted.asked.settings.type, share: most?.share, model: most?.name ?? "",
      isLeftOut: !wanted.isAskedFor && (most?.isTooMuch ?? false))
  }
}
