/// Cuts a text into the words that WordPiece spells: runs of what is neither white space nor stands alone.
/// Punctuation and ideographs are words of their own; white space only separates.
///
/// - Source: the basic tokenizer of Devlin et al., "BERT", 2019, without its lower-casing and accent removal.
struct PieceScanner: TextScanner {
  private let text: UnsafeBufferPointer<UInt8>
  private let end: Int
  private(set) var place: Int

  /// The words of a part of a text.
  init(_ text: UnsafeBufferPointer<UInt8>, within part: Range<Int>) {
    self.text = text
    (place, end) = (part.lowerBound, part.upperBound)
  }

  /// The next word; nil at the end of the part. A byte that is not UTF-8 is a word of its own.
  mutating func next() -> Range<Int>? {
    while place < end {
      let start = place
      let (value, length) = decodeScalar(in: text, at: place) ?? (UInt32.max, 1)
      place += length
      if Self.isSpace(value) { continue }
      if Self.standsAlone(value) { return start..<place }
      while place < end {
        let (value, length) = decodeScalar(in: text, at: place) ?? (UInt32.max, 1)
        if Self.isSpace(value) || Self.standsAlone(value) { break }
        place += length
      }
      return start..<place
    }
    return nil
  }

  private static func isSpace(_ value: UInt32) -> Bool {
    if value < 128 { return value == 32 || (9...13).contains(value) }
    return Unicode.Scalar(value)?.properties.isWhitespace ?? false
  }

  private static func standsAlone(_ value: UInt32) -> Bool {
    switch value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: false
    case 0..<0x80: true
    // General punctuation; then ideographs with the punctuation and full-width forms between them.
    case 0x2000...0x206F, 0x3000...0x303F, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF00...0xFF65,
      0x20000...0x3FFFF, UInt32.max:
      true
    default: false
    }
  }
}
