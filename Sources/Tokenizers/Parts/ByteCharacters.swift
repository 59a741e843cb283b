/// The characters that stand for bytes in byte-level tokenizers: a printable one each, the space's is `Ġ`.
///
/// - Source: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019, `bytes_to_unicode`.
enum ByteCharacters {
  /// The scalar of each byte.
  static let scalars: [UInt32] = {
    var free = UInt32(256)
    return (0..<256).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return UInt32(byte)
      default:
        defer { free += 1 }
        return free
      }
    }
  }()

  /// The byte of each scalar below 324; -1 for one that stands for none.
  private static let bytesOfScalars: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 324)
    for (byte, value) in scalars.enumerated() { bytes[Int(value)] = Int16(byte) }
    return bytes
  }()

  /// The byte that a scalar stands for.
  static func byte(of value: UInt32) -> UInt8? {
    value < 324 && bytesOfScalars[Int(value)] >= 0 ? UInt8(bytesOfScalars[Int(value)]) : nil
  }

  /// The bytes that a token stands for; nil where one of its scalars stands for none.
  static func bytes(of token: some Sequence<UInt32>) -> [UInt8]? {
    var bytes: [UInt8] = []
    for value in token {
      guard let byte = byte(of: value) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// Bytes as their characters, in UTF-8.
  static func written(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var written: [UInt8] = []
    for byte in bytes { appendUTF8(scalars[Int(byte)], to: &written) }
    return written
  }

  /// A text with every byte written as its character, and where parts of it are then.
  static func written(_ text: AlignedText, _ parts: [Range<Int>]) -> (text: AlignedText, parts: [Range<Int>])
  {
    var new = AlignedText(like: text)
    let newParts = parts.map { part -> Range<Int> in
      let start = new.bytes.count
      for place in part {
        let count = new.bytes.count
        appendUTF8(scalars[Int(text.bytes[place])], to: &new.bytes)
        if let span = text.spans?[place] { for _ in count..<new.bytes.count { new.spans?.append(span) } }
      }
      return start..<new.bytes.count
    }
    return (new, newParts)
  }
}
