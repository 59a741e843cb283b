extension Sequence<String> {
  /// The names in the order in which people count: digits by the number that they are, so that `gpt-2` comes before
  /// `gpt-10`.
  public var inNaturalOrder: [String] { sorted { $0.isNaturallyBefore($1) } }
}

extension String {
  /// Whether a name comes before another one where digits are compared as numbers, of any length. Names that differ in
  /// leading zeros alone are compared as text.
  public func isNaturallyBefore(_ other: String) -> Bool {
    var (left, right) = (utf8[...], other.utf8[...])
    while let (own, others) = left.first.flatMap({ own in right.first.map { (own, $0) } }) {
      guard isDigit(own), isDigit(others) else {
        if own != others { return own < others }
        left.removeFirst()
        right.removeFirst()
        continue
      }
      let (number, otherNumber) = (takeNumber(&left), takeNumber(&right))
      if number.count != otherNumber.count { return number.count < otherNumber.count }
      if !number.elementsEqual(otherNumber) { return number.lexicographicallyPrecedes(otherNumber) }
    }
    return left.isEmpty && right.isEmpty ? self < other : left.isEmpty
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// Takes the digits at the start of a text, and returns them without leading zeros.
private func takeNumber(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
  let digits = text.prefix(while: isDigit)
  text = text[digits.endIndex...]
  return digits.drop { $0 == UInt8(ascii: "0") }
}
