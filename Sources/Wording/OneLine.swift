extension String {
  /// The text as one line that no reader takes for anything else: every line break (CR LF counts as one) becomes a
  /// space, and every other control character its visible symbol (U+2400 and on).
  public var oneLine: String {
    var result = ""
    result.reserveCapacity(utf8.count)
    var afterReturn = false
    for scalar in unicodeScalars {
      defer { afterReturn = scalar == "\r" }
      switch scalar {
      case "\n" where afterReturn: break
      case "\n", "\r", "\t", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}": result += " "
      case "\u{0}"..."\u{1F}":
        if let symbol = Unicode.Scalar(0x2400 + scalar.value) { result.unicodeScalars.append(symbol) }
      case "\u{7F}": result += "\u{2421}"
      case "\u{80}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
