/// The scalar at a place of valid UTF-8, and its bytes.
@inline(__always)
func scalar(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> (value: UInt32, length: Int) {
  let lead = UInt32(bytes[place])
  if lead < 0x80 { return (lead, 1) }
  let second = UInt32(bytes[place + 1] & 0x3F)
  if lead < 0xE0 { return ((lead & 0x1F) << 6 | second, 2) }
  let third = UInt32(bytes[place + 2] & 0x3F)
  if lead < 0xF0 { return ((lead & 0x0F) << 12 | second << 6 | third, 3) }
  return ((lead & 0x07) << 18 | second << 12 | third << 6 | UInt32(bytes[place + 3] & 0x3F), 4)
}

/// The scalar before a place of valid UTF-8 that is not its start, and its bytes.
@inline(__always)
func scalar(in bytes: UnsafeBufferPointer<UInt8>, before place: Int) -> (value: UInt32, length: Int) {
  var start = place - 1
  while bytes[start] & 0xC0 == 0x80 { start -= 1 }
  return scalar(in: bytes, at: start)
}

/// Bytes of a scalar in UTF-8.
@inline(__always)
func utf8Length(_ value: UInt32) -> Int {
  value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4
}

/// Appends a scalar.
@inline(__always)
func appendUTF8(_ value: UInt32, to bytes: inout [UInt8]) {
  switch utf8Length(value) {
  case 1: bytes.append(UInt8(value))
  case 2:
    bytes.append(UInt8(0xC0 | value >> 6))
    bytes.append(UInt8(0x80 | value & 0x3F))
  case 3:
    bytes.append(UInt8(0xE0 | value >> 12))
    bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
    bytes.append(UInt8(0x80 | value & 0x3F))
  default:
    bytes.append(UInt8(0xF0 | value >> 18))
    bytes.append(UInt8(0x80 | value >> 12 & 0x3F))
    bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
    bytes.append(UInt8(0x80 | value & 0x3F))
  }
}

/// The scalars of valid UTF-8.
func scalars(of bytes: [UInt8]) -> [UInt32] {
  bytes.withUnsafeBufferPointer { buffer in
    var (place, scalars) = (0, [UInt32]())
    while place < buffer.count {
      let (value, length) = scalar(in: buffer, at: place)
      scalars.append(value)
      place += length
    }
    return scalars
  }
}

/// Whether all bytes are ASCII, eight at a time.
func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  let raw = UnsafeRawBufferPointer(bytes)
  var place = 0
  while place + 8 <= bytes.count {
    if raw.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
    place += 8
  }
  while place < bytes.count {
    if bytes[place] >= 0x80 { return false }
    place += 1
  }
  return true
}
