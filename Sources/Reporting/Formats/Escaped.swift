import Foundation
import Wording

/// A text format with its own rule of what makes other text safe in it.
package protocol TextFormat {
  /// Makes text of a user or a model safe inside a line of the format.
  static func escape(_ text: String) -> String
}

/// A piece of a text format.
///
/// Written as a string literal, as ``Markup`` is: the literal's own text belongs to the format, and every
/// interpolated string is escaped. So a name can never become a command, a table's border or markup.
package struct Escaped<Format: TextFormat>: ExpressibleByStringInterpolation, Sendable {
  /// The finished text.
  package var text: String

  package init(stringLiteral value: String) { text = value }
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
  private init(trusted text: String) { self.text = text }

  /// Text that is of the format already.
  package static func trusted(_ text: String) -> Escaped { Escaped(trusted: text) }

  package static func + (left: Escaped, right: Escaped) -> Escaped {
    Escaped(trusted: left.text + right.text)
  }

  /// Collects a literal's parts.
  package struct StringInterpolation: StringInterpolationProtocol {
    package var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ value: String) { text += Format.escape(value) }
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }
    package mutating func appendInterpolation(_ value: Escaped) { text += value.text }
    package mutating func appendInterpolation(_ values: [Escaped]) {
      for value in values { text += value.text }
    }
  }
}

extension Array {
  /// Pieces with a separator between them.
  package func joined<Format>(_ separator: Escaped<Format>) -> Escaped<Format>
  where Element == Escaped<Format> {
    .trusted(map(\.text).joined(separator: separator.text))
  }
}

/// A piece of GitHub's Markdown.
package typealias Markdown = Escaped<MarkdownFormat>
/// A piece of LaTeX.
package typealias LaTeX = Escaped<LaTeXFormat>

/// GitHub's Markdown.
///
/// - Source: GitHub Flavored Markdown Spec 0.29, sections 2.4 and 6.1 (backslash escapes), 6.3 (code spans).
package enum MarkdownFormat: TextFormat {
  package static func escape(_ text: String) -> String {
    let scalars = Array(text.oneLine.unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      if "\\`*_[]<>|~#".unicodeScalars.contains(scalar)
        || scalar == "&" && next.map({ $0 == "#" || $0.properties.isAlphabetic }) ?? false
        || begins(scalars, at: index)
      {
        result += "\\"
      }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// Whether a sign at this place would make the line a list, a rule or a heading.
  private static func begins(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
    let next = index + 1 < scalars.count ? scalars[index + 1] : " "
    switch scalars[index] {
    case "-", "+", "=": return index == 0 && !next.properties.isAlphabetic && !("0"..."9").contains(next)
    case ".", ")":
      return index > 0 && index < 10 && next == " "
        && scalars[..<index].allSatisfy { ("0"..."9").contains($0) }
    default: return false
    }
  }
}

extension Escaped where Format == MarkdownFormat {
  /// Text as code: between more backticks than it has in a row.
  package static func code(_ text: String) -> Markdown {
    let line = text.oneLine
    var (run, longest) = (0, 0)
    for scalar in line.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    // One space at either end is taken off by a reader of Markdown.
    let isPadded = longest > 0 || (line.hasPrefix(" ") && line.hasSuffix(" "))
    return .trusted(fence + (isPadded ? " \(line) " : line) + fence)
  }
}

/// LaTeX, as it is typeset by `pdflatex` with UTF-8.
package enum LaTeXFormat: TextFormat {
  private static let commands: [Unicode.Scalar: String] = [
    "&": "\\&", "%": "\\%", "$": "\\$", "#": "\\#", "_": "\\_", "{": "\\{", "}": "\\}",
    "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "\\": "\\textbackslash{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "`": "\\textasciigrave{}", "\"": "\\textquotedbl{}",
    // After the end of a table's row these two would be arguments of it.
    "[": "{[}", "*": "{*}",
    "−": "$-$", "→": "$\\to$", "×": "$\\times$", "·": "$\\cdot$", "±": "$\\pm$", "≤": "$\\leq$",
    "≥": "$\\geq$",
    "∞": "$\\infty$", "–": "--", "—": "---", "…": "\\ldots{}", "\u{A0}": "~", "\u{2009}": "\\,",
    "\u{202F}": "\\,",
  ]

  package static func escape(_ text: String) -> String {
    var result = ""
    var last: Unicode.Scalar?
    // Composed first, so that a letter with a mark is one character that LaTeX knows.
    for scalar in text.oneLine.precomposedStringWithCanonicalMapping.unicodeScalars {
      // Two hyphens, commas or quotes would be set as one sign.
      if let last, last == scalar, "-,'".unicodeScalars.contains(scalar) { result += "{}" }
      if let command = commands[scalar] { result += command } else { result.unicodeScalars.append(scalar) }
      last = scalar
    }
    return result
  }
}

extension Escaped where Format == LaTeXFormat {
  /// A remark that is not typeset: one line, whatever the text holds.
  package static func comment(_ text: String) -> LaTeX { .trusted("% \(text.oneLine)\n") }
}
