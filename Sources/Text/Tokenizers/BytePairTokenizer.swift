/// Byte-level byte pair encoding: tokens are bytes and merges of two earlier tokens, within words that carry
/// the space before them. Loses nothing, whatever the bytes.
///
/// Ids: the special tokens, the 256 bytes, then one token a merge in the order in which they were learnt.
///
/// - Source: Sennrich et al., "Neural machine translation of rare words with subword units", 2016; on bytes:
///   Radford et al., "Language models are unsupervised multitask learners", 2019.
public struct BytePairTokenizer: PartTokenizer {
  /// Two tokens that become one.
  public struct Merge: Sendable, Equatable {
    public let left: Int32
    public let right: Int32
  }

  typealias Scanner = WordScanner

  public let kind = "byte-bpe"
  public let isLossless = true
  public let special = SpecialTokens.standard
  public var vocabularySize: Int { tokens.count }

  /// The merges in the order in which they were learnt, which is that in which they are applied.
  public let merges: [Merge]
  private let tokens: [[UInt8]]
  private let results: PairNumbers

  /// A tokenizer of these merges.
  ///
  /// - Throws: `TextError` when a merge names a token that does not stand before it, or one is there twice.
  public init(merges: [Merge]) throws {
    var tokens = special.tokens.map { _ in [UInt8]() } + (0...255).map { [UInt8($0)] }
    var results = PairNumbers()
    for (index, merge) in merges.enumerated() {
      let known = Int32(special.tokens.count)..<Int32(tokens.count)
      guard known.contains(merge.left), known.contains(merge.right) else {
        throw TextError(
          place: "merge \(index)",
          reason: "joins \(merge.left) and \(merge.right), but only the tokens "
            + "\(known.lowerBound) to \(known.upperBound - 1) are known by then",
          mend: "the tokenizer is damaged: train it again")
      }
      let token = Int32(tokens.count)
      guard results.number(merge.left, merge.right, orNew: token) == token else {
        throw TextError(
          place: "merge \(index)", reason: "joins \(merge.left) and \(merge.right) a second time",
          mend: "the tokenizer is damaged: train it again")
      }
      tokens.append(tokens[Int(merge.left)] + tokens[Int(merge.right)])
    }
    self.merges = merges
    self.tokens = tokens
    self.results = results
  }

  /// A space before a mask is dropped, for the token that belongs there carries it.
  public func encodePrompt(_ text: String) -> [Int32] {
    let parts = PromptPart.parts(of: text, special)
    return parts.indices.flatMap { index -> [Int32] in
      switch parts[index] {
      case .special(let id): return [id]
      case .text(var bytes):
        if index + 1 < parts.count, case .special(let next) = parts[index + 1], next == special[.mask],
          bytes.last == UInt8(ascii: " ")
        {
          bytes.removeLast()
        }
        return bytes.withUnsafeBufferPointer { encode($0) }
      }
    }
  }

  /// A word carries one space: one at the end of a prompt is the next word's.
  public func promptToContinue(_ prompt: String) -> String {
    prompt.utf8.last == UInt8(ascii: " ") ? String(prompt.unicodeScalars.dropLast()) : prompt
  }

  public func bytes(of id: Int32) -> [UInt8] { tokens[Int(id)] }

  /// Applies the merges to one word: always the one that was learnt first, everywhere from the left.
  func spell(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout [Int32]) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * word.count) { memory in
      // The tokens so far, and what each would become together with the next one.
      let symbols = UnsafeMutableBufferPointer(rebasing: memory[..<word.count])
      let joins = UnsafeMutableBufferPointer(rebasing: memory[word.count...])
      var count = word.count
      func join(at place: Int) -> Int32 {
        place + 1 < count ? results.number(symbols[place], symbols[place + 1]) ?? .max : .max
      }
      let first = Int32(special.tokens.count)
      for place in 0..<count { symbols[place] = Int32(word[place]) + first }
      for place in 0..<count { joins[place] = join(at: place) }
      while true {
        // A merge makes no place for an earlier one, so that the leftmost of the first is always next.
        var (best, first) = (Int32.max, 0)
        for place in 0..<count where joins[place] < best { (best, first) = (joins[place], place) }
        if best == .max { break }
        count -= 1
        symbols[first] = best
        for place in first + 1..<max(first + 1, count) {
          (symbols[place], joins[place]) = (symbols[place + 1], joins[place + 1])
        }
        joins[first] = join(at: first)
        if first > 0 { joins[first - 1] = join(at: first - 1) }
      }
      tokens += symbols[..<count]
    }
  }
}
