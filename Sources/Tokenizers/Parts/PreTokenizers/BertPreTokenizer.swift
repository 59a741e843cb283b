/// Words between white space; punctuation stands alone. Its Unicode is version 8.
///
/// - Source: Devlin et al., "BERT", 2019, `BasicTokenizer`.
struct BertPreTokenizer: PreTokenizerPart {
  func cut(_ words: inout Words) {
    var found: [Range<Int>] = []
    found.reserveCapacity(words.text.bytes.count / 4)
    words.text.bytes.withUnsafeBufferPointer { bytes in
      for word in words.ranges {
        var (start, place) = (word.lowerBound, word.lowerBound)
        while place < word.upperBound {
          let byte = bytes[place]
          if byte < 0x80, Self.asciiKinds[Int(byte)] == 0 {
            place += 1
            continue
          }
          let (value, length) = scalar(in: bytes, at: place)
          let isSpace = isWhiteSpace(value)
          if isSpace || Self.isPunctuation(value) {
            if start < place { found.append(start..<place) }
            if !isSpace { found.append(place..<place + length) }
            start = place + length
          }
          place += length
        }
        if start < place { found.append(start..<place) }
      }
    }
    words.ranges = found
  }

  /// 0 for ASCII that neither separates nor stands alone.
  private static let asciiKinds: [UInt8] = (0..<128).map { value in
    isWhiteSpace(value) || isPunctuation(value) ? 1 : 0
  }

  /// ASCII's punctuation and symbols, and Unicode 8's punctuation.
  static func isPunctuation(_ value: UInt32) -> Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    case 0..<0x80: false
    default: CategoryTable.unicode8.contains(value, .punctuation)
    }
  }
}
