import CZlib
import Foundation

/// What is at the start of a safetensors file: the metadata and, for each tensor, element type,
/// shape and place.
///
/// - Source: https://huggingface.co/docs/safetensors, format of version 0.3 and later.
struct SafetensorsHeader: Equatable {
  /// One tensor's entry.
  struct Entry: Equatable {
    /// The name, unique in the file.
    var name: String
    /// The element type, such as `"F32"`.
    var type: String
    /// The sizes, outermost first.
    var shape: [Int]
    /// First byte and the one after the last, counted from the end of the header.
    var range: Range<Int>
  }

  /// Free text by key.
  var metadata: [String: String] = [:]
  /// The tensors, in the order of the file.
  var entries: [Entry] = []

  /// The tensors in the order of their data; of two with one start, an empty one comes first.
  var entriesByPlace: [Entry] {
    entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
  }

  /// The metadata key of each tensor's CRC-32, a JSON object of eight hexadecimal digits by name.
  static let checksumsKey = "crc32"
  /// The metadata key of the header's own CRC-32.
  static let ownChecksumKey = "crc32-header"
  /// The length of the header's length.
  static let prefixSize = 8
  /// The data begins at a multiple of this many bytes.
  static let alignment = 64
  /// No header is longer: what the standard reader allows.
  static let maximumSize = 100_000_000

  /// Bytes of one element of each type.
  static let elementSizes = [
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U64": 8, "U32": 4,
    "U16": 2, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
  ]

  /// Records the checksums of the entries, in their order, and then its own.
  mutating func setChecksums(_ sums: [Checksum]) {
    let pairs = zip(entries, sums).map { "\(quoted($0.name)):\"\($1.hexadecimal)\"" }
    metadata[Self.checksumsKey] = "{\(pairs.joined(separator: ","))}"
    metadata[Self.ownChecksumKey] = ownChecksum
  }

  /// The CRC-32 of all that the header says, its own checksum aside; spacing and escapes do not count.
  var ownChecksum: String {
    var parts: [String] = []
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != Self.ownChecksumKey {
      parts += [key, value]
    }
    for entry in entries.sorted(by: { $0.name < $1.name }) {
      parts += [entry.name, entry.type, "\(entry.shape)", "\(entry.range)"]
    }
    var sum = Checksum()
    // Each part's length is before it, so that no two headers read alike.
    for part in parts { sum.add("\(part.utf8.count):\(part)") }
    return sum.hexadecimal
  }

  /// The bytes that begin the file: length, JSON, and spaces up to the alignment.
  var encoded: [UInt8] {
    var text = "{"
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      text += "\"__metadata__\":{\(pairs.joined(separator: ","))}"
    }
    for entry in entries {
      if text.utf8.count > 1 { text += "," }
      let shape = entry.shape.map(String.init).joined(separator: ",")
      text += "\(quoted(entry.name)):{\"dtype\":\(quoted(entry.type)),\"shape\":[\(shape)],"
      text += "\"data_offsets\":[\(entry.range.lowerBound),\(entry.range.upperBound)]}"
    }
    text += "}"
    var json = Array(text.utf8)
    let used = Self.prefixSize + json.count
    let padding = (Self.alignment - used % Self.alignment) % Self.alignment
    json += [UInt8](repeating: UInt8(ascii: " "), count: padding)
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
  }
}

/// A text as a JSON string.
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    case "\r": result += "\\r"
    case "\0"..<" ": result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// A running CRC-32, the one of zip files and of Python's `zlib.crc32`.
struct Checksum {
  private var value: UInt = 0

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    value = crc32_z(value, start.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// Eight lower-case digits.
  var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
