import Wording

/// A number as it is written: in files, in edits and on the command line alike.
///
/// Numbers are those of JSON5 (a sign, a point at either end, an exponent, hexadecimal digits), and `_` may
/// be between two digits. A whole number may have an exponent: `1000`, `1_000` and `1e3` are one number.
/// One that begins with 0, such as `007`, is refused everywhere: to some readers it would be octal.
package enum NumberLiteral: Equatable {
  /// Without a point and an exponent, decimal or hexadecimal.
  case integer(Int)
  /// With a point or an exponent.
  case number(Double)
  /// Meant as a number, but not one that can be taken, with the reason.
  case refused(String)
  /// No number at all.
  case none

  /// How a number is written, for errors.
  package static let form = "such as 1000, 1_000 or 1e3"

  /// Reads a word.
  package init(_ word: String) {
    var digits = Substring(word)
    let sign = digits.first
    if sign == "-" || sign == "+" { digits = digits.dropFirst() }
    let isNegative = sign == "-"
    if digits == "Infinity" || digits == "NaN" {
      self = .refused("a setting cannot be infinite or NaN; null means no limit")
      return
    }
    guard let first = digits.unicodeScalars.first,
      first == "." || ("0"..."9").contains(first)
    else {
      self = .none
      return
    }
    guard let plain = Self.withoutSeparators(digits) else {
      self = .refused("\"_\" is only allowed between two digits")
      return
    }
    if plain.hasPrefix("0x") || plain.hasPrefix("0X") {
      self = Self.integer((isNegative ? "-" : "") + plain.dropFirst(2), radix: 16)
    } else if let rest = plain.dropFirst().utf8.first, plain.hasPrefix("0"), Self.isDigit(rest) {
      // The digits alone, where all are, are what was meant.
      let meant = plain.utf8.allSatisfy(Self.isDigit) ? plain.drop { $0 == "0" } : ""
      let hint = meant.isEmpty ? "" : ": write " + (isNegative ? "-" : "") + meant
      self = .refused("a number must not begin with 0" + hint)
    } else if plain.utf8.allSatisfy(Self.isDigit) {
      self = Self.integer((isNegative ? "-" : "") + plain, radix: 10)
    } else {
      self = Self.decimal(plain[...], isNegative: isNegative)
    }
  }

  /// The value as a whole number; nil where it is none, or is written with a point or an exponent and not below
  /// 2⁵³, from where on such a form no longer says which number is meant.
  package var whole: Int? {
    switch self {
    case .integer(let integer): integer
    case .number(let number):
      number.rounded() == number && abs(number) < 0x1p53 ? Int(exactly: number) : nil
    case .refused, .none: nil
    }
  }

  /// The value as a number; nil where it is none.
  package var real: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    case .refused, .none: nil
    }
  }

  /// A number as it can be typed; a whole one as those of whole numbers are.
  package static func text(_ value: Double) -> String {
    Int(exactly: value).map { text($0) } ?? Format.plain(value)
  }

  /// A whole number as it can be typed, long ones with `_` between groups of three digits.
  package static func text(_ value: Int) -> String {
    let digits = String(value.magnitude)
    guard digits.utf8.count > 4 else { return String(value) }
    var groups: [Substring] = []
    var rest = digits[...]
    while !rest.isEmpty {
      groups.append(rest.suffix(3))
      rest = rest.dropLast(3)
    }
    return (value < 0 ? "-" : "") + groups.reversed().joined(separator: "_")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// The digits without `_`; nil where one is not between two digits.
  private static func withoutSeparators(_ digits: Substring) -> String? {
    guard digits.utf8.contains(UInt8(ascii: "_")) else { return String(digits) }
    let isHexadecimal = digits.hasPrefix("0x") || digits.hasPrefix("0X")
    let parts = digits.split(separator: "_", omittingEmptySubsequences: false)
    func isDigit(_ character: Character?) -> Bool {
      character.map { $0.isASCII && (isHexadecimal ? $0.isHexDigit : $0.isWholeNumber) } ?? false
    }
    let isWellFormed = zip(parts, parts.dropFirst()).allSatisfy { isDigit($0.last) && isDigit($1.first) }
    return isWellFormed ? parts.joined() : nil
  }

  private static func integer(_ digits: String, radix: Int) -> NumberLiteral {
    if let integer = Int(digits, radix: radix) { return .integer(integer) }
    let isWellFormed = digits.drop { $0 == "-" }.allSatisfy { $0.hexDigitValue.map { $0 < radix } ?? false }
    return .refused(isWellFormed && digits.count > 1 ? "this number is too large" : "this is not a number")
  }

  private static func decimal(_ digits: Substring, isNegative: Bool) -> NumberLiteral {
    // Swift reads more than JSON5 writes (hexadecimal floats, "nan"), and less (a bare point at an end).
    let halves = digits.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    var mantissa = String(halves[0])
    if mantissa.hasPrefix(".") { mantissa = "0" + mantissa }
    if mantissa.hasSuffix(".") { mantissa += "0" }
    let pieces = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    func isDigits(_ text: some StringProtocol) -> Bool { !text.isEmpty && text.utf8.allSatisfy(isDigit) }
    let exponent = halves.count > 1 ? halves[1] : "0"
    let exponentDigits = exponent.first == "-" || exponent.first == "+" ? exponent.dropFirst() : exponent[...]
    guard pieces.count <= 2, pieces.allSatisfy({ isDigits($0) }), isDigits(exponentDigits),
      let value = Double(mantissa + "e" + exponent)
    else { return .refused("this is not a number") }
    guard value.isFinite else { return .refused("this number is too large") }
    return .number(isNegative ? -value : value)
  }
}
