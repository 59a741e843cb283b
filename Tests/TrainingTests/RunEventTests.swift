import Foundation
import Testing

@testable import Training

@Suite struct RunEventTests {
  private struct Broken: Error {}

  private final class Counting: RunEventSink {
    var steps = 0
    var warnings: [String] = []
    let failsAt: Int?
    init(failsAt: Int? = nil) { self.failsAt = failsAt }
    func receive(_ event: RunEvent) throws {
      switch event {
      case .step:
        steps += 1
        if steps == failsAt { throw Broken() }
      case .warning(let warning): warnings.append(warning)
      default: break
      }
    }
  }

  private static func step(_ number: Int) -> RunEvent {
    .step(
      StepReport(
        step: number, loss: 1, auxiliaryLosses: [:], learningRate: 1, gradientNorm: 1, seconds: 1, flops: 1),
      TrainerState(totalSteps: 9))
  }

  /// Several sinks receive everything, in order; one that throws is left out, and the others hear of it once.
  @Test func aSinkThatThrowsIsLeftOut() {
    let (first, broken, last) = (Counting(), Counting(failsAt: 2), Counting())
    var (events, order) = (RunEvents(), [String]())
    events.add(first)
    events.onEvent { _ in order.append("closure") }
    events.add(broken)
    events.add(last)
    for number in 1...5 { events.tell(Self.step(number)) }
    #expect(first.steps == 5 && last.steps == 5 && broken.steps == 2)
    for sink in [first, last] {
      #expect(sink.warnings.count == 1)
      #expect(sink.warnings.first?.contains("Counting receives no more events of the run: Broken") == true)
    }
    #expect(broken.warnings.isEmpty && order.count == 6)
  }
}
