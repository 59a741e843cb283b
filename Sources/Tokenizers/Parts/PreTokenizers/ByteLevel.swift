/// Words as GPT-2 cuts them, written as the characters that stand for their bytes.
///
/// - Source: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.
struct ByteLevel: PreTokenizerPart {
  /// Whether a space is put before a text that has none at its start.
  let addsSpace: Bool
  /// Whether GPT-2's expression cuts the text.
  let splits: Bool
  /// Whether bytes are written as characters; not where the model reads bytes.
  var writesCharacters = true

  func cut(_ words: inout Words) {
    if addsSpace { addSpaces(&words) }
    if splits {
      var found: [Range<Int>] = []
      found.reserveCapacity(words.text.bytes.count / 4)
      words.text.bytes.withUnsafeBufferPointer { bytes in
        for word in words.ranges { GPT2Words.cut(bytes, word, into: &found) }
      }
      words.ranges = found
    }
    if writesCharacters { (words.text, words.ranges) = ByteCharacters.written(words.text, words.ranges) }
  }

  private func addSpaces(_ words: inout Words) {
    if words.ranges.count == 1, words.ranges[0] == words.text.bytes.indices {
      if words.text.bytes[0] == 0x20 { return }
      words.text.prepend([0x20])
      words.ranges = [words.text.bytes.indices]
      return
    }
    var new = AlignedText(like: words.text)
    words.ranges = words.ranges.map { word in
      let start = new.bytes.count
      if words.text.bytes[word.lowerBound] != 0x20 {
        new.append([0x20], from: words.text.spans?[word.lowerBound])
      }
      new.append(words.text, word)
      return start..<new.bytes.count
    }
    words.text = new
  }
}

/// GPT-2's expression as a scanner:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
enum GPT2Words {
  enum Kind: UInt8 { case space, letter, number, other }

  private static let asciiKinds: [Kind] = (UInt32(0)..<128).map { value in
    if isWhiteSpace(value) { return .space }
    if CategoryTable.unicode16.contains(value, .letters) { return .letter }
    return CategoryTable.unicode16.contains(value, .numbers) ? .number : .other
  }

  @inline(__always)
  static func kind(_ value: UInt32, _ ascii: UnsafeBufferPointer<Kind>) -> Kind {
    if value < 0x80 { return ascii[Int(value)] }
    if CategoryTable.unicode16.contains(value, .letters) { return .letter }
    if CategoryTable.unicode16.contains(value, .numbers) { return .number }
    return isWhiteSpace(value) ? .space : .other
  }

  /// Appends the words of a part of a text.
  static func cut(
    _ bytes: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, into words: inout [Range<Int>]
  ) {
    asciiKinds.withUnsafeBufferPointer { ascii in
      var place = part.lowerBound
      let end = part.upperBound
      while place < end {
        let start = place
        let (value, length) = scalar(in: bytes, at: place)
        if value == 0x27, let contraction = contraction(bytes, place, end) {
          place += contraction
          words.append(start..<place)
          continue
        }
        var kind = kind(value, ascii)
        place += length
        if kind == .space {
          // A single space belongs to what follows it; of several white space the last one, where it is a space.
          var last = start
          var following = Kind.space
          while place < end {
            let (next, length) = scalar(in: bytes, at: place)
            following = Self.kind(next, ascii)
            if following != .space { break }
            last = place
            place += length
          }
          if place == end {
            words.append(start..<end)
            continue
          }
          if last > start {
            words.append(start..<last)
            // The last white space is left: the next word begins with it where it is a space.
            if bytes[last] != 0x20 {
              words.append(last..<place)
              continue
            }
          } else if bytes[last] != 0x20 {
            words.append(start..<place)
            continue
          }
          let begin = last
          kind = following
          skip(kind, bytes, &place, end, ascii)
          words.append(begin..<place)
          continue
        }
        skip(kind, bytes, &place, end, ascii)
        words.append(start..<place)
      }
    }
  }

  @inline(__always)
  private static func skip(
    _ wanted: Kind, _ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, _ end: Int,
    _ ascii: UnsafeBufferPointer<Kind>
  ) {
    while place < end {
      let byte = bytes[place]
      if byte < 0x80 {
        if ascii[Int(byte)] != wanted { return }
        place += 1
      } else {
        let (value, length) = scalar(in: bytes, at: place)
        if kind(value, ascii) != wanted { return }
        place += length
      }
    }
  }

  /// Bytes of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at a place.
  @inline(__always)
  private static func contraction(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int, _ end: Int) -> Int? {
    guard place + 1 < end else { return nil }
    switch bytes[place + 1] {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return place + 2 < end && bytes[place + 2] == UInt8(ascii: "e") ? 3 : nil
    case UInt8(ascii: "l"): return place + 2 < end && bytes[place + 2] == UInt8(ascii: "l") ? 3 : nil
    default: return nil
    }
  }
}
