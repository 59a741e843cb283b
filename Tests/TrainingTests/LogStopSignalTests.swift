import Foundation
import Synchronization
import Testing

@testable import Training

/// Real signals, each test in a process of its own: a process has one handler of each, and a signal that comes late, when
/// it means again what it usually does, would end all tests.
@Suite("Stop signal")
struct LogStopSignalTests {
  /// Waits for what a handler does on its queue.
  private static func wait(tries: Int = 20_000, _ condition: () -> Bool) -> Bool {
    for _ in 0..<tries {
      if condition() { return true }
      usleep(1000)
    }
    return false
  }

  @Test(
    "The first signal asks, the second leaves with the code of a signal",
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func signals(number: Int32) async {
    await #expect(processExitsWith: .success) { [number] in LogStopSignalTests.checkSignals(number) }
  }

  private static func checkSignals(_ number: Int32) {
    let (announced, code) = (Counter(), Counter())
    let clock = Clock()
    // Each signal that is received asks the clock.
    let stop = StopSignal {
      clock.readings.add(1, ordering: .relaxed)
      return clock.now.load(ordering: .relaxed)
    }
    #expect(!stop.isRequested)
    stop.listen(
      announce: { announced.value.add(1, ordering: .relaxed) },
      leave: { code.value.store($0, ordering: .relaxed) })
    kill(getpid(), number)
    #expect(wait { stop.isRequested && announced.value.load(ordering: .relaxed) == 1 })
    #expect(stop.exitCode == 128 + number)
    #expect(code.value.load(ordering: .relaxed) == 0)
    // One within a second is the same wish, such as of `timeout`, which signals the process and its group.
    clock.now.store(StopSignal.requestInterval - 1, ordering: .relaxed)
    kill(getpid(), number)
    // One that is still on its way when the signals mean again what they did would end the process.
    #expect(wait { clock.readings.load(ordering: .relaxed) == 2 })
    #expect(!wait(tries: 100) { code.value.load(ordering: .relaxed) != 0 })
    clock.now.store(StopSignal.requestInterval, ordering: .relaxed)
    kill(getpid(), number)
    #expect(wait { code.value.load(ordering: .relaxed) == 128 + number })
    #expect(announced.value.load(ordering: .relaxed) == 1)
    // A signal means again what it did, and the next one that listens hears it.
    #expect(!isDefault(number))
    stop.restore()
    #expect(isDefault(number))
  }

  private static func isDefault(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 0
  }

  /// One that came while the work to be saved ended was lost in the change from one listener to another.
  @Test("A signal before or after the change to leaving at once ends the process")
  func leavesAtOnce() async {
    await #expect(processExitsWith: .success) { LogStopSignalTests.checkLeavingAtOnce() }
  }

  private static func checkLeavingAtOnce() {
    for isBefore in [true, false] {
      let (announced, code) = (Counter(), Counter())
      let stop = StopSignal()
      stop.listen(announce: {}, leave: { _ in })
      if isBefore {
        kill(getpid(), SIGTERM)
        #expect(wait { stop.isRequested })
      }
      stop.leaveAtOnce(
        announce: { announced.value.add(1, ordering: .relaxed) },
        leave: { code.value.store($0, ordering: .relaxed) })
      #expect((code.value.load(ordering: .relaxed) == 128 + SIGTERM) == isBefore)
      if !isBefore { kill(getpid(), SIGTERM) }
      #expect(wait { code.value.load(ordering: .relaxed) == 128 + SIGTERM })
      #expect(announced.value.load(ordering: .relaxed) == 1)
      stop.restore()
    }
  }

  @Test("A call asks as well, and asking twice does not leave")
  func request() {
    let stop = StopSignal()
    stop.request()
    stop.request()
    #expect(stop.isRequested)
    #expect(stop.exitCode == 130)
  }

  @Test("A hang-up that is ignored stays ignored")
  func ignored() async {
    await #expect(processExitsWith: .success) { LogStopSignalTests.checkIgnored() }
  }

  private static func checkIgnored() {
    signal(SIGHUP, SIG_IGN)
    defer { signal(SIGHUP, SIG_DFL) }
    let stop = StopSignal()
    stop.listen()
    kill(getpid(), SIGHUP)
    #expect(!wait(tries: 100) { stop.isRequested })
    stop.restore()
    kill(getpid(), SIGHUP)
  }

  private final class Clock: Sendable {
    let now = Atomic<UInt64>(0)
    let readings = Atomic<Int32>(0)
  }

  private final class Counter: Sendable {
    let value = Atomic<Int32>(0)
  }
}
