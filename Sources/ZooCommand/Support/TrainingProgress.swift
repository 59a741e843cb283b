import CommandLineKit
import Comparison
import Foundation
import Tensors
import Training
import Wording

/// What training shows: one progress line, and a line that stays for every evaluation.
final class TrainingProgress {
  private let console: Console
  /// The progress line.
  let line: ProgressLine
  /// The stop signal.
  let stop: StopSignal
  private var trainer: Trainer?
  private var loss = MovingAverage()
  private var rate = MovingAverage()
  private let peak: Double
  /// Says what lasts before the first step and in evaluations.
  private let phase: PhaseLine
  private var name = ""
  /// Where all runs are, when a fraction of this one is done; nil: this one is all.
  var overall: ((_ done: Double) -> String)?

  /// - Parameter peak: FLOPs per second of the fastest matrix products on this machine.
  init(_ console: Console, peak: Double) {
    self.console = console
    stop = StopSignal()
    stop.listen { console.note("\nsaving the state before this step; press Ctrl-C again to exit at once") }
    self.peak = peak
    line = ProgressLine(console)
    phase = PhaseLine(console)
  }

  /// Begins to show a trainer.
  func begin(_ name: String, _ trainer: Trainer) {
    self.trainer = trainer
    self.name = name
    loss = MovingAverage()
    rate = MovingAverage()
    phase.begin("preparing \(name)")
    line.note(
      console.styled(name, .bold)
        + ": \(Format.count(trainer.model.parameters.count)) parameters, \(trainer.objective.name), "
        + "\(Format.counted(trainer.state.totalSteps, "step")) of \(Format.counted(trainer.tokensPerStep, "token"))"
    )
  }

  /// Lets go of a trainer that is done, and so of its memory.
  func forgetTrainer() {
    trainer = nil
    phase.end()
  }

  /// Lets go of a trainer and removes the line until the next one begins.
  func pause() {
    forgetTrainer()
    line.finish()
  }

  /// The events of a run.
  var events: RunEvents {
    var events = RunEvents()
    events.onEvent { [self] event in
      switch event {
      case .step(let report, let state):
        phase.end()
        step(report, state)
      case .evaluating(let state): phase.begin("evaluating \(name) at step \(Format.count(state.step))")
      case .evaluation(let report, let state):
        phase.begin(state.step < state.totalSteps ? "training \(name)" : "finishing \(name)")
        evaluated(report, state)
      case .warning(let warning):
        line.note(console.styled("warning: ", .yellow) + warning.visibleUncoloured)
      case .saved: break
      }
    }
    events.shouldStop = { [stop] in stop.isRequested }
    events.shouldInterrupt = events.shouldStop
    return events
  }

  /// Removes the line; signals do again what they did before.
  func end() {
    phase.end()
    line.finish()
    stop.restore()
  }

  /// Removes the line after training: until `end()` a signal prints `text` and ends the process at once, because
  /// nothing that follows has to be saved.
  func endTraining(onSignal text: String) {
    phase.end()
    line.finish()
    stop.leaveAtOnce { [console] in console.note("\n" + text) }
  }

  /// Removes the line, says how to continue, and ends the command with the exit code of the signal.
  ///
  /// - Throws: `EarlyEnd`, always.
  func endEarly(_ text: String) throws {
    end()
    console.line(text)
    throw EarlyEnd(code: stop.exitCode ?? ExitCode.failure)
  }

  private func step(_ report: StepReport, _ state: TrainerState) {
    guard let trainer else { return }
    loss.add(report.loss)
    rate.add(Double(trainer.tokensPerStep) / report.seconds)
    line.update {
      let left = Double(state.totalSteps - state.step) * Double(trainer.tokensPerStep) / self.rate.value
      return
        "step \(Format.count(state.step))/\(Format.count(state.totalSteps))  "
        + "training loss " + self.text(ofLoss: self.loss.value) + "  "
        + Format.rate(self.rate.value, "tokens") + "  "
        + PeakShare(Double(report.flops) / report.seconds, of: self.peak).percent(digits: 0) + " of peak  "
        + Format.duration(left) + " left"
        + (self.overall.map { "  (" + $0(Double(state.step) / Double(state.totalSteps)) + ")" } ?? "")
    }
  }

  private func evaluated(_ report: EvaluationReport, _ state: TrainerState) {
    var text = "  step \(Format.count(report.step)): held-out " + self.text(ofLoss: report.loss)
    if let bits = report.bitsPerByte { text += ", \(Format.fixed(bits, 4)) bits per byte" }
    line.note(text + ", \(Format.percent(report.accuracy)) right")
  }

  /// A loss in the objective's own unit.
  private func text(ofLoss value: Double) -> String {
    Format.fixed(value, 4) + " " + (trainer?.objective.unit ?? "nats")
  }
}
