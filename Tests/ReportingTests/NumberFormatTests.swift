import Reporting
import Statistics
import Testing
import Wording

/// Console and report share every rule for numbers but those of the minus sign and of values that are not finite.
@Suite struct NumberFormatTests {
  @Test(arguments: [0.0, 0.0421, 0.5, 1.25, 12.3, 999.6, 61_341_696, 4.9e12, 1e19])
  func bothStylesAgreeOnWhatIsPositive(_ value: Double) {
    #expect(Format.fixed(value, 2) == Number.fixed(value, 2) && Format.short(value) == Number.short(value))
    #expect(Format.percent(value) == Number.percent(value) && Format.points(value) == Number.points(value))
    #expect(Format.flops(value) == Number.flops(value) && Format.compact(value) == Number.compact(value))
    #expect(Format.duration(value) == Number.duration(value))
    #expect(Format.rate(value, "steps") == Number.rate(value, "steps"))
  }

  @Test func signsFollowTheStyle() {
    #expect(Format.fixed(-1.25, 2) == "-1.25" && Number.fixed(-1.25, 2) == "−1.25")
    #expect(Format.count(-1500) == "-1,500" && Number.count(-1500) == "−1,500")
    #expect(Format.duration(-125) == "-2 min 05 s" && Number.duration(-125) == "−2 min 05 s")
    #expect(Format.points(-0.125) == "-12.5" && Number.points(-0.125) == "−12.5")
    #expect(Format.points(0.125) == "+12.5" && Number.points(-0.0001) == "0.0")
  }

  @Test func whatIsNotFiniteIsSaid() {
    #expect(Format.fixed(-.infinity, 1) == "-inf" && Number.fixed(-.infinity, 1) == "−∞")
    #expect(Format.fixed(.nan, 1) == "nan" && Number.fixed(.nan, 1) == "–")
    #expect(Format.compact(.infinity) == "inf" && Number.compact(.infinity) == "∞")
    #expect(Format.flops(.nan) == "unknown" && Number.flops(.infinity) == "–")
    #expect(Format.rate(.infinity, "tokens") == "unknown" && Number.duration(.nan) == "–")
  }

  @Test func axesAndSmallNumbersAreShort() {
    #expect(Format.compact(4_915_200) == "4.92 M" && Format.compact(1500) == "1.5 k")
    #expect(Format.compact(20) == "20" && Format.compact(1e18) == "1 E")
    #expect(Format.short(123.4) == "123" && Format.short(12.34) == "12.3" && Format.short(0.1234) == "0.123")
    #expect(Format.probability(0) == "< 0.001" && Format.probability(0.0312) == "0.031")
  }

  /// The ends of an interval are not shown as the same number where they differ.
  @Test func anIntervalHasDecimalsThatTellItsEndsApart() {
    let style = Block.NumberStyle.fixed(3)
    #expect(
      style.text(Measured(0.014, interval: Interval(low: 0.012, high: 0.016))) == "0.014 (0.012 to 0.016)")
    #expect(
      style.text(Measured(0.00128, interval: Interval(low: 0.00103, high: 0.00148)))
        == "0.0013 (0.0010 to 0.0015)")
    #expect(style.text(Measured(1, interval: Interval(low: 1, high: 1))) == "1.000 (1.000 to 1.000)")
    #expect(
      style.text(Measured(0, interval: Interval(low: 0, high: 1e-12)))
        == "0.000 (0.000 to 0.000)")
    #expect(style.text(Measured(2)) == "2.000")
    #expect(
      Block.NumberStyle.percent(decimals: 1).text(Measured(0.5, interval: Interval(low: 0.5, high: 0.5001)))
        == "50.0 % (50.0 % to 50.0 %)")
  }
}
