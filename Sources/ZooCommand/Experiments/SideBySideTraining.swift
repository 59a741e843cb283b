import CommandLineKit
import Comparison
import Experiments
import Foundation
import Synchronization
import Training
import Zoo

/// Trains the arms of an experiment several at once, each in its own folder with its own share of the threads.
///
/// Nothing but those folders comes of it: the experiment then finds its arms as if it continued after a stop, so
/// that results have the same bits as of arms that were trained one after the other.
struct SideBySideTraining {
  /// The experiment with the threads of one run.
  private let experiment: Experiment
  private let width: Int
  private let progress: SideBySideProgress
  private let stop: StopSignal
  private let failures = Failures()

  /// - Parameters:
  ///   - width: runs at once.
  ///   - threads: of all of them.
  ///   - estimates: seconds of every trial and run.
  init(
    _ experiment: Experiment, width: Int, threads: Int, estimates: [Double], _ console: Console,
    _ progress: TrainingProgress
  ) {
    self.experiment = experiment.on(threads: max(1, threads / width))
    self.width = width
    self.progress = SideBySideProgress(console, progress.line, estimates: estimates)
    stop = progress.stop
  }

  /// Runs the trials of all arms.
  ///
  /// - Returns: whether it came to its end; not when a stop was requested.
  /// - Throws: what training throws; other arms are saved before.
  func tune(_ tuning: Tuning, _ plans: [ArmPlan], _ data: [TrainingData], steps: [Int]) throws -> Bool {
    let arms = plans.indices.filter { plans[$0].seedNumber == 1 }
    return try run(arms.count) { [experiment, progress] place, shouldStop in
      let index = arms[place]
      var number = place * tuning.trials
      let first = number
      _ = try experiment.tune(
        plans[index], data[index], steps: steps[index], tuning,
        events: progress.events({ number }, shouldStop: shouldStop),
        begins: {
          number = first + $0
          progress.begin(number, plans[index].name, done: $1)
        })
      return
    }
  }

  /// Trains all arms.
  ///
  /// One that fails does not end the others: `failure(of:)` says why.
  ///
  /// - Parameter first: the number of the first of them among all trials and runs.
  /// - Returns: as above.
  func train(_ plans: [ArmPlan], _ data: [TrainingData], _ forecasts: [RunForecast], first: Int) throws
    -> Bool
  {
    try run(plans.count) { [experiment, progress, failures] index, shouldStop in
      guard (try? RunRecord.read(experiment.runFolder(of: plans[index])))?.status != .finished else {
        return progress.begin(first + index, plans[index].name, done: 1)
      }
      do {
        _ = try experiment.train(
          plans[index], data[index], forecast: forecasts[index],
          events: progress.events({ first + index }, shouldStop: shouldStop))
      } catch { failures.add(error, of: plans[index].name) }
    }
  }

  /// Why an arm could not be trained; nil for one that was, or was not begun.
  func failure(of plan: ArmPlan) -> (any Error)? { failures[plan.name] }

  private func run(
    _ count: Int,
    _ body: @escaping @Sendable (_ index: Int, _ shouldStop: @escaping () -> Bool) throws -> Void
  ) throws -> Bool {
    let sides = SideBySide()
    try sides.run(count, atOnce: width) { [stop] index in
      func shouldStop() -> Bool { stop.isRequested || sides.hasFailed }
      if !shouldStop() { try body(index, shouldStop) }
    }
    return !stop.isRequested
  }
}

/// The errors of runs, by name.
private final class Failures: Sendable {
  private let errors = Mutex<[String: any Error]>([:])

  func add(_ error: any Error, of name: String) { errors.withLock { $0[name] = error } }
  subscript(name: String) -> (any Error)? { errors.withLock { $0[name] } }
}
