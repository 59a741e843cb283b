/// A number as JSON5 writes it.
enum NumberLiteral: Equatable {
  /// Without a point and an exponent, decimal or hexadecimal.
  case integer(Int)
  /// With a point or an exponent.
  case number(Double)
  /// Meant as a number, but not one that a setting can have, with the reason.
  case refused(String)
  /// No number at all.
  case none

  init(_ word: String) {
    var digits = Substring(word)
    let sign = digits.first
    if sign == "-" || sign == "+" { digits = digits.dropFirst() }
    let isNegative = sign == "-"
    if digits == "Infinity" || digits == "NaN" {
      self = .refused("no setting can be infinite or undefined: null says that there is no limit")
      return
    }
    guard let first = digits.unicodeScalars.first,
      first == "." || ("0"..."9").contains(first)
    else {
      self = .none
      return
    }
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      self = Self.integer((isNegative ? "-" : "") + digits.dropFirst(2), radix: 16)
    } else if digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
      self =
        digits.count > 1 && digits.hasPrefix("0")
        ? .refused("a number must not begin with 0")
        : Self.integer((isNegative ? "-" : "") + digits, radix: 10)
    } else {
      self = Self.decimal(digits, isNegative: isNegative)
    }
  }

  private static func integer(_ digits: String, radix: Int) -> NumberLiteral {
    if let integer = Int(digits, radix: radix) { return .integer(integer) }
    let isWellFormed = digits.drop { $0 == "-" }.allSatisfy { $0.hexDigitValue.map { $0 < radix } ?? false }
    return .refused(isWellFormed && digits.count > 1 ? "this number is too large" : "this is no number")
  }

  private static func decimal(_ digits: Substring, isNegative: Bool) -> NumberLiteral {
    // Swift reads more than JSON5 writes (hexadecimal floats, "nan"), and less (a bare point at an end).
    let halves = digits.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    var mantissa = String(halves[0])
    if mantissa.hasPrefix(".") { mantissa = "0" + mantissa }
    if mantissa.hasSuffix(".") { mantissa += "0" }
    let pieces = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    func isDigits(_ text: some StringProtocol) -> Bool {
      !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
    let exponent = halves.count > 1 ? halves[1] : "0"
    let exponentDigits = exponent.first == "-" || exponent.first == "+" ? exponent.dropFirst() : exponent[...]
    guard pieces.count <= 2, pieces.allSatisfy({ isDigits($0) }), isDigits(exponentDigits),
      let value = Double(mantissa + "e" + exponent)
    else { return .refused("this is no number") }
    guard value.isFinite else { return .refused("this number is too large") }
    return .number(isNegative ? -value : value)
  }
}
