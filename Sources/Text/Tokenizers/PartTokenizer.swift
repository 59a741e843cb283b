/// Cuts a part of a text into words, one by one.
protocol TextScanner {
  /// The words of a part of a text; nothing outside it is looked at.
  init(_ text: UnsafeBufferPointer<UInt8>, within part: Range<Int>)
  /// The next word; nil at the end of the part.
  mutating func next() -> Range<Int>?
}

/// A tokenizer that works word by word: each distinct word of a text is turned into tokens once, and
/// remembered from one part to the next, for a line by itself is too short to repeat many.
protocol PartTokenizer: Tokenizer {
  /// What cuts a text into words.
  associatedtype Scanner: TextScanner
  /// The tokens of one word.
  func tokens(of word: UnsafeBufferPointer<UInt8>) -> [Int32]
}

extension PartTokenizer {
  public func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32] {
    encode(bytes, parts: CollectionOfOne(0..<bytes.count)).ids
  }

  /// Like `encode` for each part by itself; `starts` says where the tokens of each begin.
  func encode(
    _ text: UnsafeBufferPointer<UInt8>, parts: some Sequence<Range<Int>>
  ) -> (ids: [Int32], starts: [Int]) {
    var table = WordTable(text)
    // The tokens of all distinct words in a row, and where those of each begin.
    var (known, begins): ([Int32], [Int]) = ([], [0])
    var ids: [Int32] = []
    var starts: [Int] = []
    ids.reserveCapacity(text.count / 4)
    for part in parts {
      starts.append(ids.count)
      var scanner = Scanner(text, within: part)
      while let word = scanner.next() {
        let index = table.index(of: word)
        if index + 1 == begins.count {
          known += tokens(of: UnsafeBufferPointer(rebasing: text[word]))
          begins.append(known.count)
        }
        ids += known[begins[index]..<begins[index + 1]]
      }
    }
    return (ids, starts)
  }
}
