import Testing

@testable import ZooCommand

@Suite struct MovingAverageTests {
  /// The first value does not stay in it: the mean of equal values is that value, from the first one on.
  @Test func startsWithoutWeight() {
    var average = MovingAverage()
    #expect(average.value.isNaN)
    average.add(7)
    #expect(average.value == 7)
    for _ in 0..<100 { average.add(3) }
    #expect(abs(average.value - 3.0) < 0.03)
    // Of two values the later one weighs 1 to 0.95, whatever was before them.
    var two = MovingAverage()
    two.add(1)
    two.add(2)
    #expect(abs(two.value - (0.95 * 1 + 2) / 1.95) < 1e-12)
  }
}
