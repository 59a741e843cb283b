import Foundation

/// Numbers as people read them: the one form for the console, the report and error messages.
public enum Format {
  /// A count with separators: `1,234,567`.
  public static func count(_ value: Int) -> String {
    var digits = Array(String(value.magnitude))
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: position)
      position -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// A count with its noun: `1 step`, `1,500 steps`.
  ///
  /// - Parameter many: the plural; nil: the noun with an s.
  public static func counted(_ value: Int, _ noun: String, _ many: String? = nil) -> String {
    count(value) + " " + (value == 1 ? noun : many ?? noun + "s")
  }

  /// A number with `digits` digits after the point.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    return String(format: "%.*f", digits, value)
  }

  /// A number as short as it is exact: `0.1`, `3`, `1e-08`.
  public static func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
  }

  /// A fraction of one as a percentage: `12.5 %`.
  public static func percent(_ share: Double, digits: Int = 1) -> String { fixed(share * 100, digits) + " %" }

  /// Floating-point operations with an SI prefix: `1.23 GFLOP`.
  public static func flops(_ value: Double) -> String {
    scaled(value, 1000, ["", "k", "M", "G", "T", "P", "E"]) + "FLOP"
  }

  /// Floating-point operations in a second: `201 GFLOP/s`.
  public static func flopRate(_ value: Double) -> String { flops(value) + "/s" }

  /// A memory size in powers of 1,024: `1.50 MiB`; whole bytes below one KiB.
  public static func bytes(_ value: Int) -> String {
    value.magnitude < 1024
      ? "\(value) B" : scaled(Double(value), 1024, ["", "Ki", "Mi", "Gi", "Ti", "Pi"]) + "B"
  }

  /// A rate: `12,345 tokens/s`, or with a fraction when it is small.
  public static func rate(_ value: Double, _ unit: String) -> String {
    (value >= 100 ? count(Int(value.rounded())) : fixed(value, value >= 10 ? 1 : 2)) + " \(unit)/s"
  }

  /// A span of time: `85 µs`, `850 ms`, `12.3 s`, `2 min 05 s`, `3 h 07 min`, `2 d 04 h`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "unknown" }
    if seconds < 0 { return "-" + duration(-seconds) }
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
    guard value.isFinite else { return fixed(value, 0) + " " }
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
}
