/// The few forms of the protocol buffer encoding that an event needs.
///
/// - Source: https://protobuf.dev/programming-guides/encoding
struct ProtocolBuffer {
  /// The encoded message so far.
  private(set) var bytes: [UInt8] = []

  private enum Wire: Int {
    case variable = 0
    case eightBytes = 1
    case delimited = 2
    case fourBytes = 5
  }

  /// A whole number; negative ones take ten bytes.
  mutating func add(_ field: Int, integer: Int) {
    key(field, .variable)
    variable(UInt64(bitPattern: Int64(integer)))
  }

  /// A number of eight bytes.
  mutating func add(_ field: Int, double: Double) {
    key(field, .eightBytes)
    withUnsafeBytes(of: double.bitPattern.littleEndian) { bytes += $0 }
  }

  /// A number of four bytes.
  mutating func add(_ field: Int, float: Float) {
    key(field, .fourBytes)
    withUnsafeBytes(of: float.bitPattern.littleEndian) { bytes += $0 }
  }

  /// A text.
  mutating func add(_ field: Int, text: String) { delimited(field, Array(text.utf8)) }

  /// A message inside this one.
  mutating func add(_ field: Int, message: ProtocolBuffer) { delimited(field, message.bytes) }

  private mutating func delimited(_ field: Int, _ content: [UInt8]) {
    key(field, .delimited)
    variable(UInt64(content.count))
    bytes += content
  }

  private mutating func key(_ field: Int, _ wire: Wire) { variable(UInt64(field << 3 | wire.rawValue)) }

  /// Seven bits per byte, lowest first; the highest bit says that more follow.
  private mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
