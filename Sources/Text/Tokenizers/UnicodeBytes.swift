/// The Unicode scalar that begins at a byte, and how many bytes it has; nil when they are not UTF-8.
///
/// - Source: The Unicode Standard, table 3-7, "Well-formed UTF-8 byte sequences".
@inline(__always)
func decodeScalar(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> (value: UInt32, length: Int)? {
  let lead = bytes[place]
  if lead < 0x80 { return (UInt32(lead), 1) }
  // A lead byte decides the length and what its first continuation may be: no overlong form, no
  // surrogate, nothing above U+10FFFF.
  let length: Int
  var allowed: ClosedRange<UInt8> = 0x80...0xBF
  switch lead {
  case 0xC2...0xDF: length = 2
  case 0xE0: (length, allowed) = (3, 0xA0...0xBF)
  case 0xED: (length, allowed) = (3, 0x80...0x9F)
  case 0xE1...0xEF: length = 3
  case 0xF0: (length, allowed) = (4, 0x90...0xBF)
  case 0xF1...0xF3: length = 4
  case 0xF4: (length, allowed) = (4, 0x80...0x8F)
  default: return nil
  }
  guard place + length <= bytes.count, allowed.contains(bytes[place + 1]) else { return nil }
  var value = UInt32(lead) & (0x7F >> UInt32(length))
  for step in 1..<length {
    let byte = bytes[place + step]
    guard byte & 0xC0 == 0x80 else { return nil }
    value = value << 6 | UInt32(byte & 0x3F)
  }
  return (value, length)
}

/// The place of the first byte that is not part of a UTF-8 character; nil when all are.
func firstInvalidByte(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
  let raw = UnsafeRawBufferPointer(bytes)
  var place = 0
  while place < bytes.count {
    // Most text is mostly ASCII: eight bytes at a time.
    if place + 8 <= bytes.count,
      raw.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      place += 8
      continue
    }
    guard let (_, length) = decodeScalar(in: bytes, at: place) else { return place }
    place += length
  }
  return nil
}

/// The last place at or before `place` where no character is cut in two.
func characterBoundary(in bytes: UnsafeBufferPointer<UInt8>, atOrBefore place: Int) -> Int {
  var boundary = min(place, bytes.count)
  while boundary > 0, boundary < bytes.count, place - boundary < 4, bytes[boundary] & 0xC0 == 0x80 {
    boundary -= 1
  }
  return boundary
}

/// Two hexadecimal digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>, upper: Bool = false) -> String {
  bytes.reduce(into: "") { text, byte in
    if byte < 16 { text += "0" }
    text += String(byte, radix: 16, uppercase: upper)
  }
}
