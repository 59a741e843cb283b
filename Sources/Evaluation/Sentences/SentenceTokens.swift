import Foundation
import Text
import Tokenizers

/// A text in a model's tokens, with the words that these belong to, and the part of it that is scored.
public struct SentenceTokens: Sendable, Equatable {
  /// The tokens of the whole text.
  public let ids: [Int32]
  /// Those that are scored: all of a sentence, or those of an answer behind its question.
  public let scored: Range<Int>
  /// The words of the scored part: what stands between white space, as it is written.
  public let words: [String]
  /// For each scored token the place of its word.
  public let word: [Int]
  /// The bytes of the scored part.
  public let bytes: Int
  /// For each token the bytes of the whole text that it stands for.
  private let spans: [Range<Int>]

  /// Tokens of an answer behind a context, or of a sentence alone.
  ///
  /// Both are cut as one text; as many tokens are given as the context has by itself. White space at the end of the
  /// context belongs to the answer, as most tokens begin with the space before a word.
  ///
  /// - Parameters:
  ///   - text: what is scored.
  ///   - context: what is given before it.
  ///   - tokenizer: cuts both.
  /// - Source: the rule: Gao et al., "A framework for few-shot language model evaluation" (lm-eval).
  public init(_ text: String, after context: String = "", _ tokenizer: any Tokenizer) {
    let kept = context.unicodeScalars.lastIndex { !$0.properties.isWhitespace }
    let given = kept.map { String(context.unicodeScalars[...$0]) } ?? ""
    let all = context + text
    let (ids, spans) = Self.spans(of: all, tokenizer)
    (self.ids, self.spans) = (ids, spans)
    let count = given.isEmpty ? 0 : min(tokenizer.encode(given).count, ids.count)
    scored = count..<ids.count
    let start = context.utf8.count
    bytes = text.utf8.count
    let ranges = Self.words(of: Array(all.utf8), from: start)
    let utf8 = Array(all.utf8)
    words = ranges.map { String(decoding: utf8[$0], as: UTF8.self) }
    var word = 0
    self.word = spans[scored].map { span in
      // A token belongs to the word that its first visible byte is in.
      let first = span.first { !Self.isSpace(utf8[$0]) } ?? span.upperBound
      while word + 1 < ranges.count, ranges[word].upperBound <= first { word += 1 }
      return word
    }
  }

  private init(
    ids: [Int32], spans: [Range<Int>], scored: Range<Int>, words: [String], word: [Int], bytes: Int
  ) {
    (self.ids, self.spans, self.scored) = (ids, spans, scored)
    (self.words, self.word, self.bytes) = (words, word, bytes)
  }

  /// The tokens without some of the context.
  ///
  /// - Parameter places: places before the scored part.
  func removingContext(_ places: Range<Int>) -> Self {
    var (ids, spans) = (ids, spans)
    ids.removeSubrange(places)
    spans.removeSubrange(places)
    return Self(
      ids: ids, spans: spans, scored: scored.lowerBound - places.count..<ids.count, words: words, word: word,
      bytes: bytes)
  }

  /// Some of the tokens of a sentence without a context, with the words and bytes that these tokens are of.
  ///
  /// - Parameter places: places of tokens that follow each other.
  func part(_ places: Range<Int>) -> Self {
    let (own, numbers) = (Array(spans[places]), Array(word[places]))
    let first = numbers.first ?? 0
    return Self(
      ids: Array(ids[places]), spans: own, scored: 0..<places.count,
      words: numbers.isEmpty ? [] : Array(words[first...(numbers.last ?? first)]),
      word: numbers.map { $0 - first }, bytes: (own.last?.upperBound ?? 0) - (own.first?.lowerBound ?? 0))
  }

  /// The tokens of a text, and the bytes that each stands for.
  private static func spans(of text: String, _ tokenizer: any Tokenizer) -> ([Int32], [Range<Int>]) {
    if let hub = tokenizer as? HubTokenizer {
      let encoding = hub.content(text)
      return (encoding.ids, encoding.offsets)
    }
    let ids = tokenizer.encode(text)
    let bytes = Array(text.utf8)
    var place = 0
    return (
      ids,
      ids.map { id in
        // Tokens follow each other; where a tokenizer changed the white space between words, it is passed over.
        let own = tokenizer.bytes(of: id)
        if !bytes[place...].starts(with: own) {
          while place < bytes.count, isSpace(bytes[place]) { place += 1 }
        }
        let visible = own.drop(while: isSpace)
        let length = bytes[place...].starts(with: own) ? own.count : min(visible.count, bytes.count - place)
        defer { place += length }
        return place..<place + length
      }
    )
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

  /// The parts between white space from a byte on.
  private static func words(of bytes: [UInt8], from start: Int) -> [Range<Int>] {
    var (words, place) = ([Range<Int>](), start)
    while place < bytes.count {
      let end = bytes[place...].firstIndex(where: isSpace) ?? bytes.count
      if end > place { words.append(place..<end) }
      place = end + 1
    }
    return words
  }
}
