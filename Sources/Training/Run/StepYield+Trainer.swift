import Settings
import Tensors
import Zoo

extension StepYield {
  /// Takes a step of `trainer` and says what it brought.
  ///
  /// - Throws: what the step throws.
  init(steppingOnce trainer: Trainer) throws {
    let before = trainer.state.supervisedTokens
    let report = try trainer.step()
    self.init(
      tokens: trainer.tokensPerStep, supervised: trainer.state.supervisedTokens - before, flops: report.flops)
  }

  /// Takes a step on shapes alone.
  ///
  /// - Throws: what training would throw.
  public init(
    _ descriptor: ModelDescriptor, _ recipe: Recipe, _ data: TrainingData, registry: Registry,
    start: TrainingStart? = nil
  ) throws {
    // Neither predictions nor products depend on the number of threads.
    let context = try Context.dry(threads: 1, seed: recipe.seed)
    try self.init(
      steppingOnce: Trainer(
        descriptor, recipe, data, registry: registry, context: context, totalSteps: 1,
        start: start))
  }
}
