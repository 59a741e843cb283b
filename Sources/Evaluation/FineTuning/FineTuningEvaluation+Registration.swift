import Inference
import Settings
import Training

extension FineTuningEvaluation {
  private static let learningRates = Key.numbers(
    "learningRates", 0...10, help: "learning rates of the grid; none: 3e-4, 1e-3 and 3e-3")
  private static let poolings = Key.texts(
    "poolings", help: "poolings of the grid, of first, last, mean and pooler; none: the first three")

  /// - Throws: `SettingsError` when the name is taken.
  static func register(in registry: inout Registry) throws {
    try registry.add(
      "fine-tuning", to: .evaluation,
      summary:
        "accuracy after fine-tuning on a task of the embedded grammar, from trained and untrained weights",
      keys: [task, texts, epochs, batch, learningRates, poolings, seeds, frozen], source: "Dodge et al. 2019"
    ) { settings in
      var plan = FineTuningResults.Plan()
      // A point that is named twice is one point.
      let rates = Set(settings[learningRates]).sorted()
      if !rates.isEmpty { plan.learningRates = rates }
      let chosen = try settings[poolings].map(pooling)
      if !chosen.isEmpty { plan.poolings = Pooling.allCases.filter(chosen.contains) }
      plan.seeds = (1...UInt64(settings[seeds])).map { $0 }
      plan.options.epochs = settings[epochs]
      plan.options.batch = settings[batch]
      plan.options.isFrozen = settings[frozen]
      return FineTuningEvaluation(settings[task], texts: settings[texts], plan: plan)
    }
  }

  private static func pooling(_ name: String) throws -> Pooling {
    if let known = Pooling(rawValue: name) { return known }
    let all = Pooling.allCases.map(\.rawValue)
    throw SettingsError(
      title: "fine-tuning",
      problems: [
        Problem(
          path: "poolings", found: "\"\(name)\"", allowed: all.joined(separator: ", "),
          reason: "there is no such pooling", nearest: nearestName(to: name, among: all))
      ])
  }
}
