import Testing

@testable import Comparison

@Suite struct GemmPeakTests {
  /// A machine that was busy while its peak was measured makes no training faster than the peak.
  @Test func noShareOfThePeakIsAboveAll() {
    #expect(GemmPeak.share(50, of: 100) == 0.5)
    #expect(GemmPeak.share(161, of: 100) == 1 && GemmPeak.share(226, of: 100) == 1)
  }
}
