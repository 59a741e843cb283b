/// Reads JSON5 and continues after an error, so that all are found at once.
///
/// Accepted beyond JSON: comments, trailing commas, single quotes, keys without quotes, hexadecimal
/// numbers, a plus sign, and a decimal point at either end. Refused: infinities and NaN, which no setting
/// can mean, and duplicate keys.
///
/// - Source: the JSON5 specification, version 1.0.0, 2018.
struct JSON5Reader {
  /// What was wrong, in the order of the text.
  private(set) var problems: [Problem] = []

  private static let deepest = 100
  private let scalars: [Unicode.Scalar]
  private let file: String
  private let readsNonFinite: Bool
  private var index = 0
  private var line = 1
  private var column = 1
  private var path: [String] = []
  private var depth = 0
  /// Whether the item being read was given up, and the reader is where the next may begin.
  private var isRecovered = false
  /// Whether reading was given up before the end of the text.
  private var isAbandoned = false

  /// - Parameter readsNonFinite: whether `NaN` and `Infinity`, with a sign or without, are numbers.
  init(_ text: String, file: String, readsNonFinite: Bool = false) {
    self.readsNonFinite = readsNonFinite
    scalars = Array(text.unicodeScalars)
    self.file = file
    if scalars.first == "\u{FEFF}" { index = 1 }
  }

  /// The tree; nil when there is none at all.
  mutating func read() -> Node? {
    skipSpace()
    guard current != nil else {
      report("the text holds no value")
      return nil
    }
    let node = readValue()
    skipSpace()
    if current != nil { report("more text after the end of the value", found: excerpt()) }
    return node
  }

  // MARK: Characters

  private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
  private var place: SourcePlace { SourcePlace(file: file, line: line, column: column) }

  private func peek(_ distance: Int) -> Unicode.Scalar? {
    index + distance < scalars.count ? scalars[index + distance] : nil
  }

  private mutating func advance() {
    let isLineEnd = current == "\n" || current == "\r" && peek(1) != "\n"
    index += 1
    (line, column) = isLineEnd ? (line + 1, 1) : (line, column + 1)
  }

  private mutating func report(
    _ reason: String, found: String? = nil, allowed: String? = nil, nearest: String? = nil,
    at place: SourcePlace? = nil
  ) {
    if problems.count >= SettingsError.maxProblems {
      // What is left is not looked at, so that nothing follows from its end being missing.
      (index, isAbandoned) = (scalars.count, true)
      return
    }
    problems.append(
      Problem(
        path: path.joined(separator: "."), found: found, allowed: allowed, reason: reason, nearest: nearest,
        place: place ?? self.place))
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar == "\u{FEFF}"
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic
      || scalar.properties.numericType == .decimal
  }

  /// Spaces and comments.
  private mutating func skipSpace() {
    while let scalar = current {
      if Self.isSpace(scalar) {
        advance()
      } else if scalar == "/", peek(1) == "/" {
        while let next = current, next != "\n", next != "\r" { advance() }
      } else if scalar == "/", peek(1) == "*" {
        let start = place
        advance()
        advance()
        while current != nil, !(current == "*" && peek(1) == "/") { advance() }
        if current == nil { report("a comment that is not closed", at: start) }
        if current != nil { advance() }
        if current != nil { advance() }
      } else {
        return
      }
    }
  }

  /// A few characters for a message.
  private func excerpt() -> String {
    var text = ""
    var place = index
    while place < scalars.count, text.unicodeScalars.count < 20, !Self.isSpace(scalars[place]) {
      text.unicodeScalars.append(scalars[place])
      place += 1
      if ",}]{[:".unicodeScalars.contains(scalars[place - 1]) { break }
    }
    return "\(text)"
  }

