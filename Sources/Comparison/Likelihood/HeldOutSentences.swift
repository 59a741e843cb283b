import Text

/// Held-out sentences of the embedded grammar with what the grammar says of each of their words.
struct HeldOutSentences: Sendable {
  /// A word: its text with the space before it, and what stands there.
  typealias Word = (text: String, construction: TokenConstruction)

  /// The sentences, word by word.
  let sentences: [[Word]]

  /// The first different sentences of the held-out text, none of which stands in the training text.
  ///
  /// - Parameters:
  ///   - count: how many at most.
  ///   - fits: whether every model reads a sentence whole.
  init(_ source: TextSource, count: Int, fits: (String) -> Bool) {
    func lines(_ text: UnsafeBufferPointer<UInt8>) -> [String] {
      text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
    var known = Set(source.withTrain(lines))
    let reader = ConstructionReader()
    var found: [[Word]] = []
    for line in source.withHeldOut(lines) where found.count < count && known.insert(line).inserted {
      guard fits(line + "\n"), let words = reader.words(of: line + "\n") else { continue }
      found.append(words)
    }
    sentences = found
  }
}
