/// A text or a regular expression that is looked for.
enum TextPattern: Sendable {
  case text([UInt8])
  case expression(Expression, source: String)

  /// Reads `{"String": "…"}` or `{"Regex": "…"}`; nil, with a problem, for anything else.
  init?(_ reader: PartReader, _ key: String) {
    let path = "\(reader.path).\(key)"
    let value = reader.value[key]
    if let text = value?["String"]?.text {
      self = .text(Array(text.utf8))
    } else if let text = value?["Regex"]?.text {
      do { self = .expression(try Expression(text), source: text) } catch {
        let reason = (error as? ExpressionFault)?.reason ?? "\(error)"
        reader.problems.add(path, found: .text(text), "is an expression that cannot be read: \(reason)")
        return nil
      }
    } else {
      reader.problems.add(
        path, found: value, allowed: "{\"String\": …} or {\"Regex\": …}", "is no text and no expression")
      return nil
    }
  }

  /// The places where it is found, from left to right; an expression may also match nothing at a place.
  func forEachMatch(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    switch self {
    case .expression(let expression, _): expression.forEachMatch(in: text, body)
    case .text(let wanted):
      guard let first = wanted.first else {
        for place in 0...text.count where place == text.count || text[place] & 0xC0 != 0x80 {
          body(place..<place)
        }
        return
      }
      var place = 0
      while place + wanted.count <= text.count {
        if text[place] == first, wanted.indices.allSatisfy({ text[place + $0] == wanted[$0] }) {
          body(place..<place + wanted.count)
          place += wanted.count
        } else {
          place += 1
        }
      }
    }
  }
}
