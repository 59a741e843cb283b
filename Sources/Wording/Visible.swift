extension String {
  /// The text as a terminal may show it: control characters, which could move the cursor or forge lines, become their
  /// visible symbols (U+2400 and on), and those that reverse the order of letters U+FFFD. Line ends, tabs and the
  /// colours of a console (`ESC [ … m`) stay.
  public var visible: String { visible(keepingColours: true) }

  /// ``visible`` without colours: of a text that may quote a name or a file, which could hide words of a message by
  /// the colour of the background.
  public var visibleUncoloured: String { visible(keepingColours: false) }

  private func visible(keepingColours: Bool) -> String {
    guard unicodeScalars.contains(where: Self.isUnsafe) else { return self }
    var result = ""
    result.reserveCapacity(utf8.count)
    var rest = Substring(self).unicodeScalars
    while let scalar = rest.popFirst() {
      if keepingColours, scalar == "\u{1B}", let end = Self.endOfColour(rest) {
        result.unicodeScalars.append(scalar)
        result.unicodeScalars.append(contentsOf: rest[..<end])
        rest = rest[end...]
      } else if Self.isUnsafe(scalar) {
        result.unicodeScalars.append(Self.symbol(scalar))
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Where a sequence of colours ends whose ESC is before these scalars; nil where it is none.
  private static func endOfColour(_ rest: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView.Index? {
    guard rest.first == "[" else { return nil }
    let codes = rest.dropFirst().prefix { ("0"..."9").contains($0) || $0 == ";" }
    guard codes.endIndex < rest.endIndex, rest[codes.endIndex] == "m" else { return nil }
    return rest.index(after: codes.endIndex)
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\t": false
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{202A}"..."\u{202E}",
      "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}":
      true
    default: false
    }
  }

  private static func symbol(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar.value < 0x20
      ? Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}" : scalar == "\u{7F}" ? "\u{2421}" : "\u{FFFD}"
  }
}
