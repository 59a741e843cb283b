import Foundation
import Testing

@testable import CommandLineKit

@Suite struct ConsoleFormat {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (-1000, "-1,000"), (-999, "-999"), (124_439_808, "124,439,808"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func counts(_ value: Int, _ text: String) { #expect(Format.count(value) == text) }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1536, "1.50 KiB"), (1_048_575, "1.00 MiB"),
    (10_485_760, "10.0 MiB"), (524_288_000, "500 MiB"), (5_368_709_120, "5.00 GiB"),
  ])
  func bytes(_ value: Int, _ text: String) { #expect(Format.bytes(value) == text) }

  @Test(arguments: [
    (0.0, "0 FLOP"), (12, "12 FLOP"), (999, "999 FLOP"), (1000, "1.00 kFLOP"), (999_600, "1.00 MFLOP"),
    (1.234e9, "1.23 GFLOP"), (201.4e9, "201 GFLOP"), (5e15, "5.00 PFLOP"),
  ])
  func flops(_ value: Double, _ text: String) { #expect(Format.flops(value) == text) }

  @Test(arguments: [
    (0.0, "0 ms"), (0.85, "850 ms"), (0.9999, "1.0 s"), (12.34, "12.3 s"), (59.94, "59.9 s"),
    (59.96, "1 min 00 s"),
    (125, "2 min 05 s"), (3599.4, "59 min 59 s"), (3599.6, "1 h 00 min"), (11_220, "3 h 07 min"),
    (187_200, "2 d 04 h"), (-125, "-2 min 05 s"), (Double.infinity, "unknown"),
  ])
  func durations(_ seconds: Double, _ text: String) { #expect(Format.duration(seconds) == text) }

  @Test func theRest() {
    #expect(Format.percent(0.125) == "12.5 %")
    #expect(Format.percent(1, 0) == "100 %")
    #expect(Format.fixed(1.8964, 3) == "1.896")
    #expect(Format.fixed(.nan, 3) == "nan")
    #expect(Format.plain(3) == "3")
    #expect(Format.plain(0.1) == "0.1")
    #expect(Format.rate(12_345.4, "tokens") == "12,345 tokens/s")
    #expect(Format.rate(1.5, "steps") == "1.50 steps/s")
    #expect(Format.flopRate(2e11) == "200 GFLOP/s")
  }

  @Test(arguments: [
    ("abc", 3), ("né", 2), ("ne\u{301}", 2), ("日本", 4), ("\u{1B}[1;31mred\u{1B}[0m", 3), ("…", 1), ("", 0),
    ("한글", 4),
  ])
  func widths(_ text: String, _ width: Int) { #expect(displayWidth(text) == width) }

  @Test func truncation() {
    #expect(truncated("abcdef", to: 6) == "abcdef")
    #expect(truncated("abcdef", to: 4) == "abc…")
    #expect(truncated("日本語", to: 4) == "日…")
    #expect(truncated("abc", to: 0).isEmpty)
  }

  @Test func wrapping() {
    #expect(wrap("one two three", width: 8) == ["one two", "three"])
    #expect(wrap("one two three", width: 8, indent: 2) == ["  one", "  two", "  three"])
    #expect(wrap("incomprehensible", width: 8) == ["incomprehensible"])
    #expect(wrap("", width: 8).isEmpty)
  }
}
