import Statistics

extension Measured {
  /// A table's cell: the number with its interval underneath.
  package func cell(_ format: (Double) -> String) -> Markup {
    let range = Number.interval(interval, format)
    let interval: Markup? = range.isEmpty ? nil : "<span class='ci'>\(range)</span>"
    return "\(format(value))\(interval)"
  }
}
