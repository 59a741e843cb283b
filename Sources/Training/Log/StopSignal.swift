import Dispatch
import Foundation
import Synchronization

/// A wish to stop: Ctrl-C or SIGTERM, or a call. Whoever works in steps looks at it after each one,
/// saves and ends. A second signal ends the process at once.
public final class StopSignal: Sendable {
  private let number = Atomic<Int32>(0)
  private let sources = Mutex<[any DispatchSourceSignal]>([])

  /// Dispatch's own handlers, kept while the signals mean what they usually do. On Linux Dispatch installs
  /// one a signal for the whole process, and would not install it again.
  private static let handlers = Mutex<[Int32: sigaction]>([:])

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

  /// Listens to SIGINT and SIGTERM from now on, until `restore()`. One stop signal listens at a time.
  ///
  /// - Parameter announce: called at the first signal, on a queue of its own; to say what happens now.
  public func listen(announce: @escaping @Sendable () -> Void = {}) {
    listen(announce: announce, leave: { _exit($0) })
  }

  func listen(
    announce: @escaping @Sendable () -> Void, leave: @escaping @Sendable (_ code: Int32) -> Void
  ) {
    // Not the main queue: its handlers never run while the main thread computes. And no `SIG_IGN`, which
    // would stand in the way of Dispatch's own handler.
    let queue = DispatchQueue(label: "stop signal")
    let registration = DispatchGroup()
    for number in [SIGINT, SIGTERM] {
      registration.enter()
      sources.withLock { sources in
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setRegistrationHandler { @Sendable in registration.leave() }
        source.setEventHandler { @Sendable [weak self] in
          if self?.receive(number, leave: leave) == true { announce() }
        }
        source.resume()
        sources.append(source)
      }
    }
    registration.wait()
    Self.handlers.withLock { handlers in
      for (number, handler) in handlers {
        var handler = handler
        sigaction(number, &handler, nil)
      }
    }
  }

  /// Gives both signals back their usual meaning, which is to end the process.
  public func restore() {
    let added = sources.withLock { sources in
      let count = sources.count
      for source in sources { source.cancel() }
      sources = []
      return count
    }
    guard added > 0 else { return }
    Self.handlers.withLock { handlers in
      for number in [SIGINT, SIGTERM] {
        var (usual, own) = (sigaction(), sigaction())
        sigaction(number, &usual, &own)
        handlers[number] = own
      }
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
