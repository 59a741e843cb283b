import Foundation

/// How many columns of a terminal `text` takes: two for wide East Asian characters and most emoji, none
/// for combining marks and for colour sequences.
public func displayWidth(_ text: String) -> Int {
  var width = 0
  var inEscape = false
  for character in text {
    if character == "\u{1B}" {
      inEscape = true
    } else if inEscape {
      if character.isLetter { inEscape = false }
    } else {
      width += columns(of: character)
    }
  }
  return width
}

private func columns(of character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first else { return 0 }
  if scalar.isASCII { return scalar.value < 32 || scalar.value == 127 ? 0 : 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control: return 0
  default: break
  }
  switch scalar.value {
  // Hangul jamo; CJK up to Yi; Hangul syllables; compatibility; full-width forms; wide emoji; CJK planes.
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

/// The beginning of `text` that fits into `width` columns, with `…` where something was cut.
public func truncated(_ text: String, to width: Int) -> String {
  if displayWidth(text) <= width { return text }
  var kept = ""
  var used = 0
  for character in text {
    let next = columns(of: character)
    if used + next > width - 1 { break }
    kept.append(character)
    used += next
  }
  return width > 0 ? kept + "…" : ""
}

/// `text` with spaces up to `width` columns, before it or behind it.
func padded(_ text: String, to width: Int, right: Bool) -> String {
  let spaces = String(repeating: " ", count: max(0, width - displayWidth(text)))
  return right ? spaces + text : text + spaces
}

/// Lines of at most `width` columns, broken between words, `indent` spaces before each.
///
/// - Parameter first: spaces before the first line, when they differ.
package func wrap(_ text: String, width: Int, indent: Int = 0, first: Int? = nil) -> [String] {
  var lines: [String] = []
  var line = String(repeating: " ", count: first ?? indent)
  var isEmpty = true
  for word in text.split(separator: " ") {
    if !isEmpty, displayWidth(line) + 1 + displayWidth(String(word)) > width {
      lines.append(line)
      line = String(repeating: " ", count: indent)
      isEmpty = true
    }
    line += isEmpty ? String(word) : " " + word
    isEmpty = false
  }
  return isEmpty ? lines : lines + [line]
}
