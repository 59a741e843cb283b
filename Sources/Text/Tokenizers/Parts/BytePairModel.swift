import Settings

/// Byte-level byte pair encoding: tokens are bytes and merges of two earlier tokens, within words. Lossless,
/// whatever the bytes.
///
/// Numbers: the 256 bytes, then one token a merge in the order in which they were learned.
///
/// - Source: Sennrich et al., "Neural machine translation of rare words with subword units", 2016; on bytes:
///   Radford et al., "Language models are unsupervised multitask learners", 2019.
public struct BytePairModel: TokenModel {
  /// Two tokens that become one.
  public struct Merge: Sendable, Equatable {
    public let left: Int32
    public let right: Int32

    /// A pair of tokens.
    public init(left: Int32, right: Int32) {
      self.left = left
      self.right = right
    }
  }

  public let type = "byte-pairs"
  public let hasUnknowns = false
  public let isLossless = true
  public var count: Int { tokens.count }
  public var content: [Node.Member] {
    let pairs = merges.map { Node(.list([Node(.integer(Int($0.left))), Node(.integer(Int($0.right)))])) }
    return [Node.Member("merges", Node(.list(pairs)))]
  }

  /// The merges in the order in which they were learned, which is that in which they are applied.
  public let merges: [Merge]
  private let tokens: [[UInt8]]
  private let results: PairNumbers

  /// Bytes of all tokens together, at most: a file of a few kilobytes could spell out to any number.
  private static let maxBytes = 256 << 20

  /// A model of these merges.
  ///
  /// - Parameters:
  ///   - merges: the merges, in order.
  ///   - first: the number of the first byte in `merges`, as where ids replace numbers.
  /// - Throws: `TextError` when a merge names a token that is not before it, one is there twice, or the tokens
  ///   are too long to be kept.
  public init(merges: [Merge], numberedFrom first: Int32 = 0) throws {
    var tokens = (0...255).map { [UInt8($0)] }
    var results = PairNumbers()
    var bytes = tokens.count
    for (index, merge) in merges.enumerated() {
      let token = Int32(tokens.count)
      let known = first..<first + token
      guard known.contains(merge.left), known.contains(merge.right) else {
        throw TextError(
          place: "merge \(index)",
          reason: "joins \(merge.left) and \(merge.right), but only the tokens "
            + "\(known.lowerBound) to \(known.upperBound - 1) are known by then",
          suggestion: "the tokenizer is damaged: train it again")
      }
      let (left, right) = (merge.left - first, merge.right - first)
      guard results.number(left, right, orNew: token) == token else {
        throw TextError(
          place: "merge \(index)", reason: "joins \(merge.left) and \(merge.right) a second time",
          suggestion: "the tokenizer is damaged: train it again")
      }
      bytes += tokens[Int(left)].count + tokens[Int(right)].count
      guard bytes <= Self.maxBytes else {
        throw TextError(
          place: "merge \(index)", reason: "makes the tokens longer than \(Self.maxBytes) bytes together",
          suggestion: "the tokenizer is damaged: take another copy or train it again")
      }
      tokens.append(tokens[Int(left)] + tokens[Int(right)])
    }
    self.merges =
      first == 0 ? merges : merges.map { Merge(left: $0.left - first, right: $0.right - first) }
    self.tokens = tokens
    self.results = results
  }

  public func bytes(of number: Int) -> [UInt8] { tokens[number] }

  /// Applies the merges to one word: always the one that was learned first, everywhere from the left.
  public func spell(_ word: UnsafeBufferPointer<UInt8>, _ ids: TokenNumbering, into tokens: inout [Int32]) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * word.count) { memory in
      // The tokens so far, and what each would become together with the next one.
      let symbols = UnsafeMutableBufferPointer(rebasing: memory[..<word.count])
      let joins = UnsafeMutableBufferPointer(rebasing: memory[word.count...])
      var count = word.count
      func join(at place: Int) -> Int32 {
        place + 1 < count ? results.number(symbols[place], symbols[place + 1]) ?? .max : .max
      }
      for place in 0..<count { symbols[place] = Int32(word[place]) }
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
      for place in 0..<count { symbols[place] &+= ids.first }
      tokens += symbols[..<count]
    }
  }
}
