/// Words of letters and digits, and runs of other characters; white space is dropped. `Whitespace` in a file.
struct WordRuns: PreTokenizerPart {
  private enum Kind { case space, word, other }

  func cut(_ words: inout Words) {
    var found: [Range<Int>] = []
    words.text.bytes.withUnsafeBufferPointer { bytes in
      for word in words.ranges {
        var (start, place, last) = (word.lowerBound, word.lowerBound, Kind.space)
        while place < word.upperBound {
          let (value, length) = scalar(in: bytes, at: place)
          let kind = isWhiteSpace(value) ? Kind.space : isWordPart(value) ? .word : .other
          if kind != last {
            if last != .space, start < place { found.append(start..<place) }
            (start, last) = (place, kind)
          }
          place += length
        }
        if last != .space, start < place { found.append(start..<place) }
      }
    }
    words.ranges = found
  }
}

/// Words of so many scalars.
struct FixedLength: PreTokenizerPart {
  let length: Int

  func cut(_ words: inout Words) {
    var found: [Range<Int>] = []
    words.text.bytes.withUnsafeBufferPointer { bytes in
      for word in words.ranges {
        var (start, place, count) = (word.lowerBound, word.lowerBound, 0)
        while place < word.upperBound {
          place += scalar(in: bytes, at: place).length
          count += 1
          if count == length || place == word.upperBound {
            found.append(start..<place)
            (start, count) = (place, 0)
          }
        }
      }
    }
    words.ranges = found
  }
}
