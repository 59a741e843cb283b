import Kernels
import Tensors
import Text
import Training

/// A passage of held-out text with one word hidden, and candidates to choose it from: a question that encoders
/// and decoders can both be asked, on any text.
///
/// The other candidates are drawn from the words of the training text, as often as they stand there, and an item
/// is only made where all candidates are different. So the hidden word and the others are alike in frequency, and
/// a model that knows word frequencies only is right in one of `candidateCount` cases.
/// All candidates have the same number of tokens, because an encoder is shown how many are hidden.
package struct HiddenWordItem: Sendable, Equatable {
  /// The passage up to the word, without a space at the end.
  package let left: String
  /// The candidates, sorted.
  package let candidates: [String]
  /// Index of the word that stands there.
  package let correct: Int
  /// What follows.
  package let right: String

  /// Candidates of an item.
  package static let candidateCount = 4
  /// Words on either side of the hidden one.
  static let wordsAround = 12
  /// Bytes of the training text whose words are counted, and of the held-out text among whose words the hidden
  /// ones are drawn.
  static let maxBytes = 8_000_000

  /// The passage with a candidate in it.
  package func passage(_ candidate: String) -> String { "\(left) \(candidate)\(right)" }

  /// Items of the held-out part of a text.
  ///
  /// - Parameters:
  ///   - count: how many at most; fewer where the text has no more.
  ///   - readers: the tokenizers that cut the text and how many tokens their models read: every candidate fits
  ///     them all.
  ///   - seed: decides which words are hidden and what is beside them.
  package static func draw(
    _ count: Int, from source: TextSource, readers: [(tokenizer: any Tokenizer, context: Int)],
    seed: UInt64 = 1
  ) -> [HiddenWordItem] {
    let text = source.withHeldOut { Array($0.prefix(maxBytes)) }
    let vocabulary = source.withTrain {
      WordFrequencies(.init(rebasing: $0.prefix(maxBytes)), readers.map(\.tokenizer))
    }
    let words = text.withUnsafeBufferPointer(LetterRuns.ranges).filter {
      $0.lowerBound > 1 && text[$0.lowerBound - 1] == space
    }
    let stream = RandomStream(seed: seed)
    var items: [HiddenWordItem] = []
    // Most words make an item; where few do, such as in a text of numbers, the search ends.
    let tries = min(words.count, 20 * count)
    for place in shuffledPlaces(count: tries, of: words.count, key: stream.key("hidden word")) {
      guard items.count < count else { break }
      let key = stream.key("candidates of a hidden word", step: place)
      guard let item = item(words[place], text, vocabulary, key),
        readers.allSatisfy({ item.canBeAsked($0.tokenizer, context: $0.context) })
      else { continue }
      items.append(item)
    }
    return items
  }

  /// Whether a tokenizer tells the candidates apart and every passage fits a context, with a token at each end.
  private func canBeAsked(_ tokenizer: any Tokenizer, context: Int) -> Bool {
    let tokens = candidates.map { tokenizer.encode(passage($0)) }
    return Set(tokens).count == tokens.count && tokens.allSatisfy { $0.count + 2 <= context }
  }

  private static let space = UInt8(ascii: " ")

  private static func item(
    _ word: Range<Int>, _ text: [UInt8], _ vocabulary: WordFrequencies, _ key: PhiloxKey
  )
    -> HiddenWordItem?
  {
    let hidden = String(decoding: text[word], as: UTF8.self)
    guard let others = vocabulary.draw(candidateCount - 1, like: hidden, key: key) else { return nil }
    let candidates = (others + [hidden]).sorted()
    guard Set(candidates).count == candidateCount, let correct = candidates.firstIndex(of: hidden) else {
      return nil
    }
    let left = text[start(before: word.lowerBound - 1, text)..<word.lowerBound - 1]
    let right = text[word.upperBound..<end(after: word.upperBound, text)]
    guard left.contains(where: LetterRuns.isLetter) else { return nil }
    return HiddenWordItem(
      left: String(decoding: left, as: UTF8.self), candidates: candidates, correct: correct,
      right: String(decoding: right, as: UTF8.self))
  }

  /// Where a passage begins: some words before a place, or at the start of the line.
  private static func start(before place: Int, _ text: [UInt8]) -> Int {
    var (index, spaces) = (place, 0)
    while index > 0, text[index - 1] != UInt8(ascii: "\n") {
      if text[index - 1] == space { spaces += 1 }
      if spaces == wordsAround { break }
      index -= 1
    }
    return index
  }

  /// Where a passage ends: some words after a place, or behind the line end.
  private static func end(after place: Int, _ text: [UInt8]) -> Int {
    var (index, spaces) = (place, 0)
    while index < text.count {
      if text[index] == UInt8(ascii: "\n") { return index + 1 }
      if text[index] == space { spaces += 1 }
      if spaces > wordsAround { break }
      index += 1
    }
    return index
  }
}
