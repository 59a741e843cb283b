import CommandLineKit
import Training

/// While a command prepares its training, a signal prints what a stop means and ends the process at once: there is
/// nothing to save yet.
final class PreparationStop {
  private let stop = StopSignal()

  /// Listens from now on, until `end()`.
  ///
  /// - Parameters:
  ///   - console: where `text` is printed.
  ///   - text: what was kept, and how to continue.
  init(_ console: Console, _ text: String) {
    stop.listen()
    stop.leaveAtOnce { console.note("\n" + text) }
  }

  /// Signals do again what they did before. Training listens with a signal of its own, and one listens at a time.
  func end() { stop.restore() }
}
