/// Finds the words of a text in any language: runs of letters, and of bytes beyond ASCII.
///
/// A last word without an end is left out: it may be cut off.
package struct LetterRuns: TextScanner {
  private let text: UnsafeBufferPointer<UInt8>
  private let end: Int
  private(set) var place: Int

  init(_ text: UnsafeBufferPointer<UInt8>, within part: Range<Int>) {
    self.text = text
    (place, end) = (part.lowerBound, part.upperBound)
  }

  mutating func next() -> Range<Int>? {
    while place < end, !Self.isLetter(text[place]) { place += 1 }
    let start = place
    while place < end, Self.isLetter(text[place]) { place += 1 }
    return place < end ? start..<place : nil
  }

  /// Whether a byte is a letter of ASCII, or a part of a character beyond it.
  package static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (byte | 0x20) &- 97 < 26
  }

  /// The words of a text, as ranges of its bytes.
  package static func ranges(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var scanner = LetterRuns(text, within: 0..<text.count)
    while let word = scanner.next() { words.append(word) }
    return words
  }

  /// The distinct words of a text and how often each occurs, in the order in which they first do.
  package static func counts(in text: UnsafeBufferPointer<UInt8>) -> [(word: String, count: Int)] {
    let found = WordTable.count(text, LetterRuns.self)
    return zip(found.words, found.counts).map { (String(decoding: $0, as: UTF8.self), $1) }
  }
}
