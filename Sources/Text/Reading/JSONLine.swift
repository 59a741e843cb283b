import Settings

/// Reads one text out of a JSON object, whose other values are only checked (RFC 8259).
struct JSONLine {
  /// What is wrong with a line, and what to do about it.
  struct Fault: Error {
    let reason: String
    let suggestion: String
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The text in a field of an object.
  ///
  /// - Parameter line: UTF-8.
  /// - Throws: `Fault` for what is no object, an object without the field, a value that is no text, and half of a
  ///   surrogate pair anywhere.
  static func text(in field: String, of line: UnsafeBufferPointer<UInt8>) throws -> [UInt8] {
    var reader = JSONLine(line)
    let (found, names) = try reader.fields([field])
    switch found[field] {
    case .text(let text): return text
    case .other(let kind):
      throw Fault(
        reason: "the field \"\(field)\" is \(kind), not a text",
        suggestion: "name the field of the text with --field")
    case nil:
      throw Fault(reason: "there is no field \"\(field)\"", suggestion: Self.otherField(than: field, names))
    }
  }

  /// Checks a line without taking anything from it.
  ///
  /// - Throws: `Fault`.
  static func check(_ line: UnsafeBufferPointer<UInt8>) throws {
    var reader = JSONLine(line)
    _ = try reader.fields([])
  }

  /// What to do where there is no such field.
  static func otherField(than field: String, _ names: [String]) -> String {
    let nearest = nearestName(to: field, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    let known = names.prefix(12).map { "\"\($0.prefix(40))\"" }.joined(separator: ", ")
    return "the line has \(known.isEmpty ? "no fields" : known); name the field of the text with --field"
      + nearest
  }

  private enum Value {
    case text([UInt8])
    case other(String)
  }

  /// The wanted fields of the line's object, and the names of all.
  private mutating func fields(_ wanted: Set<String>) throws -> (found: [String: Value], names: [String]) {
    skipSpace()
    guard peek == UInt8(ascii: "{") else { throw Self.noObject }
    var (found, names, seen) = ([String: Value](), [String](), Set<String>())
    try members { reader, name in
      guard seen.insert(name).inserted else { throw Fault.twice("field", name) }
      names.append(name)
      if wanted.contains(name) {
        found[name] = try reader.value(depth: 1, keeps: true)
      } else {
        _ = try reader.value(depth: 1, keeps: false)
      }
    }
    skipSpace()
    guard place == bytes.count else { throw Self.noObject }
    return (found, names)
  }

  private static let noObject = Fault(
    reason: "the line is not a JSON object",
    suggestion: "write one object per line, such as {\"text\": \"…\"}")

  private static let tooDeep = Fault(
    reason: JSONDepth.reason, suggestion: "write the line with fewer levels, or remove it")

  private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 32 || byte == 9 || byte == 10 || byte == 13 { place += 1 }
  }

  /// The members of an object that begins here.
  private mutating func members(_ body: (inout JSONLine, String) throws -> Void) throws {
    place += 1
    skipSpace()
    if take("}") { return }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw Self.noObject }
      let name = String(decoding: try string(keeps: true), as: UTF8.self)
      skipSpace()
      guard take(":") else { throw Self.noObject }
      try body(&self, name)
      skipSpace()
    } while take(",")
    guard take("}") else { throw Self.noObject }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int, keeps: Bool) throws -> Value {
    skipSpace()
    guard let first = peek else { throw Self.noObject }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "["), depth >= JSONDepth.max { throw Self.tooDeep }
    switch first {
    case UInt8(ascii: "\""): return .text(try string(keeps: keeps))
    case UInt8(ascii: "{"):
      try members { reader, _ in _ = try reader.value(depth: depth + 1, keeps: false) }
      return .other("an object")
    case UInt8(ascii: "["):
      place += 1
      skipSpace()
      if take("]") { return .other("a list") }
      repeat {
        _ = try value(depth: depth + 1, keeps: false)
        skipSpace()
      } while take(",")
      guard take("]") else { throw Self.noObject }
      return .other("a list")
    case UInt8(ascii: "t"): return try word("true", "true")
    case UInt8(ascii: "f"): return try word("false", "false")
    case UInt8(ascii: "n"): return try word("null", "null")
    default: return try number()
    }
  }

  private mutating func word(_ word: StaticString, _ kind: String) throws -> Value {
    for index in 0..<word.utf8CodeUnitCount {
      guard peek == word.utf8Start[index] else { throw Self.noObject }
      place += 1
    }
    return .other(kind)
  }

  private mutating func number() throws -> Value {
    func digits(_ reader: inout JSONLine) -> Int {
      var count = 0
      while let byte = reader.peek, byte &- 48 < 10 {
        reader.place += 1
        count += 1
      }
      return count
    }
    _ = take("-")
    let isZero = peek == UInt8(ascii: "0")
    let whole = digits(&self)
    guard whole > 0, !isZero || whole == 1 else { throw Self.noObject }
    if take("."), digits(&self) == 0 { throw Self.noObject }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      guard digits(&self) > 0 else { throw Self.noObject }
    }
    return .other("a number")
  }

  /// The text of a string that begins here; empty where it is not kept.
  private mutating func string(keeps: Bool) throws -> [UInt8] {
    place += 1
    var text: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        return text
      case UInt8(ascii: "\\"):
        place += 1
        let character = try escaped()
        if keeps { text += Array(String(character).utf8) }
      case 0..<32: throw Self.noObject
      default:
        let start = place
        while let next = peek, next >= 32, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") {
          place += 1
        }
        if keeps { text += bytes[start..<place] }
      }
    }
    throw Self.noObject
  }

  /// The character of an escape, after its backslash.
  private mutating func escaped() throws -> Unicode.Scalar {
    guard let byte = peek else { throw Self.noObject }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try codePoint()
    default: throw Self.noObject
    }
  }

  private mutating func codePoint() throws -> Unicode.Scalar {
    let first = try unit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    func unpaired() -> Fault {
      Fault(
        reason: "\\u\(hexadecimal([UInt8(first >> 8), UInt8(first & 0xFF)])) is half of a surrogate pair",
        suggestion: "write the whole character, or leave the escape out")
    }
    guard first < 0xDC00, take("\\"), take("u") else { throw unpaired() }
    let second = try unit()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw unpaired() }
    return scalar
  }

  /// Four hexadecimal digits.
  private mutating func unit() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Self.digit(byte) else { throw Self.noObject }
      value = value << 4 | digit
      place += 1
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    if byte &- 48 < 10 { return UInt32(byte) - 48 }
    let lower = byte | 0x20
    return lower &- 97 < 6 ? UInt32(lower) - 87 : nil
  }
}
