import Dispatch
import Foundation
import Synchronization
import Wording

/// A line that says what takes long, once a phase has lasted two seconds: its name, a count where there is one, and for
/// how long it has been running.
///
/// It is on the standard error. On a terminal it is written over itself; elsewhere a phase leaves one line, and one
/// more every half minute.
public final class PhaseLine: Sendable {
  private struct Phase {
    var name = ""
    var count: (done: Int, total: Int)?
    var began = 0.0
    /// When it was shown last; nil: not yet.
    var shown: Double?
  }

  private let console: Console
  private let now: @Sendable () -> Double
  private let phase = Mutex<Phase?>(nil)
  private let timers = Mutex<[any DispatchSourceTimer]>([])
  private let line: ProgressLine

  /// Seconds until a phase is shown at a terminal; where there is none, seconds until its first line and between lines.
  private static let (patience, plainPatience, interval) = (2.0, 15.0, 30.0)

  /// A line that watches phases until ``end()``.
  ///
  /// - Parameters:
  ///   - console: the console to write to.
  ///   - now: a clock in seconds.
  public init(
    _ console: Console, now: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) {
    self.console = console
    self.now = now
    line = ProgressLine(console, plainInterval: .infinity)
    timers.withLock { timers in
      let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "phase line"))
      timer.setEventHandler { @Sendable [weak self] in self?.look() }
      timer.schedule(deadline: .now() + 1, repeating: 1)
      timer.resume()
      timers.append(timer)
    }
  }

  deinit { timers.withLock { for timer in $0 { timer.cancel() } } }

  /// Begins a phase; the one before it has ended.
  public func begin(_ name: String) {
    let time = now()
    phase.withLock { $0 = Phase(name: name, began: time) }
    line.finish()
  }

  /// Notes how far the phase has come.
  public func advance(_ done: Int, of total: Int) { phase.withLock { $0?.count = (done, total) } }

  /// Removes the line.
  public func end() {
    phase.withLock { $0 = nil }
    line.finish()
  }

  /// Shows the phase where it is time to.
  func look() {
    let time = now()
    // Shown under the lock, so that nothing is there after the phase has ended.
    phase.withLock { phase in
      guard let current = phase,
        time - current.began >= (console.errors.isTerminal ? Self.patience : Self.plainPatience)
      else { return }
      if let shown = current.shown, !console.errors.isTerminal, time - shown < Self.interval { return }
      phase?.shown = time
      let count = current.count.map { " \(Format.count($0.done)) of \(Format.count($0.total))," } ?? ""
      line.update(milestone: true) { "\(current.name),\(count) \(Int(time - current.began)) s" }
    }
  }
}
