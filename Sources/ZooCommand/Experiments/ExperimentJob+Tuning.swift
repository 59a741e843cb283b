import CommandLineKit
import Comparison
import Experiments
import Training

extension ExperimentJob {
  /// Runs what is left of all trials, arm by arm.
  ///
  /// - Parameters:
  ///   - sides: runs the trials of several arms at once, before they are collected here; nil: one at a time.
  ///   - begins: told of every trial, by its number among all of them, and how much of it is done.
  /// - Returns: the arms with what their trials led to, none where nothing is tried; nil when a stop was
  ///   requested.
  func tune(
    _ experiment: Experiment, _ plans: [ArmPlan], _ data: [TrainingData], _ forecasts: [RunForecast],
    _ sides: SideBySideTraining?, _ events: Experiment.Events,
    begins: (_ trial: Int, _ done: Double) -> Void
  ) throws -> [TunedArm]? {
    guard let tuning = record.tuning else { return [] }
    let steps = plans.indices.map { index in
      tuning.steps(
        ofRun: plans[index].recipe.budget.steps(
          forecasts[index].step, bytesPerToken: data[index].bytesPerToken))
    }
    if let sides, try !sides.tune(tuning, plans, data, steps: steps) { return nil }
    // What a trial begins with is what every other trial of its arm does.
    var quieter = events
    quieter.run.removeSinks()
    quieter.run.onEvent { event in
      if case .evaluation(let report, _) = event, report.step == 0 { return }
      events.run.tell(event)
    }
    var tuned: [TunedArm] = []
    for index in plans.indices where plans[index].seedNumber == 1 {
      let before = tuned.count * tuning.trials
      guard
        let arm = try experiment.tune(
          plans[index], data[index], steps: steps[index], tuning, events: quieter,
          begins: { begins(before + $0, $1) })
      else { return nil }
      tuned.append(arm)
    }
    return tuned
  }

  /// Says what the trials led to.
  func show(_ tuned: [TunedArm], on console: Console) {
    guard let tuning = record.tuning else { return }
    let shown = ReportData.Tuning(tuning, tuned, names: tuned.map(\.arm))
    console.heading("Learning rates")
    var table = Table(shown.columns.map { Table.Column($0.title, $0.isNumber ? .right : .left) })
    for row in shown.rows { table.add([tuned[row.arm].arm] + row.cells) }
    console.table(table)
    for arm in tuned { arm.warning.map { console.warning($0) } }
    console.line()
  }
}
