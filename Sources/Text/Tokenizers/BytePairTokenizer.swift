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
  public var vocabularySize: Int { tokens.count }

  /// The merges in the order in which they were learnt, which is that in which they are applied.
  public let merges: [Merge]
  private let tokens: [[UInt8]]
  private let results: [UInt64: Int32]

  /// A tokenizer of these merges.
  ///
  /// - Throws: `TextError` when a merge names a token that does not stand before it, or one is there twice.
  public init(merges: [Merge]) throws {
    var tokens = SpecialTokens.names.map { _ in [UInt8]() } + (0...255).map { [UInt8($0)] }
    var results: [UInt64: Int32] = [:]
    results.reserveCapacity(merges.count)
    for (index, merge) in merges.enumerated() {
      let known = Int32(SpecialTokens.count)..<Int32(tokens.count)
      guard known.contains(merge.left), known.contains(merge.right) else {
        throw TextError(
          place: "merge \(index)",
          reason: "joins \(merge.left) and \(merge.right), but only the tokens "
            + "\(known.lowerBound) to \(known.upperBound - 1) are known by then",
          mend: "the tokenizer is damaged: train it again")
      }
      guard
        results.updateValue(Int32(tokens.count), forKey: PairTable.Pair.key(merge.left, merge.right)) == nil
      else {
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

  /// A space before `[MASK]` is dropped, for the token that belongs there carries it.
  public func encodePrompt(_ text: String) -> [Int32] {
    let parts = PromptPart.parts(of: text)
    return parts.indices.flatMap { index -> [Int32] in
      switch parts[index] {
      case .special(let id): return [id]
      case .text(var bytes):
        if index + 1 < parts.count, case .special(SpecialTokens.mask) = parts[index + 1],
          bytes.last == UInt8(ascii: " ")
        {
          bytes.removeLast()
        }
        return bytes.withUnsafeBufferPointer { encode($0) }
      }
    }
  }

  public func bytes(of id: Int32) -> [UInt8] { tokens[Int(id)] }

  /// Applies the merges to one word: always the one that was learnt first, everywhere from the left.
  func tokens(of word: UnsafeBufferPointer<UInt8>) -> [Int32] {
    var symbols = word.map { Int32($0) + Int32(SpecialTokens.count) }
    while symbols.count > 1 {
      var best = Int32.max
      for place in 1..<symbols.count {
        if let result = results[PairTable.Pair.key(symbols[place - 1], symbols[place])] {
          best = min(best, result)
        }
      }
      if best == .max { break }
      let merge = merges[Int(best) - SpecialTokens.count - 256]
      var (from, to) = (0, 0)
      while from < symbols.count {
        let isPair =
          from + 1 < symbols.count && symbols[from] == merge.left && symbols[from + 1] == merge.right
        symbols[to] = isPair ? best : symbols[from]
        from += isPair ? 2 : 1
        to += 1
      }
      symbols.removeLast(symbols.count - to)
    }
    return symbols
  }
}
