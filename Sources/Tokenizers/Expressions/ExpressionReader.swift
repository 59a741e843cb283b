/// A part of a regular expression.
indirect enum ExpressionNode: Sendable {
  case nothing
  case set(ScalarSet)
  case sequence([ExpressionNode])
  case alternatives([ExpressionNode])
  case repetition(ExpressionNode, min: Int, max: Int?, Greed)
  case lookAhead(ExpressionNode, isNegative: Bool)
  case atomic(ExpressionNode)
  case place(ExpressionPlace)

  enum Greed: Sendable { case greedy, lazy, possessive }

  /// Whether it can match no text at all.
  var canBeEmpty: Bool {
    switch self {
    case .nothing, .lookAhead, .place: true
    case .set: false
    case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
    case .alternatives(let parts): parts.contains(where: \.canBeEmpty)
    case .repetition(let part, let min, _, _): min == 0 || part.canBeEmpty
    case .atomic(let part): part.canBeEmpty
    }
  }
}

/// A condition on the place between two scalars.
enum ExpressionPlace: Sendable { case textStart, textEnd, lineStart, lineEnd, wordEdge, noWordEdge }

/// Why an expression cannot be read.
struct ExpressionFault: Error {
  let reason: String
}

/// Reads the expressions of `tokenizer.json`: the syntax of Oniguruma's Ruby mode, as far as tokenizers use it.
struct ExpressionReader {
  private let scalars: [UInt32]
  private var place = 0
  private var ignoresCase = false
  private static let maxRepetitions = 1000

  /// - Throws: `ExpressionFault` for what is not understood.
  static func read(_ text: String) throws -> ExpressionNode {
    var reader = ExpressionReader(scalars: text.unicodeScalars.map(\.value))
    let node = try reader.alternatives()
    guard reader.place == reader.scalars.count else { throw ExpressionFault(reason: "a ) without its (") }
    return node
  }

  private init(scalars: [UInt32]) { self.scalars = scalars }

  private var next: Character? {
    place < scalars.count ? Unicode.Scalar(scalars[place]).map(Character.init) : nil
  }

