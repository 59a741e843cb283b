import Foundation

/// A piece of HTML that is also well-formed XML.
///
/// Written as a string literal: the literal's own text is markup, and every interpolated string is
/// escaped. So text of a model can never become markup, and a plain `Double` cannot slip in as `nan`:
/// numbers of a drawing go in as `\(px: value)`, numbers for reading are formatted by ``Number``.
package struct Markup: ExpressibleByStringInterpolation, Sendable {
  /// The finished text.
  package var text: String

  package init(stringLiteral value: String) { text = value }
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  private init(trusted text: String) { self.text = text }

  /// Text of this program's own that is markup already: a style sheet, a script, encoded JSON.
  package static func trusted(_ text: String) -> Markup { Markup(trusted: text) }

  package static func + (left: Markup, right: Markup) -> Markup { Markup(trusted: left.text + right.text) }

  /// Collects a literal's parts.
  package struct StringInterpolation: StringInterpolationProtocol {
    package var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ value: String) { text += Markup.escape(value) }
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }
    package mutating func appendInterpolation(_ value: Markup) { text += value.text }
    package mutating func appendInterpolation(_ value: Markup?) { text += value?.text ?? "" }
    package mutating func appendInterpolation(_ values: [Markup]) {
      for value in values { text += value.text }
    }

    /// A coordinate or length of a drawing: two decimals, and 0 for what is not a number.
    package mutating func appendInterpolation(px value: Double) {
      guard value.isFinite, abs(value) < 1e7 else {
        text += "0"
        return
      }
      let hundredths = Int((value * 100).rounded())
      if hundredths < 0 { text += "-" }
      let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
      text += String(whole)
      if rest > 0 { text += rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)" }
    }
  }

  /// Makes text safe between tags and in quoted attributes.
  ///
  /// Control characters, which XML forbids, become their visible symbols (U+2400 and on).
  package static func escape(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}":
        if let symbol = Unicode.Scalar(0x2400 + scalar.value) { result.unicodeScalars.append(symbol) }
      case "\u{7F}": result += "\u{2421}"
      case "\u{80}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Data for the page's script: JSON in which nothing can end the element that holds it.
  package static func json(_ value: some Encodable, id: String) -> Markup {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "", negativeInfinity: "", nan: "")
    let data = (try? encoder.encode(value)) ?? Data("null".utf8)
    let text = String(decoding: data, as: UTF8.self)
      .replacingOccurrences(of: "&", with: "\\u0026")
      .replacingOccurrences(of: "<", with: "\\u003c")
      .replacingOccurrences(of: ">", with: "\\u003e")
      .replacingOccurrences(of: "\u{FFFE}", with: "\u{FFFD}")
      .replacingOccurrences(of: "\u{FFFF}", with: "\u{FFFD}")
    return "<script type='application/json' id='\(id)'>\(Markup(trusted: text))</script>\n"
  }
}
