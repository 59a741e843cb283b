import Synchronization
import Testing

@testable import CommandLineKit

@Suite struct PhaseLineTests {
  /// A clock that tests move.
  private final class Clock: Sendable {
    private let time = Mutex(0.0)
    var now: Double { time.withLock { $0 } }
    func wait(_ seconds: Double) { time.withLock { $0 += seconds } }
  }

  private let clock = Clock()

  /// What is printed when a line is looked at by these steps.
  private func printed(_ steps: (PhaseLine) -> Void) -> String {
    let (console, _, errors) = Console.captured()
    let line = PhaseLine(console) { [clock] in clock.now }
    steps(line)
    line.end()
    return errors.text
  }

  @Test func aShortPhaseLeavesNoLine() {
    let text = printed { line in
      line.begin("scoring with gpt-1")
      clock.wait(14)
      line.look()
      line.begin("scoring with gpt-2")
      clock.wait(14)
      line.look()
    }
    #expect(text.isEmpty)
  }

  @Test func aLongPhaseSaysHowFarItIsAndThenOnlyNowAndThen() {
    let text = printed { line in
      line.begin("scoring with gpt-1")
      line.advance(128, of: 6_400)
      for _ in 0..<50 {
        clock.wait(1)
        line.look()
      }
    }
    #expect(
      text == """
        scoring with gpt-1, 128 of 6,400, 15 s
        scoring with gpt-1, 128 of 6,400, 45 s

        """)
  }

  @Test func whatHasEndedIsNotShown() {
    let text = printed { line in
      line.begin("scoring with gpt-1")
      clock.wait(20)
      line.end()
      line.look()
    }
    #expect(text.isEmpty)
  }
}