  /// Goes to where the next member or element may begin: behind a comma or a line's end, or before a
  /// closing bracket, not counting what is inside brackets of its own.
  private mutating func recover() {
    isRecovered = true
    var depth = 0
    while let scalar = current {
      switch scalar {
      case "{", "[": depth += 1
      case "}", "]":
        if depth == 0 { return }
        depth -= 1
      case ",", "\n":
        if depth == 0 {
          advance()
          return
        }
      default: break
      }
      advance()
    }
  }

  // MARK: Values

  private mutating func readValue() -> Node? {
    let start = place
    switch current {
    case "{": return readObject()
    case "[": return readList()
    case "\"", "'": return readText().map { Node(.text($0), place: start) }
    case let scalar? where Self.isWordPart(scalar) || scalar == "+" || scalar == "-" || scalar == ".":
      return readWord()
    case nil: report("the text ends where a value is expected")
    default:
      report("no value begins like this", found: excerpt())
      recover()
    }
    return nil
  }

  private mutating func readWord() -> Node? {
    let start = place
    var word = ""
    while let scalar = current, Self.isWordPart(scalar) || "+-.<".unicodeScalars.contains(scalar) {
      word.unicodeScalars.append(scalar)
      advance()
    }
    switch word {
    case "null": return Node(.null, place: start)
    case "true": return Node(.flag(true), place: start)
    case "false": return Node(.flag(false), place: start)
    default: break
    }
    if readsNonFinite, let number = Self.nonFinite(word) { return Node(.number(number), place: start) }
    switch NumberLiteral(word) {
    case .integer(let integer): return Node(.integer(integer), place: start)
    case .number(let number): return Node(.number(number), place: start)
    case .refused(let reason): report(reason, found: word, at: start)
    case .none: report("a text needs quotes", found: word, nearest: "\"\(word)\"", at: start)
    }
    return nil
  }

  private static func nonFinite(_ word: String) -> Double? {
    switch word {
    case "NaN": .nan
    case "Infinity", "+Infinity": .infinity
    case "-Infinity": -.infinity
    default: nil
    }
  }

  private mutating func readList() -> Node {
    let start = place
    var elements: [Node] = []
    advance()
    guard descend(at: start) else { return Node(.list([]), place: start) }
    while !closes("]", start) {
      path.append("\(elements.count)")
      let element = readValue()
      if let element { elements.append(element) }
      path.removeLast()
      endItem(closing: "]", isRead: element != nil)
    }
    depth -= 1
    return Node(.list(elements), place: start)
  }

  private mutating func readObject() -> Node {
    let start = place
    var members: [Node.Member] = []
    var places: [String: SourcePlace] = [:]
    advance()
    guard descend(at: start) else { return Node(.object([]), place: start) }
    while !closes("}", start) {
      let keyPlace = place
      guard let key = readKey() else {
        recover()
        continue
      }
      path.append(key)
      defer { path.removeLast() }
      skipSpace()
      guard current == ":" else {
        report("a colon must follow the key", found: current == nil ? "the end" : excerpt())
        recover()
        continue
      }
      advance()
      skipSpace()
      let value = readValue()
      if let first = places[key] {
        report("this key is repeated; first at \(first)", at: keyPlace)
      } else if let value {
        places[key] = keyPlace
        members.append(Node.Member(key, value, place: keyPlace))
      }
      endItem(closing: "}", isRead: value != nil)
    }
    depth -= 1
    return Node(.object(members), place: start)
  }

  /// Refuses what is nested so deeply that reading it could exhaust the stack.
  private mutating func descend(at start: SourcePlace) -> Bool {
    depth += 1
    if depth <= Self.deepest { return true }
    report("nested more than \(Self.deepest) levels deep", at: start)
    index = scalars.count
    isAbandoned = true
    return false
  }

