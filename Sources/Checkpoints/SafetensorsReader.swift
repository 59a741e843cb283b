/// Why a header cannot be read.
struct HeaderError: Error, Equatable {
  /// The tensor at fault, when it is known.
  var tensor: String?
  /// What is wrong.
  var reason: String
}

/// Reads the JSON of a safetensors header, and nothing else: strict about form, duplicate keys and
/// types, because Foundation's reader drops duplicates silently.
struct SafetensorsReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var tensor: String?

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The header in `bytes`, without the length that is before it.
  ///
  /// - Throws: `HeaderError`.
  static func header(_ bytes: UnsafeRawBufferPointer) throws -> SafetensorsHeader {
    var reader = SafetensorsReader(bytes)
    guard bytes.first == UInt8(ascii: "{") else { throw reader.damaged("\"{\"") }
    var header = SafetensorsHeader()
    var hasMetadata = false
    var names: Set<String> = []
    try reader.object { reader, key in
      if key == "__metadata__" {
        guard !hasMetadata else { throw HeaderError(reason: "the header has two lists of metadata") }
        hasMetadata = true
        header.metadata = try reader.strings()
        return
      }
      guard names.insert(key).inserted else {
        throw HeaderError(tensor: key, reason: "is in the header twice")
      }
      reader.tensor = key
      header.entries.append(try reader.entry(named: key))
      reader.tensor = nil
    }
    reader.skipSpace()
    guard reader.position == bytes.count else { throw reader.damaged("the end") }
    return header
  }

  /// An object of texts, such as the metadata.
  ///
  /// - Throws: `HeaderError`.
  static func strings(_ text: String) throws -> [String: String] {
    var text = text
    return try text.withUTF8 {
      var reader = SafetensorsReader(UnsafeRawBufferPointer($0))
      let found = try reader.strings()
      guard reader.position == $0.count else { throw reader.damaged("the end") }
      return found
    }
  }

  private mutating func strings() throws -> [String: String] {
    var found: [String: String] = [:]
    try object { reader, key in
      guard found.updateValue(try reader.string(), forKey: key) == nil else {
        throw HeaderError(reason: "the metadata has \"\(key)\" twice")
      }
    }
    return found
  }

  private mutating func entry(named name: String) throws -> SafetensorsHeader.Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try object { reader, key in
      switch key {
      case "dtype" where type == nil: type = try reader.string()
      case "shape" where shape == nil: shape = try reader.integers()
      case "data_offsets" where offsets == nil: offsets = try reader.integers()
      default: throw HeaderError(tensor: name, reason: "has an unexpected or repeated key \"\(key)\"")
      }
    }
    guard let type, let shape, let offsets else {
      throw HeaderError(tensor: name, reason: "lacks dtype, shape or data_offsets")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw HeaderError(tensor: name, reason: "has the data offsets \(offsets), which are not a range")
    }
    return .init(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  private mutating func object(_ member: (inout SafetensorsReader, String) throws -> Void) throws {
    try expect("{")
    if skip("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while skip(",")
    try expect("}")
  }

  private mutating func integers() throws -> [Int] {
    try expect("[")
    if skip("]") { return [] }
    var found: [Int] = []
    repeat { found.append(try integer()) } while skip(",")
    try expect("]")
    return found
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while let digit = peek(), (0x30...0x39).contains(digit) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit - 0x30))
      guard !overflow, !carry else { throw damaged("a smaller number") }
      value = sum
      position += 1
    }
    guard position > start, position == start + 1 || bytes[start] != 0x30 else { throw damaged("a number") }
    return value
  }

  private mutating func string() throws -> String {
    try expect("\"")
    var content: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else { throw damaged("valid UTF-8") }
        return text
      case UInt8(ascii: "\\"): content += Array(String(try escape()).utf8)
      case 0..<0x20: throw damaged("an escaped control character")
      default: content.append(byte)
      }
    }
    throw damaged("the end of a text")
  }

  /// The character that an escape stands for; the backslash has been read.
  private mutating func escape() throws -> Unicode.Scalar {
    let letter = peek()
    position += 1
    switch letter.map({ Unicode.Scalar($0) }) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": break
    default: throw damaged("a known escape")
    }
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // Two halves of a character beyond the 16-bit range.
    for expected in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
      guard peek() == expected else { throw damaged("a pair of surrogates") }
      position += 1
    }
    let second = try fourDigits()
    guard (0xD800..<0xDC00).contains(first), (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw damaged("a pair of surrogates") }
    return scalar
  }

  private mutating func fourDigits() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw damaged("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard let byte = peek(), UInt32(byte) == character.value else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard skip(character) else { throw damaged("\"\(character)\"") }
  }

  private func damaged(_ expected: String) -> HeaderError {
    HeaderError(
      tensor: tensor, reason: "the header is damaged: expected \(expected) at its byte \(position)")
  }
}