  private mutating func take(_ text: String) -> Bool {
    let wanted = text.unicodeScalars.map(\.value)
    guard scalars[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  private mutating func alternatives() throws -> ExpressionNode {
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .alternatives(parts)
  }

  private mutating func sequence() throws -> ExpressionNode {
    var parts: [ExpressionNode] = []
    while let next, next != "|", next != ")" {
      let part = try quantified(try item())
      if case .nothing = part { continue }
      parts.append(part)
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func quantified(_ item: ExpressionNode) throws -> ExpressionNode {
    var item = item
    while let (min, max, isInterval) = try quantifier() {
      var greed = ExpressionNode.Greed.greedy
      if take("?") {
        greed = .lazy
      } else if !isInterval, take("+") {
        // After an interval a plus is another quantifier: `{1,3}+` repeats the whole.
        greed = .possessive
      }
      if item.canBeEmpty, max ?? 2 > 1 {
        throw ExpressionFault(reason: "a part that can match nothing is repeated")
      }
      item = .repetition(item, min: min, max: max, greed)
    }
    return item
  }

  private mutating func quantifier() throws -> (min: Int, max: Int?, isInterval: Bool)? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    guard next == "{" else { return nil }
    let start = place
    place += 1
    let low = number()
    let hasComma = take(",")
    let high = hasComma ? number() : low
    guard take("}"), low != nil || high != nil else {
      place = start
      return nil
    }
    let min = low ?? 0
    guard min <= Self.maxRepetitions, high ?? 0 <= Self.maxRepetitions, high ?? min >= min else {
      throw ExpressionFault(reason: "repetitions are 0 to \(Self.maxRepetitions), the smaller number first")
    }
    return (min, high, true)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while place < scalars.count, scalars[place] &- 48 < 10, value ?? 0 < 100_000 {
      value = (value ?? 0) * 10 + Int(scalars[place] - 48)
      place += 1
    }
    return value
  }

  private mutating func item() throws -> ExpressionNode {
    if take("(") { return try group() }
    if take("[") { return .set(try bracket()) }
    if take(".") {
      return .set(ScalarSet([.range(0x0A...0x0A)], isNegated: true))
    }
    if take("^") { return .place(.lineStart) }
    if take("$") { return .place(.lineEnd) }
    if take("\\") { return try escape() }
    if let next, "*+?".contains(next) { throw ExpressionFault(reason: "nothing stands before \(next)") }
    place += 1
    return literal(scalars[place - 1])
  }

  private func literal(_ value: UInt32) -> ExpressionNode {
    .set(ScalarSet([.range(value...value)], ignoresCase: ignoresCase))
  }

  private mutating func group() throws -> ExpressionNode {
    let outer = ignoresCase
    func close(_ reader: inout ExpressionReader) throws {
      guard reader.take(")") else { throw ExpressionFault(reason: "a ( without its )") }
      reader.ignoresCase = outer
    }
    if take("?") {
      if take("=") || take("!") {
        let isNegative = scalars[place - 1] == UInt32(UInt8(ascii: "!"))
        let inner = try alternatives()
        try close(&self)
        return .lookAhead(inner, isNegative: isNegative)
      }
      if take(">") {
        let inner = try alternatives()
        try close(&self)
        return .atomic(inner)
      }
      if take("i:") {
        ignoresCase = true
      } else if take("i)") {
        // It holds up to the end of the group that it stands in.
        ignoresCase = true
        return .nothing
      } else if !take(":") {
        throw ExpressionFault(reason: "the group (?\(next.map(String.init) ?? "") is not known")
      }
    }
    let inner = try alternatives()
    try close(&self)
    return inner
  }

  private mutating func escape() throws -> ExpressionNode {
    switch next {
    case "A": return at(.textStart)
    case "z", "Z": return at(.textEnd)
    case "b": return at(.wordEdge)
    case "B": return at(.noWordEdge)
    default:
      switch try escapedItem() {
      case .range(let range) where range.count == 1: return literal(range.lowerBound)
      case let item: return .set(ScalarSet([item], ignoresCase: ignoresCase))
      }
    }
  }

  private mutating func at(_ condition: ExpressionPlace) -> ExpressionNode {
    place += 1
    return .place(condition)
  }

  /// What follows a backslash, inside brackets or not.
  private mutating func escapedItem(inBrackets: Bool = false) throws -> ScalarSet.Item {
    guard let letter = next else { throw ExpressionFault(reason: "a \\ at its end") }
    place += 1
    func negated(_ item: ScalarSet.Item, _ isNegated: Bool) -> ScalarSet.Item {
      isNegated ? .others(than: ScalarSet([item])) : item
    }
    switch letter {
    case "s", "S": return negated(.whiteSpace, letter == "S")
    case "d", "D": return negated(.categories(.init(.decimalNumber)), letter == "D")
    case "w", "W": return negated(.wordParts(inBrackets: inBrackets), letter == "W")
    case "p", "P":
      guard take("{") else { throw ExpressionFault(reason: "\\\(letter) without {…}") }
      let isNegated = take("^") != (letter == "P")
      var name = ""
      while let letter = next, letter != "}" {
        name.append(letter)
        place += 1
      }
      guard take("}") else { throw ExpressionFault(reason: "\\p{ without }") }
      guard let categories = Self.categories[name.lowercased()] else {
        throw ExpressionFault(
          reason:
            "\\p{\(name)} is not known (known: \(Self.categories.keys.sorted().joined(separator: ", ")))")
      }
      return negated(.categories(categories), isNegated)
    case "n": return .range(0x0A...0x0A)
    case "r": return .range(0x0D...0x0D)
    case "t": return .range(0x09...0x09)
    case "f": return .range(0x0C...0x0C)
    case "v": return .range(0x0B...0x0B)
    case "x", "u":
      let isBraced = letter == "x" && take("{")
      var (code, digits) = (UInt32(0), 0)
      while digits < (isBraced ? 8 : letter == "x" ? 2 : 4), let digit = next?.hexDigitValue {
        code = code << 4 | UInt32(digit)
        digits += 1
        place += 1
      }
      guard digits > 0, Unicode.Scalar(code) != nil, !isBraced || take("}") else {
        throw ExpressionFault(reason: "\\\(letter) without the number of a character")
      }
      return .range(code...code)
    default:
      guard !letter.isLetter, !letter.isNumber else {
        throw ExpressionFault(reason: "\\\(letter) is not known")
      }
      let value = scalars[place - 1]
      return .range(value...value)
    }
  }

  private mutating func bracket() throws -> ScalarSet {
    let isNegated = take("^")
    var items: [ScalarSet.Item] = []
    var isFirst = true
    while true {
      guard next != nil else { throw ExpressionFault(reason: "a [ without its ]") }
      if !isFirst, take("]") { break }
      isFirst = false
      if take("&&") { throw ExpressionFault(reason: "&& between sets is not known") }
      if next == "[", scalars[place...].starts(with: "[:".unicodeScalars.map(\.value)) {
        throw ExpressionFault(reason: "[:…:] is not known")
      }
      if take("[") {
        items.append(.set(try bracket()))
        continue
      }
      let first = try bracketItem()
      guard case .range(let low) = first, low.count == 1, next == "-", place + 1 < scalars.count,
        scalars[place + 1] != UInt32(UInt8(ascii: "]"))
      else {
        items.append(first)
        continue
      }
      place += 1
      guard case .range(let high) = try bracketItem(), low.lowerBound <= high.lowerBound else {
        throw ExpressionFault(reason: "a range in […] runs backwards or has no end")
      }
      items.append(.range(low.lowerBound...high.upperBound))
    }
    return ScalarSet(items, isNegated: isNegated, ignoresCase: ignoresCase)
  }

  private mutating func bracketItem() throws -> ScalarSet.Item {
    if take("\\") {
      if take("b") { return .range(0x08...0x08) }
      return try escapedItem(inBrackets: true)
    }
    place += 1
    return .range(scalars[place - 1]...scalars[place - 1])
  }

  private static let categories: [String: CategoryTable.Categories] = [
    "l": .letters, "letter": .letters, "m": .marks, "mark": .marks, "n": .numbers, "number": .numbers,
    "p": .punctuation, "punctuation": .punctuation, "s": .symbols, "symbol": .symbols, "z": .separators,
    "separator": .separators, "c": .others, "lu": .init(.uppercaseLetter), "ll": .init(.lowercaseLetter),
    "lt": .init(.titlecaseLetter), "lm": .init(.modifierLetter), "lo": .init(.otherLetter),
    "mn": .init(.nonspacingMark), "mc": .init(.spacingMark), "me": .init(.enclosingMark),
    "nd": .init(.decimalNumber), "nl": .init(.letterNumber), "no": .init(.otherNumber),
    "pc": .init(.connectorPunctuation), "pd": .init(.dashPunctuation), "ps": .init(.openPunctuation),
    "pe": .init(.closePunctuation), "pi": .init(.initialPunctuation), "pf": .init(.finalPunctuation),
    "po": .init(.otherPunctuation), "sm": .init(.mathSymbol), "sc": .init(.currencySymbol),
    "sk": .init(.modifierSymbol), "so": .init(.otherSymbol), "zs": .init(.spaceSeparator),
    "zl": .init(.lineSeparator), "zp": .init(.paragraphSeparator), "cc": .init(.control),
    "cf": .init(.format),
    "co": .init(.privateUse), "cn": .init(.unassigned),
  ]
}