  /// Whether the list or object ends here: at its bracket, at another's, or at the end of the text.
  private mutating func closes(_ bracket: Unicode.Scalar, _ start: SourcePlace) -> Bool {
    isRecovered = false
    skipSpace()
    while current == "," {
      report("a comma with nothing before it")
      advance()
      skipSpace()
    }
    switch current {
    case nil:
      if !isAbandoned { report("\"\(bracket == "}" ? "{" : "[")\" is not closed", at: start) }
      return true
    case "}", "]":
      if current != bracket {
        report("does not close what was opened at \(start)", found: excerpt(), allowed: "\(bracket)")
      }
      advance()
      return true
    default: return false
    }
  }

  private mutating func endItem(closing bracket: Unicode.Scalar, isRead: Bool) {
    skipSpace()
    switch current {
    case ",": advance()
    case nil, "}", "]": break
    default:
      // A value that could not be read has been reported, which is enough.
      if isRead && !isRecovered {
        report("a comma or \"\(bracket)\" must follow the value", found: excerpt())
      }
    }
  }

  private mutating func readKey() -> String? {
    if current == "\"" || current == "'" { return readText() }
    var key = ""
    while let scalar = current, Self.isWordPart(scalar) || scalar == "-" {
      key.unicodeScalars.append(scalar)
      advance()
    }
    guard let first = key.unicodeScalars.first else {
      report("a key is expected", found: excerpt())
      return nil
    }
    if first.properties.numericType == .decimal || key.contains("-") {
      let start = SourcePlace(file: file, line: line, column: column - key.unicodeScalars.count)
      report("this key needs quotes", found: key, nearest: "\"\(key)\"", at: start)
    }
    return key
  }

  // MARK: Text

  /// A text in quotes; nil, with a report, when it is not closed on its line.
  private mutating func readText() -> String? {
    let (start, quote) = (place, current)
    var text = ""
    advance()
    while let scalar = current, scalar != "\n", scalar != "\r" {
      if scalar == quote {
        advance()
        return text
      }
      if scalar == "\\" {
        readEscape(into: &text)
      } else {
        text.unicodeScalars.append(scalar)
        advance()
      }
    }
    report("this text is not closed on its line", at: start)
    isRecovered = true
    return nil
  }

  private mutating func readEscape(into text: inout String) {
    let start = place
    advance()
    guard let scalar = current else { return }
    let simple: [Unicode.Scalar: Unicode.Scalar] = [
      "n": "\n", "t": "\t", "r": "\r", "b": "\u{8}", "f": "\u{C}", "v": "\u{B}", "0": "\0",
    ]
    advance()
    switch scalar {
    case "x": appendCode(readHexadecimal(2), to: &text, at: start)
    case "u":
      guard let first = readHexadecimal(4) else { return appendCode(nil, to: &text, at: start) }
      // A pair of surrogates is one character.
      guard (0xD800..<0xDC00).contains(first), current == "\\", peek(1) == "u" else {
        return appendCode(first, to: &text, at: start)
      }
      advance()
      advance()
      let second = readHexadecimal(4).flatMap { (0xDC00..<0xE000).contains($0) ? $0 : nil }
      appendCode(second.map { 0x10000 + (first - 0xD800) << 10 + ($0 - 0xDC00) }, to: &text, at: start)
    case "\r", "\n":
      if scalar == "\r", current == "\n" { advance() }
    default: text.unicodeScalars.append(simple[scalar] ?? scalar)
    }
  }

  private mutating func readHexadecimal(_ digits: Int) -> UInt32? {
    var text = ""
    while text.utf8.count < digits, let scalar = current, scalar.properties.isASCIIHexDigit {
      text.unicodeScalars.append(scalar)
      advance()
    }
    return text.utf8.count == digits ? UInt32(text, radix: 16) : nil
  }

  private mutating func appendCode(_ code: UInt32?, to text: inout String, at start: SourcePlace) {
    guard let scalar = code.flatMap(Unicode.Scalar.init) else {
      report("this escape is not a character", at: start)
      return
    }
    text.unicodeScalars.append(scalar)
  }
}
