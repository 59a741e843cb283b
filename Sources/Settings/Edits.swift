/// Several edits, or several values of one, that were written with commas between.
package enum Edits {
  /// The parts between commas; a comma within brackets or quotes belongs to its part.
  package static func parts(_ text: some StringProtocol) -> [String] {
    var parts = [""]
    var depth = 0
    var quote: Character?
    for character in text {
      switch character {
      case "'", "\"": quote = quote == nil ? character : quote == character ? nil : quote
      case "{", "[": depth += quote == nil ? 1 : 0
      case "}", "]": depth -= quote == nil ? 1 : 0
      default: break
      }
      if character == ",", depth == 0, quote == nil {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  /// The edits that were most likely meant by a text with commas: `a=1` and `b=2` for `a=1,b=2`, `a=1` and `a=2` for
  /// `a=1,2`, `a=1` for `a=1,`. The text alone where it has no comma between values.
  package static func separated(_ text: String) -> [String] {
    let all = parts(text)
    let edits = all.map { String($0.drop(while: \.isWhitespace)) }.filter { !$0.isEmpty }
    guard all.count > 1, let first = edits.first, first.contains("="),
      let path = first.split(separator: "=").first
    else { return [text] }
    return edits.map { $0.contains("=") ? $0 : "\(path)=\($0)" }
  }
}
