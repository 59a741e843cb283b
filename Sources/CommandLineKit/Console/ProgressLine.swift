import Foundation
import Synchronization
import Wording

/// One line that shows how far work has come.
///
/// On a terminal it is written over itself, at most about ten times per second. Elsewhere, as in a log,
/// a plain line appears only now and then. It goes to the standard error, so that results stay clean.
public final class ProgressLine: Sendable {
  private struct State {
    var lastShown = -Double.infinity
    var isVisible = false
  }

  private let console: Console
  private let interval: Double
  private let now: @Sendable () -> Double
  private let state = Mutex(State())

  /// A progress line.
  ///
  /// - Parameters:
  ///   - console: the console to write to.
  ///   - plainInterval: seconds between lines where there is no terminal; infinity: milestones only.
  ///   - now: a clock in seconds.
  public init(
    _ console: Console, plainInterval: Double = 30,
    now: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) {
    self.console = console
    self.now = now
    interval = console.errors.isTerminal ? 0.1 : plainInterval
    // Work that ends before the first interval leaves no line in a log.
    if !console.errors.isTerminal {
      let start = now()
      state.withLock { $0.lastShown = start }
    }
  }

  /// Shows how far the work is, if it is time to. `text` is only made when it is shown.
  ///
  /// - Parameters:
  ///   - milestone: shows it now, and in a log leaves a line.
  ///   - text: the line.
  public func update(milestone: Bool = false, _ text: () -> String) {
    let time = now()
    state.withLock { state in
      guard milestone || time - state.lastShown >= interval else { return }
      state.lastShown = time
      if console.errors.isTerminal {
        console.errors.sink.write("\r\u{1B}[K" + truncated(text().visible, to: console.width - 1))
        state.isVisible = true
      } else {
        console.errors.sink.write(text().visible + "\n")
      }
    }
  }

  /// Prints a line that stays, above the progress line.
  public func note(_ text: String) {
    state.withLock { state in
      clear(&state)
      console.errors.sink.write(text.visible + "\n")
      if console.errors.isTerminal { state.lastShown = -Double.infinity }
    }
  }

  /// Ends the line: removes it from a terminal and leaves `text`, if any, as a line that stays.
  public func finish(_ text: String? = nil) {
    state.withLock { state in
      clear(&state)
      if let text { console.errors.sink.write(text.visible + "\n") }
    }
  }

  private func clear(_ state: inout State) {
    if state.isVisible { console.errors.sink.write("\r\u{1B}[K") }
    state.isVisible = false
  }
}
