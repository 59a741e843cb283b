import Dispatch
import Foundation
import Synchronization

/// A wish to stop: Ctrl-C or SIGTERM, or a call. Whoever works in steps looks at it after each one,
/// saves and ends. A second signal ends the process at once.
public final class StopSignal: Sendable {
  private let number = Atomic<Int32>(0)
  private let listening = DispatchGroup()
  private let cancelled = DispatchGroup()
  private let sources = Mutex<[any DispatchSourceSignal]>([])

  /// A wish that nobody has yet.
  public init() {}

  deinit { restore() }

  /// Whether to stop after this step.
  public var isRequested: Bool { number.load(ordering: .acquiring) != 0 }

  /// The exit code of a process that a signal stopped: 130 after Ctrl-C, 143 after SIGTERM; nil when
  /// nobody wished to stop.
  public var exitCode: Int32? {
    let signal = number.load(ordering: .acquiring)
    return signal == 0 ? nil : 128 + signal
  }

  /// Wishes to stop, as if by Ctrl-C.
  public func request() { receive(SIGINT, leave: { _ in }) }

  /// Listens to SIGINT and SIGTERM from now on, until `restore()`.
  ///
  /// The handler runs on a queue of its own: the main queue never runs in a synchronous loop.
  ///
  /// - Parameter announce: called at the first signal, on that queue; to say what happens now.
  public func listen(announce: @escaping @Sendable () -> Void = {}) {
    listen(announce: announce, leave: { _exit($0) })
  }

  func listen(
    announce: @escaping @Sendable () -> Void, leave: @escaping @Sendable (_ code: Int32) -> Void
  ) {
    let queue = DispatchQueue(label: "stop signal")
    for number in [SIGINT, SIGTERM] {
      sources.withLock { sources in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { @Sendable [weak self] in
          if self?.receive(number, leave: leave) == true { announce() }
        }
        listening.enter()
        source.setRegistrationHandler { @Sendable [listening] in listening.leave() }
        cancelled.enter()
        source.setCancelHandler { @Sendable [cancelled] in cancelled.leave() }
        source.resume()
        sources.append(source)
      }
    }
    // A signal that comes before the system knows of the listener would be lost.
    listening.wait()
  }

  /// Gives both signals back their usual meaning.
  public func restore() {
    sources.withLock { sources in
      guard !sources.isEmpty else { return }
      for source in sources { source.cancel() }
      sources = []
      // A cancelled source lets go of its signal later, and would take it from the next listener.
      cancelled.wait()
      for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
  }

  /// Notes a signal: true at the first one; any later one leaves.
  @discardableResult
  private func receive(_ signal: Int32, leave: @Sendable (Int32) -> Void) -> Bool {
    let (isFirst, _) = number.compareExchange(expected: 0, desired: signal, ordering: .acquiringAndReleasing)
    if !isFirst { leave(128 + signal) }
    return isFirst
  }
}
