import Foundation
import Settings
import Text
import Training
import Zoo

extension Experiment {
  /// What has become of a trial.
  private enum Outcome {
    case stopped
    case diverged
    case ended(loss: Double)
  }

  /// Runs the trials of one arm that have not been run yet. Each is a run in a folder of its own below the
  /// arm's, and continues where it stopped.
  ///
  /// - Parameters:
  ///   - plan: the arm.
  ///   - data: the arm's own text; trials see its training part alone, with the arm's tokenizer.
  ///   - steps: how many the arm is trained for.
  ///   - tuning: the grid and the budget of a trial.
  ///   - events: told of every trial as of an arm.
  ///   - begins: called before every trial with its number, from 0 on, and the fraction of it that is done.
  /// - Returns: nil when a stop was requested.
  /// - Throws: `TrainerError` when no rate led to a loss; what training throws.
  public func tune(
    _ plan: ArmPlan, _ data: TrainingData, steps: Int, _ tuning: Tuning, events: Events,
    begins: (_ trial: Int, _ done: Double) -> Void = { _, _ in }
  ) throws -> TunedArm? {
    let folder = try trialsFolder(of: plan)
    let objective = try plan.recipe.objective(
      for: try registry.architecture(plan.descriptor.architecture), registry: registry)
    let planned = TunedArm(arm: plan.name, unit: objective.unit, seed: Tuning.seed(of: plan.recipe))
    var arm = try planned.continued(in: folder, tuning)
    guard (arm.arm, arm.unit, arm.seed) == (planned.arm, planned.unit, planned.seed) else {
      throw TrainerError(
        place: folder.shownPath,
        reason: "the trials there are those of \(arm.arm) and not of \(plan.name)",
        suggestion: "move the folder away; the trials are then run again")
    }
    var text: TrainingData?
    var (number, rates) = (0, tuning.learningRates)
    for (index, rung) in tuning.rungs(run: steps).enumerated() {
      if index > 0 { rates = arm.best(rung.rates, ofRung: index) }
      for rate in rates {
        if arm.trial(index + 1, rate) != nil {
          begins(number, 1)
        } else {
          let seen = try text ?? tuningText(of: plan, data)
          text = seen
          let trial = try tuning.trial(of: plan, rate, steps: rung.steps, run: steps, registry)
          let place = RunFolder(
            folder.appending(path: "learning-rate-\(Tuning.text(rate))-steps-\(rung.steps)"))
          let loss: Double?
          switch try outcome(of: trial, seen, in: place, events, begins: { begins(number, $0) }) {
          case .stopped: return nil
          case .diverged: loss = nil
          case .ended(let ended): loss = ended
          }
          arm.trials.append(Trial(rung: index + 1, learningRate: rate, steps: rung.steps, loss: loss))
          try arm.write(to: folder)
        }
        number += 1
      }
    }
    guard arm.chosen != nil else {
      throw TrainerError(
        place: plan.name, reason: "every learning rate that was tried diverged",
        suggestion: "try lower rates")
    }
    return arm
  }

  /// The folder of an arm's trials within the arm's own.
  private func trialsFolder(of plan: ArmPlan) throws -> URL {
    let arm = runFolder(of: plan).url
    let trials = arm.appending(path: RunFolder.trials, directoryHint: .isDirectory)
    for folder in [folder, arm, trials] { try RunFolder.make(folder) }
    return trials
  }

  /// The training part of an arm's text, its end held out.
  private func tuningText(of plan: ArmPlan, _ data: TrainingData) throws -> TrainingData {
    try TrainingData(
      try source.forTuning(share: Tuning.share), tokenizer: data.tokenizer)
  }

  private func outcome(
    of trial: ArmPlan, _ data: TrainingData, in folder: RunFolder, _ events: Events, begins: (Double) -> Void
  ) throws -> Outcome {
    do {
      guard let run = try run(trial, data, in: folder, events.run) else {
        return .stopped
      }
      let state = run.trainer.state
      begins(Double(state.step) / Double(max(1, state.totalSteps)))
      events.began(trial, run.trainer)
      guard try run.train(events.run) == .finished, let evaluation = run.record.evaluation else {
        return .stopped
      }
      return .ended(loss: evaluation.loss)
    } catch let error as TrainerError where error.isDivergence {
      return .diverged
    }
  }
}
