import Statistics
import Wording

/// Numbers in a report: those of ``Format`` with typographic signs.
package enum Number: NumberFormat {
  /// U+2212.
  package static var minus: String { "−" }

  /// A dash for NaN, the sign of infinity otherwise.
  package static func notFinite(_ value: Double) -> String {
    value.isNaN ? "–" : value < 0 ? "−∞" : "∞"
  }

  /// A dash.
  package static var unknown: String { "–" }

  /// A count with separators, as ``count(_:)`` gives it.
  package static func grouped(_ value: Int) -> String { count(value) }

  /// An interval; `format` writes each end.
  package static func interval(_ interval: Interval?, _ format: (Double) -> String) -> String {
    guard let interval else { return "" }
    return format(interval.low) + " to " + format(interval.high)
  }

  /// The decimals with which the ends of an interval differ: `least`, or up to eight where they would be the same text.
  /// Where eight do not tell them apart, `least`.
  package static func decimals(for interval: Interval?, least: Int) -> Int {
    guard let interval, interval.low < interval.high, least < 8 else { return least }
    return (least...8).first { fixed(interval.low, $0) != fixed(interval.high, $0) } ?? least
  }
}
