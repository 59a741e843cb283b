import Statistics
import Wording

/// Numbers as a report shows them: those of ``Format`` with a typographic minus. What is not finite is shown as a
/// dash or ∞, never as `nan`.
package enum Number {
  /// A fixed number of decimals.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value == .infinity ? "∞" : value == -.infinity ? "−∞" : "–" }
    return typographic(Format.fixed(value, decimals))
  }

  /// About three or four significant digits.
  package static func short(_ value: Double) -> String {
    let size = abs(value)
    return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
  }

  /// A share as a percentage.
  package static func percent(_ share: Double, _ decimals: Int = 1) -> String {
    fixed(share * 100, decimals) + " %"
  }

  /// A difference of shares in percentage points, with its sign; none where it rounds to nothing.
  package static func points(_ difference: Double) -> String {
    abs(difference) < 0.0005 ? "0.0" : (difference > 0 ? "+" : "") + fixed(difference * 100, 1)
  }

  /// A p-value, which is never 0: three decimals, or that it is less than the least of them.
  package static func probability(_ value: Double) -> String { value < 0.001 ? "< 0.001" : fixed(value, 3) }

  /// A whole number with separators: `1,234`.
  package static func grouped(_ value: Int) -> String { typographic(Format.count(value)) }

  /// A count with its noun: `1 step`, `1,500 steps`.
  package static func counted(_ value: Int, _ noun: String) -> String {
    typographic(Format.counted(value, noun))
  }

  /// Thousands as k, millions as M, and on: for axes and cards.
  package static func compact(_ value: Double) -> String {
    let steps: [(Double, String)] = [
      (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"),
    ]
    for (size, letter) in steps where abs(value) >= size { return trimmed(value / size) + " " + letter }
    return trimmed(value)
  }

  /// FLOPs with an SI prefix.
  package static func flops(_ value: Double) -> String {
    value.isFinite ? typographic(Format.flops(value)) : "–"
  }

  /// A span of time.
  package static func duration(_ seconds: Double) -> String {
    seconds.isFinite ? typographic(Format.duration(seconds)) : "–"
  }

  /// Bytes in binary units.
  package static func bytes(_ count: Int) -> String { typographic(Format.bytes(count)) }

  /// An interval; `format` writes each end.
  package static func interval(_ interval: Interval?, _ format: (Double) -> String) -> String {
    guard let interval else { return "" }
    return format(interval.low) + " – " + format(interval.high)
  }

  private static func typographic(_ text: String) -> String {
    text.hasPrefix("-") ? "−" + text.dropFirst() : text
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
