import Foundation
import Synchronization

/// Does several things at once, each on a thread of its own; a thread that is done takes the next.
final class SideBySide: Sendable {
  private struct State {
    var next = 0
    var error: (any Error)?
  }

  private let state = Mutex(State())

  /// Whether one of them failed: the others had better stop.
  var hasFailed: Bool { state.withLock { $0.error != nil } }

  /// Returns when all are done, or when those that were begun are done after one failed.
  ///
  /// - Throws: the first error.
  func run(_ count: Int, atOnce: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let group = DispatchGroup()
    for number in 0..<min(atOnce, count) {
      group.enter()
      let thread = Thread { [self] in
        while let next = next(below: count) {
          do { try body(next) } catch { fail(error) }
        }
        group.leave()
      }
      thread.name = "run \(number)"
      // As much as the main thread has, which does the same work when it is done alone.
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
    if let error = state.withLock({ $0.error }) { throw error }
  }

  private func next(below count: Int) -> Int? {
    state.withLock { state in
      guard state.error == nil, state.next < count else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  private func fail(_ error: any Error) {
    state.withLock { $0.error = $0.error ?? error }
  }
}
