/// Reads the fields of a protocol buffer's message.
///
/// - Source: the encoding that protobuf.dev publishes.
struct ProtocolBuffer {
  enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The fields in order; nil where the message is damaged.
  static func fields(_ bytes: ArraySlice<UInt8>) -> [(number: Int, value: Value)]? {
    var reader = ProtocolBuffer(bytes)
    var fields: [(number: Int, value: Value)] = []
    while !reader.rest.isEmpty {
      guard let key = reader.varint(), let value = reader.value(Int(key & 7)) else { return nil }
      fields.append((Int(truncatingIfNeeded: key >> 3), value))
    }
    return fields
  }

  private mutating func varint() -> UInt64? {
    var (value, shift) = (UInt64(0), UInt64(0))
    while let byte = rest.popFirst(), shift < 64 {
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  private mutating func fixed(_ count: Int) -> UInt64? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func value(_ kind: Int) -> Value? {
    switch kind {
    case 0: return varint().map(Value.number)
    case 1: return fixed(8).map(Value.number)
    case 5: return fixed(4).map(Value.number)
    case 2:
      guard let length = varint(), length <= UInt64(rest.count) else { return nil }
      defer { rest = rest.dropFirst(Int(length)) }
      return .bytes(rest.prefix(Int(length)))
    default: return nil
    }
  }
}
