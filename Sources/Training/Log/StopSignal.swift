import Dispatch
import Foundation
import Synchronization

/// Cooperative cancellation, requested by Ctrl-C, SIGTERM, SIGHUP from a terminal that closes, or a call.
/// Code that works in steps checks it after each one, saves and ends. A second signal ends the process at once, unless
/// it comes within a second of the first: `timeout`, terminals and process groups deliver one request twice.
package final class StopSignal: Sendable {
  private let number = Atomic<Int32>(0)
  /// When the first signal came, in nanoseconds of `clock`.
  private let first = Atomic<UInt64>(0)
  private let clock: @Sendable () -> UInt64
  private let sources = Mutex<[any DispatchSourceSignal]>([])
  /// How the first signal ends the process; nil while it is a request.
  private let leaving = Mutex<(@Sendable (_ code: Int32) -> Void)?>(nil)

  /// Dispatch's own handlers, kept while the signals mean what they usually do. On Linux Dispatch installs
  /// one a signal for the whole process, and would not install it again.
  private static let handlers = Mutex<[Int32: sigaction]>([:])

  /// Two signals within these nanoseconds are one.
  static let requestInterval: UInt64 = 1_000_000_000

  /// A request that was not made yet.
  package convenience init() { self.init { DispatchTime.now().uptimeNanoseconds } }

  /// - Parameter clock: nanoseconds that never go back.
  init(clock: @escaping @Sendable () -> UInt64) { self.clock = clock }

  deinit { restore() }

  /// Whether to stop after this step.
  package var isRequested: Bool { number.load(ordering: .acquiring) != 0 }

  /// The exit code of a process that a signal stopped: 130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP; nil when
  /// no stop was requested.
  package var exitCode: Int32? {
    let signal = number.load(ordering: .acquiring)
    return signal == 0 ? nil : 128 + signal
  }

  /// Requests a stop, as if by Ctrl-C.
  package func request() { receive(SIGINT, leave: { _ in }) }

  /// Listens to SIGINT, SIGTERM and SIGHUP from now on, until `restore()`. A SIGHUP that is ignored stays so, as
  /// `nohup` wants it. One stop signal listens at a time.
  ///
  /// - Parameter announce: called at the first signal, on a queue of its own; to say what happens now.
  package func listen(announce: @escaping @Sendable () -> Void = {}) {
    listen(announce: announce, leave: { _exit($0) })
  }

  /// From now on everything worth keeping is saved: the first signal is told `announce` and ends the process at once,
  /// with its exit code. A signal that came before this call, and that nothing has looked at yet, does so here.
  package func leaveAtOnce(announce: @escaping @Sendable () -> Void) {
    leaveAtOnce(announce: announce, leave: { _exit($0) })
  }

  func leaveAtOnce(
    announce: @escaping @Sendable () -> Void, leave: @escaping @Sendable (_ code: Int32) -> Void
  ) {
    leaving.withLock {
      $0 = {
        announce()
        leave($0)
      }
    }
    // Either the handler of a first signal sees what was just set, or its number is seen here: none is lost.
    leaveIfRequested()
  }

  /// Ends the process where that was asked for and a signal has come.
  private func leaveIfRequested() {
    guard let end = leaving.withLock({ $0 }), let exitCode else { return }
    end(exitCode)
  }

  func listen(
    announce: @escaping @Sendable () -> Void, leave: @escaping @Sendable (_ code: Int32) -> Void
  ) {
    // Not the main queue: its handlers never run while the main thread computes. And no `SIG_IGN`, which
    // would be in the way of Dispatch's own handler.
    let queue = DispatchQueue(label: "stop signal")
    let registration = DispatchGroup()
    let heard = Self.signals.filter { $0 != SIGHUP || !Self.isIgnored($0) }
    for number in heard {
      registration.enter()
      sources.withLock { sources in
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setRegistrationHandler { @Sendable in registration.leave() }
        source.setEventHandler { @Sendable [weak self] in
          guard let self, receive(number, leave: leave) else { return }
          leaveIfRequested()
          announce()
        }
        source.resume()
        sources.append(source)
      }
    }
    registration.wait()
    Self.handlers.withLock { handlers in
      for number in heard {
        guard var handler = handlers[number] else { continue }
        sigaction(number, &handler, nil)
      }
    }
  }

  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    // `SIG_IGN`, whose type does not compare.
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  /// Gives the signals back their usual meaning, which is to end the process.
  package func restore() {
    let added = sources.withLock { sources in
      let count = sources.count
      for source in sources { source.cancel() }
      sources = []
      return count
    }
    guard added > 0 else { return }
    Self.handlers.withLock { handlers in
      for number in Self.signals where !Self.isIgnored(number) {
        var (usual, own) = (sigaction(), sigaction())
        sigaction(number, &usual, &own)
        handlers[number] = own
      }
    }
  }

  /// Notes a signal: true at the first one; any later one leaves, but not one that is the first one's twin.
  @discardableResult
  private func receive(_ signal: Int32, leave: @Sendable (Int32) -> Void) -> Bool {
    let (isFirst, _) = number.compareExchange(expected: 0, desired: signal, ordering: .acquiringAndReleasing)
    let now = clock()
    if isFirst {
      first.store(now, ordering: .releasing)
    } else if now >= first.load(ordering: .acquiring) + Self.requestInterval {
      leave(128 + signal)
    }
    return isFirst
  }
}
