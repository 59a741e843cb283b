import SyntheticCorpus
import Text

/// Held-out sentences of the embedded grammar with what the grammar says of each of their words.
package struct HeldOutSentences: Sendable {
  /// A word: its text with the space before it, and what stands there.
  package typealias Word = (text: String, construction: TokenConstruction)

  /// The sentences, word by word.
  package let sentences: [[Word]]

  /// The first sentences of the held-out text that are different and are not in the training text.
  ///
  /// - Parameters:
  ///   - count: how many at most.
  ///   - fits: whether every model reads a sentence whole.
  package init(_ source: TextSource, count: Int, fits: (String) -> Bool) {
    let trained = source.trainedLines()
    let reader = ConstructionReader()
    var (found, seen) = ([[Word]](), Set<String>())
    for line in source.withHeldOut(Self.lines) where found.count < count {
      if trained.contains(line) || !seen.insert(line).inserted { continue }
      guard fits(line + "\n"), let words = reader.words(of: line + "\n") else { continue }
      found.append(words)
    }
    sentences = found
  }

  /// The lines of a text without their ends.
  private static func lines(_ text: UnsafeBufferPointer<UInt8>) -> [String] {
    text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}
