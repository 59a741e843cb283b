import Foundation

/// Numbers as people read them: counts, decimals, percentages, sizes and durations, each in one form.
///
/// A style only decides how a minus sign and a value that is not finite are written: ``Format`` for the console and
/// error messages, `Number` of `Reporting` for reports.
public protocol NumberFormat {
  /// The minus sign.
  static var minus: String { get }

  /// A value that is NaN or infinite.
  static func notFinite(_ value: Double) -> String

  /// A duration or an amount that is NaN or infinite.
  static var unknown: String { get }
}

extension NumberFormat {
  /// A count with separators: `1,234,567`.
  public static func count(_ value: Int) -> String {
    var digits = Array(String(value.magnitude))
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: position)
      position -= 3
    }
    return (value < 0 ? minus : "") + String(digits)
  }

  /// A count with its noun: `1 step`, `1,500 steps`.
  ///
  /// - Parameters:
  ///   - value: the count
  ///   - noun: the noun in the singular
  ///   - plural: the noun in the plural; nil: the noun with an s
  public static func counted(_ value: Int, _ noun: String, _ plural: String? = nil) -> String {
    count(value) + " " + (value == 1 ? noun : plural ?? noun + "s")
  }

  /// A number with a fixed number of digits after the point.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return notFinite(value) }
    let text = String(format: "%.*f", digits, value)
    return text.hasPrefix("-") ? minus + text.dropFirst() : text
  }

  /// A number with about three or four significant digits.
  public static func short(_ value: Double) -> String {
    let size = abs(value)
    return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
  }

  /// A number as short as it is exact, as it can be typed: `0.1`, `3`, `1e-08`.
  public static func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }

  /// A fraction of one as a percentage: `12.5 %`.
  public static func percent(_ fraction: Double, _ digits: Int = 1) -> String {
    fixed(fraction * 100, digits) + " %"
  }

  /// A difference of two fractions in percentage points, with its sign; no sign where it rounds to zero.
  public static func points(_ difference: Double) -> String {
    abs(difference) < 0.0005 ? "0.0" : (difference > 0 ? "+" : "") + fixed(difference * 100, 1)
  }

  /// A p-value with three decimals; `< 0.001` where it is smaller, as a p-value is never 0.
  public static func probability(_ value: Double) -> String { value < 0.001 ? "< 0.001" : fixed(value, 3) }

  /// At most three significant digits and an SI prefix, for axes: `4.92 M`.
  public static func compact(_ value: Double) -> String {
    let steps: [(Double, String)] = [
      (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"),
    ]
    for (size, letter) in steps where value.isFinite && abs(value) >= size {
      return trimmed(value / size) + " " + letter
    }
    return trimmed(value)
  }

  /// Floating-point operations with an SI prefix: `1.23 GFLOP`.
  public static func flops(_ value: Double) -> String {
    value.isFinite ? scaled(value, 1000, ["", "k", "M", "G", "T", "P", "E"]) + "FLOP" : unknown
  }

  /// Floating-point operations per second: `201 GFLOP/s`.
  public static func flopRate(_ value: Double) -> String { value.isFinite ? flops(value) + "/s" : unknown }

  /// A memory size in powers of 1,024: `1.50 MiB`; whole bytes below one KiB.
  public static func bytes(_ value: Int) -> String {
    value.magnitude < 1024
      ? "\(value) B" : scaled(Double(value), 1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi"]) + "B"
  }

  /// A rate: `12,345 tokens/s`, or with a fraction when it is small.
  public static func rate(_ value: Double, _ unit: String) -> String {
    guard value.isFinite else { return unknown }
    let number =
      value >= 100 && value < 0x1p63
      ? count(Int(value.rounded())) : fixed(value, value >= 100 ? 0 : value >= 10 ? 1 : 2)
    return number + " \(unit)/s"
  }

  /// A duration: `85 µs`, `850 ms`, `12.3 s`, `2 min 05 s`, `3 h 07 min`, `2 d 04 h`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return unknown }
    if seconds < 0 { return minus + duration(-seconds) }
    if seconds > 0, seconds < 0.000_999_5 { return fixed(seconds * 1e6, 0) + " µs" }
    if seconds < 0.9995 {
      let milliseconds = seconds * 1000
      let isWhole = milliseconds == milliseconds.rounded()
      return fixed(milliseconds, isWhole || milliseconds >= 99.95 ? 0 : milliseconds >= 9.995 ? 1 : 2) + " ms"
    }
    if seconds < 59.95 { return fixed(seconds, 1) + " s" }
    let whole = Int(min(seconds, 1e15).rounded())
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    let minutes = Int((min(seconds, 1e15) / 60).rounded())
    if minutes < 1440 { return "\(minutes / 60) h \(two(minutes % 60)) min" }
    let hours = Int((min(seconds, 1e15) / 3600).rounded())
    return "\(count(hours / 24)) d \(two(hours % 24)) h"
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  /// Three significant digits and a prefix.
  private static func scaled(_ value: Double, _ base: Double, _ prefixes: [String]) -> String {
    var scaled = value
    var index = 0
    // 999.5 would print as 1000 of the smaller unit.
    while abs(scaled) >= (base == 1000 ? 999.5 : 1023.5), index < prefixes.count - 1 {
      scaled /= base
      index += 1
    }
    let size = abs(scaled)
    let digits = index == 0 && scaled == scaled.rounded() ? 0 : size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
    return fixed(scaled, digits) + " " + prefixes[index]
  }

  /// Three significant digits without zeros at the end.
  private static func trimmed(_ value: Double) -> String {
    guard value.isFinite else { return notFinite(value) }
    var text = fixed(value, abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
