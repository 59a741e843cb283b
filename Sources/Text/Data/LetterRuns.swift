/// Finds the words of a text in any language: runs of letters, and of bytes beyond ASCII.
package enum LetterRuns {
  /// Whether a byte is a letter of ASCII, or a part of a character beyond it.
  package static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (byte | 0x20) &- 97 < 26
  }

  /// The words of a text, as ranges of its bytes. A last word without an end is left out: it may be cut off.
  package static func ranges(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    forEach(in: text) { words.append($0) }
    return words
  }

  /// The distinct words of a text and how often each occurs, in the order in which they first do.
  package static func counts(in text: UnsafeBufferPointer<UInt8>) -> [(word: String, count: Int)] {
    var table = WordTable()
    var counts: [Int] = []
    forEach(in: text) { word in
      let number = table.number(of: word, in: text)
      if number == counts.count { counts.append(0) }
      counts[number] += 1
    }
    return zip(table.words, counts).map { (String(decoding: $0, as: UTF8.self), $1) }
  }

  @inline(__always)
  private static func forEach(in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    var start: Int?
    for (index, byte) in text.enumerated() {
      if isLetter(byte) {
        start = start ?? index
      } else if let first = start {
        body(first..<index)
        start = nil
      }
    }
  }
}
