/// Byte pair encoding: a word begins as its characters, and the pair of neighbours with the best rank is merged until
/// none is left that may be.
///
/// - Source: Sennrich et al. 2016; byte fallback: Kudo and Richardson 2018.
struct BPE: ModelPart {
  let vocabulary: TokenTable
  let unknownToken: [UInt8]?
  private let unknown: Int32?
  private let merges: MergeTable
  /// Put before characters within words, and behind the last one.
  private let prefix: [UInt8]
  private let suffix: [UInt8]
  private let fusesUnknowns: Bool
  private let ignoresMerges: Bool
  /// The tokens of the 256 bytes, where all have one and unknown characters become them.
  private let fallback: [Int32]?
  /// Where words come as bytes: the tokens of the 256 bytes, -1 for one that has none, and all tokens as bytes.
  private var byteTokens: [Int32]?
  private var byteForms: TokenTable?
  /// Where a long word may be cut; nil: nowhere.
  private let cuts: MetaCuts?

  init?(_ reader: PartReader) {
    reader.checkKeys([
      "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback",
      "ignore_merges", "vocab", "merges",
    ])
    if let dropout = reader.present("dropout"), dropout.number != 0 {
      reader.problems.add(
        reader.path + ".dropout", found: dropout, allowed: "null",
        "makes tokens random, as some do in training only")
    }
    unknownToken = reader.optionalText("unk_token").map { Array($0.utf8) }
    prefix = Array(reader.text("continuing_subword_prefix", default: "").utf8)
    suffix = Array(reader.text("end_of_word_suffix", default: "").utf8)
    fusesUnknowns = reader.flag("fuse_unk", default: false)
    ignoresMerges = reader.flag("ignore_merges", default: false)
    let hasFallback = reader.flag("byte_fallback", default: false)
    guard let vocabulary = TokenTable(reader), let merges = Self.merges(reader, vocabulary, prefix.count)
    else {
      return nil
    }
    self.vocabulary = vocabulary
    self.merges = MergeTable(merges)
    unknown = unknownToken.flatMap { vocabulary.id(of: $0) }
    if let unknownToken, unknown == nil {
      reader.problems.add(
        reader.path + ".unk_token", found: .text(String(decoding: unknownToken, as: UTF8.self)),
        "is not in the vocabulary")
    }
    // A character of which one byte has no token is unknown, so that a single missing one matters.
    let bytes = (0..<256).map { byte -> Int32 in
      let digits = String(byte, radix: 16, uppercase: true)
      return vocabulary.id(of: "<0x\(byte < 16 ? "0" : "")\(digits)>".utf8) ?? -1
    }
    fallback = hasFallback ? bytes : nil
    let apart = Set(bytes + [unknown ?? -1])
    cuts =
      prefix.isEmpty && suffix.isEmpty && !ignoresMerges && !merges.contains { apart.contains($0.left) }
      ? MetaCuts(vocabulary) : nil
  }

