import Synchronization

/// A text as token ids, with the data that windows and bits per byte need.
public struct TokenizedText: Sendable {
  /// The tokens in a row; none of them special but the one for unknown text, and the one that ends a document of a
  /// text with documents of its own.
  public let ids: TokenRow
  /// The places in `ids` where lines start, when windows are to begin there; otherwise nil.
  public let starts: [Int]?
  /// The places in `ids` where documents start, rising: see `DocumentRule`.
  public let documents: [Int]
  /// Where the texts of a mixture begin in `ids`, and how often the windows of each occur in an epoch.
  package let parts: [(start: Int, weight: Double)]
  /// Content bytes of each id of the vocabulary; 0 for special tokens.
  package let byteLengths: [Int32]
  /// How many tokens stand for unknown text: that the tokenizer loses.
  package let unknowns: Int

  /// Tokenizes a text, portion by portion on all cores.
  ///
  /// - Parameters:
  ///   - text: the text as bytes.
  ///   - tokenizer: the tokenizer.
  ///   - startsAtLines: whether windows are to begin where lines do. Each line is then a document, and
  ///     tokenized by itself, so that no token spans two of them. Otherwise blank lines separate documents.
  ///   - fileStarts: the places in the text where files begin, which begin documents, too; rising.
  /// - Throws: `TextError` when there is no room for the tokens of a large text.
  public init(
    _ text: UnsafeBufferPointer<UInt8>, tokenizer: any Tokenizer, startsAtLines: Bool, fileStarts: [Int] = []
  ) throws {
    try self.init(
      text, tokenizer: tokenizer, startsAtLines: startsAtLines,
      division: TextDivision(fileStarts: fileStarts))
  }

  /// - Parameters:
  ///   - division: where files, documents and texts begin. Each document of its own ends with the token that has the
  ///     role, where the tokenizer has one.
  ///   - portionSize: bytes of a portion, about.
  ///   - worthwhile: bytes of tokens from which on they go to a scratch file.
  init(
    _ text: UnsafeBufferPointer<UInt8>, tokenizer: any Tokenizer, startsAtLines: Bool,
    division: TextDivision = TextDivision(), portionSize: Int = TextPortions.size,
    worthwhile: Int = ScratchFile.worthwhile
  ) throws {
    var writer = TokenWriter(worthwhile: worthwhile)
    var (starts, documents, unknowns) = ([Int](), [Int](), 0)
    var parts: [(start: Int, weight: Double)] = []
    // What is known of words goes from portion to portion.
    let memories = Mutex<[WordMemory]>([])
    let unknown = tokenizer.special[.unknown]
    for (part, partRange) in zip(division.parts, division.ranges(count: text.count)) {
      parts.append((writer.count, part.weight))
      let portions = DocumentParts.portions(of: text, partRange, division, size: portionSize)
      try TextPortions.forEach(portions, of: text) { portion, range in
        var memory = memories.withLock { $0.popLast() } ?? WordMemory()
        let (parts, continues) =
          startsAtLines
          ? (lines(of: portion), false)
          : DocumentParts.cut(
            portion, at: range, isFirst: range.lowerBound == partRange.lowerBound, division)
        var (ids, starts) = Self.encode(portion, parts: parts, tokenizer: tokenizer, memory: &memory)
        memories.withLock { $0.append(memory) }
        var documents: [Int] = []
        if division.documentStarts != nil {
          let isEnd = DocumentParts.isEnd(range.upperBound, of: partRange, division)
          Self.endDocuments(&ids, &starts, endsLast: isEnd, tokenizer)
          documents = Array(starts.dropFirst(continues ? 1 : 0))
        } else if !startsAtLines {
          documents = Array(Self.visible(starts, in: ids, tokenizer).dropFirst(continues ? 1 : 0))
        }
        return (
          ids: ids, starts: startsAtLines ? starts : [], documents: documents,
          unknowns: ids.count { $0 == unknown }
        )
      } done: { encoded, _ in
        starts += encoded.starts.map { $0 + writer.count }
        documents += encoded.documents.map { $0 + writer.count }
        unknowns += encoded.unknowns
        try writer.append(encoded.ids)
      }
    }
    self.parts = parts
    ids = try writer.finish()
    // Lines and documents without tokens start where the next one does, or at the very end.
    let count = ids.count
    func filled(_ starts: [Int]) -> [Int] {
      zip(starts, starts.dropFirst() + [count]).filter { $0 < $1 }.map(\.0)
    }
    self.starts = startsAtLines ? filled(starts) : nil
    self.documents = self.starts ?? filled(documents)
    byteLengths = (0..<Int32(tokenizer.vocabularySize)).map { Int32(tokenizer.bytes(of: $0).count) }
    self.unknowns = unknowns
  }

