import Settings

/// Cuts a part of a text into words, one by one.
protocol TextScanner: SendableMetatype {
  /// The words of a part of a text; nothing outside it is looked at.
  init(_ text: UnsafeBufferPointer<UInt8>, within part: Range<Int>)
  /// Where the next word is sought.
  var place: Int { get }
  /// The next word; nil at the end of the part.
  mutating func next() -> Range<Int>?
}

extension TextScanner {
  /// Finds as many words as there is room for, and where to continue.
  @inline(__always)
  static func cut(
    _ text: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, into words: UnsafeMutableBufferPointer<Range<Int>>
  ) -> (count: Int, next: Int) {
    var scanner = Self(text, within: part)
    for count in 0..<words.count {
      guard let word = scanner.next() else { return (count, part.upperBound) }
      words[count] = word
    }
    return (words.count, scanner.place)
  }
}

/// Words that carry the space before them: see `WordScanner`.
struct SpacedWords: PreTokenizer {
  let type = "spaced-words"
  let spacing = WordSpacing.carried

  func cut(
    _ text: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, into words: UnsafeMutableBufferPointer<Range<Int>>
  ) -> (count: Int, next: Int) {
    WordScanner.cut(text, part, into: words)
  }
}

/// Words between white space and punctuation: see `PieceScanner`.
struct SeparateWords: PreTokenizer {
  let type = "separate-words"
  let spacing = WordSpacing.dropped

  func cut(
    _ text: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, into words: UnsafeMutableBufferPointer<Range<Int>>
  ) -> (count: Int, next: Int) {
    PieceScanner.cut(text, part, into: words)
  }
}

extension Registry {
  mutating func addPreTokenizers() throws {
    try add(
      "spaced-words", to: .preTokenizer, summary: "words with the space before them",
      source: "Radford et al. 2019"
    ) { _ in SpacedWords() }
    try add(
      "separate-words", to: .preTokenizer, summary: "words between white space and punctuation",
      source: "Devlin et al. 2019"
    ) { _ in SeparateWords() }
  }
}
