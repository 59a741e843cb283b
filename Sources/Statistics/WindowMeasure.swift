/// Bits per byte over windows of different numbers of bytes.
package struct WindowMeasure {
  /// The bytes of each window.
  package let bytes: [Int]

  /// The measure over windows of so many bytes each.
  package init(bytes: [Int]) {
    self.bytes = bytes
  }

  /// All bits over all bytes, with the interval that windows as units give.
  package func perByte(_ bits: [Double]) -> Measured {
    let total = Double(bytes.reduce(0, +))
    let ratio = bits.reduce(0, +) / total
    // A ratio of sums: each window's part is what it deviates by, over the mean number of bytes.
    let parts = zip(bits, bytes).map { ($0 - ratio * Double($1)) / (total / Double(bytes.count)) }
    let interval = PairedComparison(differences: parts).interval()
    return Measured(
      ratio, interval: interval.map { .init(low: ratio + $0.low, high: ratio + $0.high) })
  }
}

extension WindowMeasure {
  /// Fewer windows with such tokens give no interval: it would be far too short.
  package static let minWindows = 5

  /// The measure over windows of so many tokens of one kind; some may have none.
  package init(tokens: [Int]) { self.init(bytes: tokens) }

  /// All bits over all tokens, with the interval that windows as units give.
  package func perToken(_ bits: [Double]) -> Measured {
    let measured = perByte(bits)
    return bytes.count { $0 > 0 } < Self.minWindows ? Measured(measured.value) : measured
  }
}