  /// Reads the merges, each a pair or a text with one space.
  private static func merges(
    _ reader: PartReader, _ vocabulary: TokenTable, _ prefixCount: Int
  ) -> [(left: Int32, right: Int32, merged: Int32)]? {
    guard let elements = reader.value["merges"]?.elements else {
      reader.problems.add(
        reader.path + ".merges", found: reader.value["merges"], allowed: "a list of pairs", "is no list")
      return nil
    }
    var merges: [(left: Int32, right: Int32, merged: Int32)] = []
    merges.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      var pair: [[UInt8]]
      if let text = element.text {
        if text.utf8.starts(with: "#version".utf8) { continue }
        pair = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
      } else {
        pair = element.elements?.compactMap { $0.text.map { Array($0.utf8) } } ?? []
      }
      guard pair.count == 2 else {
        reader.problems.add("\(reader.path).merges.\(index)", found: element, "is no pair of tokens")
        return nil
      }
      guard let left = vocabulary.id(of: pair[0]), let right = vocabulary.id(of: pair[1]),
        let merged = vocabulary.id(of: pair[0] + pair[1].dropFirst(prefixCount))
      else {
        reader.problems.add(
          "\(reader.path).merges.\(index)", found: element,
          "merges tokens, or makes one, that the vocabulary has not")
        return nil
      }
      merges.append((left, right, merged))
    }
    return merges
  }

  /// The model for words that come as bytes instead of as the characters that stand for them; nil where what it does
  /// could not be told from bytes.
  func readingBytes() -> BPE? {
    guard fallback == nil, ByteCharacters.bytes(of: scalars(of: prefix + suffix)) != nil else { return nil }
    var model = self
    let edges = (
      ByteCharacters.bytes(of: scalars(of: prefix)) ?? [], ByteCharacters.bytes(of: scalars(of: suffix)) ?? []
    )
    guard edges.0 == prefix, edges.1 == suffix else { return nil }
    model.byteTokens = (0..<256).map { vocabulary.id(of: ByteCharacters.written([UInt8($0)])) ?? -1 }
    model.byteForms = TokenTable(
      vocabulary.tokens.compactMap { token in
        ByteCharacters.bytes(of: scalars(of: token.form)).map { ($0, token.id) }
      })
    return model
  }

  /// Whether every character that is no token is spelled by its bytes.
  var fallsBackToBytes: Bool { fallback?.allSatisfy { $0 >= 0 } ?? false }

  /// Whether every byte has a token, so that no text is unknown.
  var knowsAllBytes: Bool { byteTokens?.allSatisfy { $0 >= 0 } ?? false }

  func parts(of word: UnsafeBufferPointer<UInt8>, at start: Int, into parts: inout [Range<Int>]) {
    guard let cuts, byteTokens == nil else {
      parts.append(start..<start + word.count)
      return
    }
    cuts.cut(word, at: start, into: &parts)
  }

  func spell(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout [SpelledToken]) {
    if ignoresMerges {
      let id = (byteForms ?? vocabulary).id(of: word)
      if id >= 0 {
        tokens.append(SpelledToken(id: id, start: 0, end: word.count))
        return
      }
    }
    var symbols: [BPESymbol] = []
    symbols.reserveCapacity(word.count)
    if let byteTokens, prefix.isEmpty, suffix.isEmpty, !byteTokens.contains(-1) {
      for byte in word { symbols.append(BPESymbol(id: byteTokens[Int(byte)], length: 1)) }
    } else {
      begin(word, &symbols)
    }
    merges.mergeAll(&symbols)
    var place = 0
    for symbol in symbols {
      tokens.append(SpelledToken(id: symbol.id, start: place, end: place + Int(symbol.length)))
      place += Int(symbol.length)
    }
  }

  /// The symbols that a word begins as. Unknown characters that are not fused wait for the next known one: bytes of
  /// the fallback pass them by, as they do in the `tokenizers` package.
  private func begin(_ word: UnsafeBufferPointer<UInt8>, _ symbols: inout [BPESymbol]) {
    var waiting = 0
    func flush() {
      if waiting > 0, let unknown { symbols.append(BPESymbol(id: unknown, length: Int32(waiting))) }
      waiting = 0
    }
    var place = 0
    while place < word.count {
      let length = byteTokens == nil ? scalar(in: word, at: place).length : 1
      let character = UnsafeBufferPointer(rebasing: word[place..<place + length])
      let isEdge = place > 0 && !prefix.isEmpty || place + length == word.count && !suffix.isEmpty
      let table = byteForms ?? vocabulary
      let id: Int32
      if isEdge {
        let form =
          (place > 0 ? prefix : []) + character + (place + length == word.count ? suffix : [])
        id = table.id(of: form) ?? -1
      } else {
        id = table.id(of: character)
      }
      if id >= 0 {
        flush()
        symbols.append(BPESymbol(id: id, length: Int32(length)))
      } else if let fallback, character.allSatisfy({ fallback[Int($0)] >= 0 }), !isEdge {
        for byte in character { symbols.append(BPESymbol(id: fallback[Int(byte)], length: 1)) }
      } else if unknown != nil {
        if !fusesUnknowns { flush() }
        waiting += length
      }
      place += length
    }
    flush()
  }
}

/// Where words that hold `▁` may be cut without changing their tokens: before each one that no token holds behind the
/// character before it. No merge can then reach across.
struct MetaCuts: Sendable {
  /// Characters that stand before `▁` inside some token.
  private let joiners: Set<UInt32>
  private static let meta: [UInt8] = [0xE2, 0x96, 0x81]

  /// Nil for a vocabulary without `▁`.
  init?(_ vocabulary: TokenTable) {
    guard vocabulary.id(of: Self.meta) != nil else { return nil }
    var joiners: Set<UInt32> = []
    for token in vocabulary.tokens {
      let values = scalars(of: token.form)
      for (before, value) in zip(values, values.dropFirst()) where value == 0x2581 { joiners.insert(before) }
    }
    self.joiners = joiners
  }

  func cut(_ word: UnsafeBufferPointer<UInt8>, at start: Int, into parts: inout [Range<Int>]) {
    var (begin, place) = (0, 1)
    while place + 2 < word.count {
      if word[place] == Self.meta[0], word[place + 1] == Self.meta[1], word[place + 2] == Self.meta[2],
        !joiners.contains(scalar(in: word, before: place).value)
      {
        parts.append(start + begin..<start + place)
        begin = place
      }
      place += 1
    }
    parts.append(start + begin..<start + word.count)
  }
}
