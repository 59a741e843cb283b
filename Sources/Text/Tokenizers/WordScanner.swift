/// Cuts a text into the words within which byte pairs may be merged.
///
/// A word is a run of letters, of digits or of punctuation, each with one space before it if there is one;
/// or a run of white space. Every byte above 127 counts as a letter, so that any bytes whatever are cut
/// without decoding them, and the words in a row are the text. Words of over 64 bytes are cut, which bounds
/// the work for a text without spaces.
///
/// - Source: the idea of a word that carries its space: Radford et al., "Language models are unsupervised
///   multitask learners", 2019; the rule is simpler than theirs.
struct WordScanner: TextScanner {
  static let longest = 64

  private let text: UnsafeBufferPointer<UInt8>
  private let end: Int
  private(set) var place: Int

  /// The words of a part of a text; nothing outside it is looked at.
  init(_ text: UnsafeBufferPointer<UInt8>, within part: Range<Int>) {
    self.text = text
    (place, end) = (part.lowerBound, part.upperBound)
  }

  /// The next word; nil at the end of the part.
  @inline(__always)
  mutating func next() -> Range<Int>? {
    guard place < end else { return nil }
    let start = place
    var stop = start + 1
    var kind = ByteClass(text[start])
    if text[start] == 32, stop < end {
      let following = ByteClass(text[stop])
      if following != .space { (kind, stop) = (following, stop + 1) }
    }
    let limit = min(start + Self.longest, end)
    while stop < limit {
      let others = ~kind.members(of: eightBytes(of: text, at: stop)) & ByteClass.highBits
      stop += others.trailingZeroBitCount / 8
      if others != 0 { break }
    }
    stop = min(stop, limit)
    if kind == .space, stop - start > 1, stop < end, text[stop - 1] == 32, ByteClass(text[stop]) != .space {
      // The last space belongs to the word that follows.
      stop -= 1
    } else if stop < end, stop == start + Self.longest {
      // A word that is cut is not cut within a character.
      stop = characterBoundary(in: text, atOrBefore: stop)
    }
    place = stop
    return start..<stop
  }
}

/// What a byte is in a text of unknown encoding.
private enum ByteClass {
  case letter, digit, punctuation, space

  @inline(__always)
  init(_ byte: UInt8) {
    if byte >= 128 || (byte | 0x20) &- 97 < 26 {
      self = .letter
    } else if byte == 32 || byte &- 9 < 5 {
      self = .space
    } else {
      self = byte &- 48 < 10 ? .digit : .punctuation
    }
  }

  /// The highest bit of each byte.
  static let highBits: UInt64 = 0x8080_8080_8080_8080
  private static let ones: UInt64 = 0x0101_0101_0101_0101

  /// Which of eight bytes are of this class, all compared at once: their highest bits are set.
  @inline(__always)
  func members(of bytes: UInt64) -> UInt64 {
    switch self {
    case .letter: Self.letters(bytes)
    case .digit: Self.range(48, 57, of: bytes) & ~bytes
    case .space: Self.spaces(bytes)
    case .punctuation: ~(Self.letters(bytes) | Self.spaces(bytes) | Self.range(48, 57, of: bytes))
    }
  }

  @inline(__always)
  private static func letters(_ bytes: UInt64) -> UInt64 { range(97, 122, of: bytes | ones << 5) | bytes }

  @inline(__always)
  private static func spaces(_ bytes: UInt64) -> UInt64 {
    (range(9, 13, of: bytes) | range(32, 32, of: bytes)) & ~bytes
  }

  /// Whether the lower seven bits of each byte are in a range. The sums reach the highest bit from `low` on
  /// and from above `high`, and never the byte beside.
  @inline(__always)
  private static func range(_ low: UInt64, _ high: UInt64, of bytes: UInt64) -> UInt64 {
    let low7 = bytes & ~highBits
    return (low7 + ones * (128 - low)) & ~(low7 + ones * (127 - high))
  }
}

/// Eight bytes of a text, the first one lowest; zeros after its end.
@inline(__always)
func eightBytes(of text: UnsafeBufferPointer<UInt8>, at place: Int) -> UInt64 {
  if place + 8 <= text.count {
    return UInt64(
      littleEndian: UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }
  return text[place...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
}
