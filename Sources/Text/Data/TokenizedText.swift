import Synchronization

/// A text as token ids, with what windows and bits per byte need to know of it.
public struct TokenizedText: Sendable {
  /// The tokens in a row; none of them special but the one for unknown text.
  public let ids: TokenRow
  /// The places in `ids` where lines start, when windows are to begin there; otherwise nil.
  public let starts: [Int]?
  /// Content bytes of each id of the vocabulary; 0 for special tokens.
  public let byteLengths: [Int32]
  /// How many tokens stand for unknown text: that the tokenizer loses.
  public let unknowns: Int

  /// Tokenizes a text, portion by portion on all cores.
  ///
  /// - Parameter startsAtLines: whether windows are to begin where lines do. Each line is then tokenized by
  ///   itself, so that no token spans two of them.
  /// - Throws: `TextError` when there is no room for the tokens of a large text.
  public init(_ text: UnsafeBufferPointer<UInt8>, tokenizer: any Tokenizer, startsAtLines: Bool) throws {
    try self.init(text, tokenizer: tokenizer, startsAtLines: startsAtLines, portionSize: TextPortions.size)
  }

  /// - Parameters:
  ///   - portionSize: bytes of a portion, about.
  ///   - worthwhile: bytes of tokens from which on they go to a scratch file.
  init(
    _ text: UnsafeBufferPointer<UInt8>, tokenizer: any Tokenizer, startsAtLines: Bool, portionSize: Int,
    worthwhile: Int = ScratchFile.worthwhile
  ) throws {
    var writer = TokenWriter(worthwhile: worthwhile)
    var (starts, unknowns) = ([Int](), 0)
    // What is known of words goes from portion to portion.
    let memories = Mutex<[WordMemory]>([])
    let unknown = tokenizer.special[.unknown]
    try TextPortions.forEach(TextPortions.cut(text, size: portionSize), of: text) { portion in
      var memory = memories.withLock { $0.popLast() } ?? WordMemory()
      let (ids, starts) = Self.encode(
        portion, tokenizer: tokenizer, startsAtLines: startsAtLines, memory: &memory)
      memories.withLock { $0.append(memory) }
      return (ids: ids, starts: starts, unknowns: ids.count { $0 == unknown })
    } done: { encoded, _ in
      starts += encoded.starts.map { $0 + writer.count }
      unknowns += encoded.unknowns
      try writer.append(encoded.ids)
    }
    ids = try writer.finish()
    // Lines without tokens start where the next one does, or at the very end.
    let ends = starts.dropFirst() + [ids.count]
    self.starts = startsAtLines ? zip(starts, ends).filter { $0 < $1 }.map(\.0) : nil
    byteLengths = (0..<Int32(tokenizer.vocabularySize)).map { Int32(tokenizer.bytes(of: $0).count) }
    self.unknowns = unknowns
  }

  /// Tokens that are known already.
  init(ids: [Int32], starts: [Int]?, byteLengths: [Int32]) {
    self.ids = TokenRow(ids)
    self.starts = starts
    self.byteLengths = byteLengths
    unknowns = 0
  }

  private static func encode(
    _ text: UnsafeBufferPointer<UInt8>, tokenizer: any Tokenizer, startsAtLines: Bool,
    memory: inout WordMemory
  ) -> (ids: [Int32], starts: [Int]) {
    var lines: [Range<Int>] = []
    if startsAtLines { forEachLine(in: text) { lines.append($0) } }
    if let tokenizer = tokenizer as? TokenizerPipeline {
      let parts = startsAtLines ? lines : [0..<text.count]
      let (ids, starts) = tokenizer.encode(text, parts: parts, memory: &memory)
      return (ids, startsAtLines ? starts : [])
    }
    guard startsAtLines else { return (tokenizer.encode(text), []) }
    var ids: [Int32] = []
    let starts = lines.map { line in
      defer { ids += tokenizer.encode(UnsafeBufferPointer(rebasing: text[line])) }
      return ids.count
    }
    return (ids, starts)
  }

  /// Content bytes of a run of tokens.
  public func byteCount(of range: Range<Int>) -> Int {
    ids[range].reduce(0) { $0 + Int(byteLengths[Int($1)]) }
  }
}
