/// A text as token ids, with what windows and bits per byte need to know of it.
public struct TokenizedText: Sendable {
  /// The tokens in a row; none of them special but `[UNK]`.
  public let ids: [Int32]
  /// The places in `ids` where lines start, when windows are to begin there; otherwise nil.
  public let starts: [Int]?
  /// Content bytes of each id of the vocabulary; 0 for special tokens.
  public let byteLengths: [Int32]
  /// How many tokens are `[UNK]`: text that the tokenizer loses.
  public let unknowns: Int

  /// Tokenizes a text.
  ///
  /// - Parameter startsAtLines: whether windows are to begin where lines do. Each line is then tokenized by
  ///   itself, so that no token spans two of them.
  public init(_ text: UnsafeBufferPointer<UInt8>, tokenizer: any Tokenizer, startsAtLines: Bool) {
    if startsAtLines {
      var lines: [Range<Int>] = []
      forEachLine(in: text) { lines.append($0) }
      let (ids, starts) = Self.encode(text, parts: lines, tokenizer: tokenizer)
      // Lines without tokens start where the next one does, or at the very end.
      let ends = starts.dropFirst() + [ids.count]
      (self.ids, self.starts) = (ids, zip(starts, ends).filter { $0 < $1 }.map(\.0))
    } else {
      (ids, starts) = (tokenizer.encode(text), nil)
    }
    byteLengths = (0..<Int32(tokenizer.vocabularySize)).map { Int32(tokenizer.bytes(of: $0).count) }
    unknowns = ids.count { $0 == SpecialTokens.unknown }
  }

  /// Tokens that are known already.
  init(ids: [Int32], starts: [Int]?, byteLengths: [Int32]) {
    self.ids = ids
    self.starts = starts
    self.byteLengths = byteLengths
    unknowns = ids.count { $0 == SpecialTokens.unknown }
  }

  private static func encode(
    _ text: UnsafeBufferPointer<UInt8>, parts: [Range<Int>], tokenizer: any Tokenizer
  ) -> (ids: [Int32], starts: [Int]) {
    if let tokenizer = tokenizer as? any PartTokenizer { return tokenizer.encode(text, parts: parts) }
    var ids: [Int32] = []
    let starts = parts.map { part in
      defer { ids += tokenizer.encode(UnsafeBufferPointer(rebasing: text[part])) }
      return ids.count
    }
    return (ids, starts)
  }

  /// Content bytes of a run of tokens.
  public func byteCount(of range: Range<Int>) -> Int {
    ids[range].reduce(0) { $0 + Int(byteLengths[Int($1)]) }
  }
}
