import Foundation
import Statistics

/// Numbers as a reader wants them. What is not finite is shown as a dash or ∞, never as `nan`.
enum Number {
  /// A fixed number of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value == .infinity ? "∞" : value == -.infinity ? "−∞" : "–" }
    let text = String(format: "%.\(decimals)f", value)
    return text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  /// About three or four significant digits.
  static func short(_ value: Double) -> String {
    let size = abs(value)
    return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
  }

  /// A share as a percentage.
  static func percent(_ share: Double, _ decimals: Int = 1) -> String { fixed(share * 100, decimals) + " %" }

  /// A whole number with a narrow space between thousands.
  static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "\u{202F}" }
      result.append(digit)
    }
    return value < 0 ? "−" + result : result
  }

  /// Thousands as k, millions as M, and on: for axes and cards.
  static func compact(_ value: Double) -> String {
    let steps: [(Double, String)] = [
      (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"),
    ]
    for (size, letter) in steps where abs(value) >= size { return trimmed(value / size) + " " + letter }
    return trimmed(value)
  }

  /// FLOPs in words.
  static func flops(_ value: Double) -> String { compact(value) + (value >= 1e3 ? "FLOP" : " FLOP") }

  /// A span of time.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "–" }
    if seconds < 1e-3 { return fixed(seconds * 1e6, 0) + " µs" }
    if seconds < 1 { return short(seconds * 1e3) + " ms" }
    if seconds < 60 { return short(seconds) + " s" }
    let whole = seconds > 1e9 ? Int(1e9) : Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// Bytes in binary units.
  static func bytes(_ count: Int) -> String {
    let value = Double(count)
    let steps: [(Double, String)] = [(1_073_741_824, "GiB"), (1_048_576, "MiB"), (1024, "KiB")]
    for (size, unit) in steps where value >= size { return short(value / size) + " " + unit }
    return "\(count) B"
  }

  /// An interval; `format` writes each end.
  static func interval(_ interval: Interval?, _ format: (Double) -> String) -> String {
    guard let interval else { return "" }
    return format(interval.low) + " – " + format(interval.high)
  }

  /// Three significant digits without zeros at the end.
  private static func trimmed(_ value: Double) -> String {
    guard value.isFinite else { return fixed(value, 0) }
    var text = fixed(value, abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
