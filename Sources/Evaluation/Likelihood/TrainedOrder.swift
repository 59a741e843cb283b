import Inference
import Settings
import Training
import Zoo

extension EvaluationSubject {
  /// Whether the model was trained to predict a token with what an order has not come to hidden: by predicting the next
  /// token, or by an objective that hides just that. A model without a run is taken to be trained at a fixed masking
  /// rate, if it predicts hidden tokens.
  func isTrained(in order: UnmaskingOrder) -> Bool {
    guard model.predicts == .hidden else { return true }
    switch taughtOrder {
    case .random: return true
    case .leftToRight: return order == .leftToRight
    case .rightToLeft: return order == .rightToLeft
    case nil: return false
    }
  }

  /// The order that the objective of the run taught; nil where it taught none, or is not known.
  private var taughtOrder: HidingOrder? {
    guard let run,
      let node = try? Node.parse(run.recipe, file: "recipe"),
      let recipe = try? Recipe.resolve(node, title: "recipe", in: run.registry.catalog),
      let architecture = try? run.registry.architecture(model.descriptor.architecture),
      let objective = try? recipe.objective(for: architecture, registry: run.registry)
    else { return nil }
    return objective.taughtOrder
  }
}
