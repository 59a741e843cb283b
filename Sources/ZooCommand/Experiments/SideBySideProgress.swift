import CommandLineKit
import Comparison
import Experiments
import Foundation
import Synchronization
import Training
import Wording

/// What several runs at once show: one line for all of them, and a line that stays for every evaluation.
final class SideBySideProgress: Sendable {
  /// One run or trial.
  private struct Run {
    /// Seconds that it is estimated to take.
    let estimate: Double
    /// The name, while it is under way.
    var name: String?
    /// How much of it is done, and was before this session.
    var done = 0.0
    var before = 0.0
  }

  private let console: Console
  private let line: ProgressLine
  private let began: Date
  private let runs: Mutex<[Run]>

  /// - Parameter estimates: seconds of every run and trial.
  init(_ console: Console, _ line: ProgressLine, estimates: [Double], began: Date = Date()) {
    self.console = console
    self.line = line
    self.began = began
    runs = Mutex(estimates.map { Run(estimate: $0) })
  }

  /// A run begins, of which a part may be done already.
  func begin(_ run: Int, _ name: String, done: Double) {
    runs.withLock { runs in
      runs[run].name = done < 1 ? name : nil
      (runs[run].done, runs[run].before) = (done, done)
    }
  }

  /// A run has come further.
  func advance(_ run: Int, done: Double) {
    runs.withLock { runs in
      runs[run].done = done
      if done >= 1 { runs[run].name = nil }
    }
    line.update { words() }
  }

  /// Where all runs are: `3 of 18 runs done, under way: gpt 45 %, bert 12 %, 12 min left of all`.
  func words(now: Date = Date()) -> String {
    runs.withLock { runs in
      func sum(_ share: (Run) -> Double) -> Double { runs.reduce(0) { $0 + $1.estimate * share($1) } }
      let left = ExperimentClock.left(
        of: sum { _ in 1 }, done: sum(\.done), before: sum(\.before), seconds: now.timeIntervalSince(began))
      let underWay = runs.compactMap { run in
        run.name.map { "\($0) \(Format.percent(run.done, 0))" }
      }
      return "\(runs.count { $0.done >= 1 }) of \(Format.counted(runs.count, "run")) done, in progress: "
        + "\(underWay.joined(separator: ", ")), \(Format.duration(left)) left of all"
    }
  }

  /// The events of one run after the other on one thread.
  ///
  /// - Parameters:
  ///   - run: the number of the run that is under way.
  ///   - shouldStop: called before every step, and within it.
  func events(_ run: @escaping () -> Int, shouldStop: @escaping () -> Bool) -> Experiment.Events {
    var events = Experiment.Events()
    var (name, unit) = ("", "")
    events.began = { [self] plan, trainer in
      (name, unit) = (plan.name, trainer.objective.unit)
      let state = trainer.state
      begin(run(), name, done: Double(state.step) / Double(max(1, state.totalSteps)))
      line.note(
        console.styled(name, .bold)
          + ": \(trainer.objective.name), \(Format.counted(state.totalSteps, "step")), "
          + SideBySideOptions.threads(trainer.context.device.threads))
    }
    events.run.onEvent { [self] event in
      switch event {
      case .step(_, let state):
        advance(run(), done: Double(state.step) / Double(max(1, state.totalSteps)))
      case .evaluation(let report, _):
        // Of several runs at once, what they begin with would only be in the way.
        guard report.step > 0 else { return }
        line.note(
          "  \(name), step \(Format.count(report.step)): held-out \(Format.fixed(report.loss, 4)) \(unit)")
      case .warning(let warning):
        line.note(console.styled("warning: ", .yellow) + "\(name): \(warning)".visibleUncoloured)
      case .evaluating, .saved: break
      }
    }
    events.run.shouldStop = shouldStop
    events.run.shouldInterrupt = shouldStop
    return events
  }
}
