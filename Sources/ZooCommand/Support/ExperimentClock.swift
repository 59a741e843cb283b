import Comparison
import Foundation
import Training

/// How long all runs of an experiment will take: an estimate beforehand, which every second spent mends.
struct ExperimentClock {
  /// The share of the matrix products' peak that training small models reaches, for the estimate beforehand.
  static let usualShare = 0.6

  /// Estimated seconds of every run.
  let estimates: [Double]
  private var current = 0
  private let began: Date
  private var wasDone = 0.0

  /// - Parameter peak: FLOPs a second of the largest matrix products here.
  init(_ plans: [ArmPlan], _ data: [TrainingData], _ forecasts: [RunForecast], peak: Double) {
    self.init(
      estimates: plans.indices.map { run in
        let (budget, forecast) = (plans[run].recipe.budget, forecasts[run])
        if case .minutes(let minutes) = budget { return minutes * 60 }
        let steps = budget.steps(forecast.step, bytesPerToken: data[run].bytesPerToken) ?? 0
        return Double(steps) * Double(forecast.stepFlops) / (peak * Self.usualShare)
      })
  }

  /// A clock over estimates in seconds.
  init(estimates: [Double], began: Date = Date()) {
    self.estimates = estimates
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
    let spent = now.timeIntervalSince(began)
    let advanced = done - wasDone
    // Before anything is known of this machine's pace, the estimate stands.
    let pace = advanced > 0.01 * total ? spent / advanced : 1
    return
      "run \(current + 1) of \(estimates.count), \(Format.duration((total - done) * pace)) left of all"
  }
}
