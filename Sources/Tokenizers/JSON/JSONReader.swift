import Settings

/// Reads strict JSON from bytes, fast enough for vocabularies of a few hundred thousand tokens.
struct JSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let readsNonFinite: Bool
  private var place = 0
  private var depth = 0
  /// Objects and lists inside each other; deeper ones are refused.
  private static let maxDepth = 100

  /// A fault of syntax at a byte.
  private struct Fault: Error {
    let place: Int
    let reason: String
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - file: how errors call it.
  ///   - readsNonFinite: whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python writes and reads them.
  /// - Throws: `SettingsError` with the line and the column of the first fault.
  static func read(_ bytes: some Collection<UInt8>, file: String, readsNonFinite: Bool = false) throws
    -> JSONValue
  {
    try ContiguousArray(bytes).withUnsafeBufferPointer { buffer in
      var reader = JSONReader(bytes: buffer, readsNonFinite: readsNonFinite)
      do {
        let value = try reader.value()
        reader.skipSpace()
        if reader.place < buffer.count { throw Fault(place: reader.place, reason: "more text after the end") }
        return value
      } catch let fault as Fault {
        let before = buffer[..<min(fault.place, buffer.count)]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        throw SettingsError(
          title: file,
          problems: [
            Problem(
              path: "", reason: "is no valid JSON: \(fault.reason)",
              place: SourcePlace(file: file, line: line, column: column))
          ])
      }
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, readsNonFinite: Bool) {
    self.bytes = bytes
    self.readsNonFinite = readsNonFinite
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  private mutating func skipSpace() {
    while place < bytes.count {
      switch bytes[place] {
      case 0x20, 0x0A, 0x0D, 0x09: place += 1
      default: return
      }
    }
  }

  private func fault(_ reason: String) -> Fault {
    Fault(place: place, reason: place >= bytes.count ? "the text ends too early" : reason)
  }

  private mutating func value() throws -> JSONValue {
    skipSpace()
    guard place < bytes.count else { throw fault("") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try list()
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .flag(true))
    case UInt8(ascii: "f"): return try word("false", .flag(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "N") where readsNonFinite: return try word("NaN", .number(.nan))
    case UInt8(ascii: "I") where readsNonFinite: return try word("Infinity", .number(.infinity))
    case UInt8(ascii: "-") where readsNonFinite && bytes[place...].dropFirst().first == UInt8(ascii: "I"):
      return try word("-Infinity", .number(-.infinity))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw fault("a value was expected")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
    let end = place + word.utf8CodeUnitCount
    guard end <= bytes.count,
      bytes[place..<end].elementsEqual(
        UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    else { throw fault("a value was expected") }
    place = end
    return value
  }

  private mutating func number() throws -> JSONValue {
    let start = place
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
        UInt8(ascii: "e"), UInt8(ascii: "E"):
        place += 1
        continue
      default: break
      }
      break
    }
    let text = bytes[start..<place]
    guard let (number, isInteger) = Self.number(text), number.isFinite else {
      throw Fault(place: start, reason: "\(String(decoding: text, as: UTF8.self)) is not a number")
    }
    if isInteger, let integer = Int(String(decoding: text, as: UTF8.self)) { return .integer(integer) }
    return .number(number)
  }

  /// A number as the JSON reader of the `tokenizers` package makes it: up to 19 digits as a whole number, then one
  /// multiplication or division by a power of ten. The last bit may differ from that of the nearest number, and scores
  /// of Unigram decide between ways to write a word by it.
  private static func number(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> (value: Double, isInteger: Bool)? {
    var rest = text[...]
    func digit() -> UInt64? { rest.first.flatMap { $0 &- 48 < 10 ? UInt64($0 - 48) : nil } }
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest = rest.dropFirst() }
    guard digit() != nil,
      rest.first != 48 || rest.count == 1 || rest.dropFirst().first.map({ $0 &- 48 >= 10 }) == true
    else { return nil }
    var (significand, exponent, isFull, isInteger) = (UInt64(0), 0, false, true)
    func take(_ digit: UInt64) -> Bool {
      let (product, overflows) = significand.multipliedReportingOverflow(by: 10)
      let (sum, carries) = product.addingReportingOverflow(digit)
      if isFull || overflows || carries {
        isFull = true
        return false
      }
      significand = sum
      return true
    }
    while let next = digit() {
      if !take(next) { exponent += 1 }
      rest = rest.dropFirst()
    }
    if rest.first == UInt8(ascii: ".") {
      isInteger = false
      rest = rest.dropFirst()
      guard digit() != nil else { return nil }
      while let next = digit() {
        if take(next) { exponent -= 1 }
        rest = rest.dropFirst()
      }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      isInteger = false
      guard let power = Int(String(decoding: rest.dropFirst(), as: UTF8.self)) else { return nil }
      exponent += min(max(power, -100_000), 100_000)
      rest = rest.dropFirst(rest.count)
    }
    guard rest.isEmpty else { return nil }
    var value = Double(significand)
    while exponent < -308, value != 0 {
      value /= 1e308
      exponent += 308
    }
    if value != 0 {
      guard exponent <= 308 else { return nil }
      value = exponent >= 0 ? value * powersOfTen[exponent] : value / powersOfTen[-exponent]
    }
    return (isNegative ? -value : value, isInteger)
  }

  private static let powersOfTen: [Double] = (0...308).map { Double("1e\($0)") ?? .infinity }

  private mutating func open() throws {
    depth += 1
    if depth > Self.maxDepth { throw fault("more than \(Self.maxDepth) levels of brackets") }
    place += 1
    skipSpace()
  }

  /// Whether another item follows; the closing bracket is read.
  private mutating func continues(_ close: UInt8) throws -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == close || bytes[place] == UInt8(ascii: ",") else {
      throw fault("a comma or \(Character(Unicode.Scalar(close))) was expected")
    }
    let isEnd = bytes[place] == close
    place += 1
    if isEnd { depth -= 1 }
    return !isEnd
  }

  private mutating func list() throws -> JSONValue {
    try open()
    var elements: [JSONValue] = []
    if place < bytes.count, bytes[place] == UInt8(ascii: "]") {
      _ = try continues(UInt8(ascii: "]"))
      return .list([])
    }
    repeat { elements.append(try value()) } while try continues(UInt8(ascii: "]"))
    return .list(elements)
  }

  private mutating func object() throws -> JSONValue {
    try open()
    var members: [(key: String, value: JSONValue)] = []
    if place < bytes.count, bytes[place] == UInt8(ascii: "}") {
      _ = try continues(UInt8(ascii: "}"))
      return .object([])
    }
    repeat {
      skipSpace()
      guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw fault("a key was expected") }
      let key = try string()
      skipSpace()
      guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else {
        throw fault("a colon was expected")
      }
      place += 1
      members.append((key, try value()))
    } while try continues(UInt8(ascii: "}"))
    return .object(members)
  }

  private mutating func string() throws -> String {
    place += 1
    let start = place
    while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\"),
      bytes[place] >= 0x20
    {
      place += 1
    }
    var content = Array(bytes[start..<place])
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      if bytes[place] < 0x20 { throw fault("a control character stands in a text") }
      if bytes[place] == UInt8(ascii: "\\") {
        try escape(into: &content)
      } else {
        content.append(bytes[place])
        place += 1
      }
    }
    guard place < bytes.count else { throw fault("") }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw Fault(place: start, reason: "a text is not UTF-8")
    }
    place += 1
    return text
  }

  private mutating func escape(into content: inout [UInt8]) throws {
    place += 1
    guard place < bytes.count else { throw fault("") }
    let escape = bytes[place]
    place += 1
    switch escape {
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(escape)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if code >> 10 == 0x36, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
        bytes[place + 1] == UInt8(ascii: "u")
      {
        place += 2
        let low = try hexadecimal()
        code = low >> 10 == 0x37 ? 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF) : 0xD800
      }
      guard let scalar = Unicode.Scalar(code) else { throw fault("a text has half a surrogate pair") }
      appendUTF8(scalar.value, to: &content)
    default: throw fault("a text has an unknown escape")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard place + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16),
      bytes[place] != UInt8(ascii: "+"), bytes[place] != UInt8(ascii: "-")
    else { throw fault("four hexadecimal digits were expected") }
    place += 4
    return code
  }
}
