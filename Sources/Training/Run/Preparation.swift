import Foundation
import Kernels
import Settings
import Tensors
import Text
import Transformer
import Zoo

extension Trainer {
  /// A trainer of a fresh model, with its budget turned into steps.
  ///
  /// What a step brings is found on shapes alone. A budget in minutes is measured on a model of its own that is thrown
  /// away, so that the run itself is the same as one that was given the number of steps.
  ///
  /// - Parameters:
  ///   - descriptor: the descriptor of the model.
  ///   - recipe: the recipe.
  ///   - data: the tokenized text.
  ///   - registry: the registry of components.
  ///   - start: the model whose weights it begins with; nil: initial values.
  ///   - communicator: the processes that train this model together, which all call this.
  ///   - shouldInterrupt: called before every operation of a measurement: whether to give it up.
  ///   - makeContext: makes a context with the recipe's seed.
  /// - Returns: the trainer and, for a budget in minutes, the milliseconds a step that it was planned with.
  /// - Throws: what building throws; `SettingsError` when a warm-up that the user set is longer than
  ///   the run; `Interruption`.
  public static func prepare(
    _ descriptor: ModelDescriptor, _ recipe: Recipe, _ data: TrainingData, registry: Registry,
    start: TrainingStart? = nil,
    communicator: any Communicator = SingleProcess(), shouldInterrupt: (() -> Bool)? = nil,
    makeContext: () throws -> Context
  ) throws -> (trainer: Trainer, calibratedStepMilliseconds: Double?) {
    func trainer(_ steps: Int) throws -> Trainer {
      try Trainer(
        descriptor, recipe, data, registry: registry, context: try makeContext(), totalSteps: steps,
        start: start, communicator: communicator)
    }
    func fitting(_ steps: Int) throws -> Trainer {
      try recipe.expectScheduleFits(steps: steps)
      return try trainer(steps)
    }
    return try communicator.sharing {
      let steps = try recipe.budget.steps(
        try StepYield(descriptor, recipe, data, registry: registry, start: start) * communicator.size,
        bytesPerToken: data.bytesPerToken)
      if let steps { return (try fitting(steps), nil) }
      guard case .minutes(let minutes) = recipe.budget else {
        preconditionFailure("\(recipe.budget) has no number of steps")
      }
      let timed = try trainer(Int.max)
      timed.context.isInterrupted = shouldInterrupt
      let (step, evaluation) = try timed.measure()
      let evaluations = 21.0
      return (try fitting(max(1, Int((minutes * 60 - evaluations * evaluation) / step))), step * 1000)
    }
  }

  /// Seconds of a step (the median of a few) and of an evaluation.
  private func measure() throws -> (step: Double, evaluation: Double) {
    let began = DispatchTime.now().uptimeNanoseconds
    _ = try evaluate()
    let evaluation = Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9
    _ = try step()
    var times: [Double] = []
    // The times of the first process count for all, so that they agree on the steps.
    while try times.count < 3 || times.count < 20 && communicator.first(times.reduce(0, +)) < 3 {
      times.append(try step().seconds)
    }
    return (
      try communicator.first(times.sorted()[times.count / 2]), try communicator.first(evaluation)
    )
  }
}
