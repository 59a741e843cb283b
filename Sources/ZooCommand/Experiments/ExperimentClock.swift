import CommandLineKit
import Comparison
import Experiments
import Foundation
import Training

/// The remaining time of all runs of an experiment: an initial estimate, refined while runs progress.
struct ExperimentClock {
  /// The fraction of the matrix products' peak that training small models reaches, for the estimate in advance.
  static let usualShare = 0.6

  /// Estimated seconds of every run, trials first.
  let estimates: [Double]
  /// How many of them are trials.
  let trials: Int
  private var current = 0
  private let began: Date
  private var wasDone = 0.0

  /// - Parameter peak: FLOPs per second of the fastest matrix products on this machine.
  init(
    _ plans: [ArmPlan], _ data: [TrainingData], _ forecasts: [RunForecast], peak: Double,
    tuning: Tuning? = nil
  ) {
    func steps(_ run: Int) -> Int? {
      plans[run].recipe.budget.steps(forecasts[run].step, bytesPerToken: data[run].bytesPerToken)
    }
    func seconds(_ steps: Int, _ run: Int) -> Double {
      Double(steps) * Double(forecasts[run].stepFlops) / (peak * Self.usualShare)
    }
    let trials = tuning.map { tuning in
      plans.indices.filter { plans[$0].seedNumber == 1 }.flatMap { run in
        tuning.rungs(run: tuning.steps(ofRun: steps(run))).flatMap { rung in
          [Double](repeating: seconds(rung.steps, run), count: rung.rates)
        }
      }
    }
    let runs = plans.indices.map { run in
      if case .minutes(let minutes) = plans[run].recipe.budget { return minutes * 60 }
      return seconds(steps(run) ?? 0, run)
    }
    self.init(estimates: (trials ?? []) + runs, trials: trials?.count ?? 0)
  }

  /// A clock over estimates in seconds.
  init(estimates: [Double], trials: Int = 0, began: Date = Date()) {
    self.estimates = estimates
    self.trials = trials
    self.began = began
  }

  /// Estimated seconds of all runs.
  var total: Double { estimates.reduce(0, +) }

  /// Begins a run, of which a part may be done already.
  mutating func begin(_ run: Int, done share: Double) {
    // What stood there before this session took none of its time.
    wasDone += estimates[run] * share
    current = run
  }

  /// Where all runs are, such as `run 3 of 18, 12 min left of all`.
  ///
  /// - Parameter share: how much of the current run is done.
  func words(done share: Double, now: Date = Date()) -> String {
    let done = estimates[..<current].reduce(0, +) + estimates[current] * share
    let left = Self.left(
      of: total, done: done, before: wasDone, seconds: now.timeIntervalSince(began))
    return "run \(current + 1) of \(estimates.count), \(Format.duration(left)) left of all"
  }

  /// Seconds left of an estimate, of which a part was done before and a part in the seconds since.
  static func left(of total: Double, done: Double, before: Double, seconds: Double) -> Double {
    let advanced = done - before
    // Before anything is known of this machine's pace, the estimate stands.
    let pace = advanced > 0.01 * total ? seconds / advanced : 1
    return (total - done) * pace
  }
}