  /// Tokens that are known already.
  init(ids: [Int32], starts: [Int]?, byteLengths: [Int32]) {
    self.ids = TokenRow(ids)
    self.starts = starts
    documents = starts ?? []
    parts = [(0, 1)]
    self.byteLengths = byteLengths
    unknowns = 0
  }

  /// The tokens of parts of a text, and where those of each begin.
  private static func encode(
    _ text: UnsafeBufferPointer<UInt8>, parts: [Range<Int>], tokenizer: any Tokenizer,
    memory: inout WordMemory
  ) -> (ids: [Int32], starts: [Int]) {
    if let tokenizer = tokenizer as? TokenizerPipeline {
      return tokenizer.encode(text, parts: parts, memory: &memory)
    }
    var ids: [Int32] = []
    let starts = parts.map { part in
      defer { ids += tokenizer.encode(UnsafeBufferPointer(rebasing: text[part])) }
      return ids.count
    }
    return (ids, starts)
  }

  /// Puts the token that ends a document behind each, where the tokenizer has one.
  ///
  /// - Parameter endsLast: whether the last document ends here.
  private static func endDocuments(
    _ ids: inout [Int32], _ starts: inout [Int], endsLast: Bool, _ tokenizer: any Tokenizer
  ) {
    guard let end = tokenizer.special[.endOfDocument] else { return }
    var ended: [Int32] = []
    ended.reserveCapacity(ids.count + starts.count)
    for index in starts.indices {
      let next = index + 1 < starts.count ? starts[index + 1] : ids.count
      let tokens = ids[starts[index]..<next]
      starts[index] = ended.count
      ended += tokens
      if index + 1 < starts.count || endsLast { ended.append(end) }
    }
    ids = ended
  }

  /// Starts of documents, each moved to the first token that can be seen: a space that belongs to no word stays with
  /// what is before it.
  private static func visible(_ starts: [Int], in ids: [Int32], _ tokenizer: any Tokenizer) -> [Int] {
    starts.enumerated().map { index, start in
      let end = index + 1 < starts.count ? starts[index + 1] : ids.count
      guard index > 0, start < end, tokenizer.bytes(of: ids[start]) == [UInt8(ascii: " ")] else {
        return start
      }
      return start + 1 < end ? start + 1 : start
    }
  }

  /// Numbers that change where a document begins, one a token of a run.
  package func documentNumbers(of range: Range<Int>) -> [Int32] {
    let low = documents.partition(from: range.lowerBound + 1)
    var next = low
    return range.map { place in
      while next < documents.count, documents[next] <= place { next += 1 }
      return Int32(next - low)
    }
  }

  /// Content bytes of a run of tokens.
  package func byteCount(of range: Range<Int>) -> Int {
    ids[range].reduce(0) { $0 + Int(byteLengths[Int($1)]) }
  }
}

/// The lines of a text, each with its line end.
private func lines(of text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
  var lines: [Range<Int>] = []
  forEachLine(in: text) { lines.append($0) }
  return lines
}
