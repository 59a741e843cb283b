/// The longest piece at each place of a word; a word with a place where none fits is unknown as a whole.
///
/// - Source: Schuster and Nakajima 2012; Devlin et al., "BERT", 2019, `WordpieceTokenizer`.
struct WordPiece: ModelPart {
  let vocabulary: TokenTable
  let unknownToken: [UInt8]?
  private let unknown: Int32
  /// Pieces within words, without their prefix.
  private let continuing: TokenTable
  private let maxCharacters: Int
  private let maxBytes: Int

  init?(_ reader: PartReader) {
    reader.checkKeys(["unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab"])
    let unknown = Array(reader.text("unk_token").utf8)
    let prefix = Array(reader.text("continuing_subword_prefix").utf8)
    maxCharacters = reader.integer("max_input_chars_per_word", 0...1_000_000_000)
    guard let vocabulary = TokenTable(reader) else { return nil }
    guard let id = vocabulary.id(of: unknown) else {
      reader.problems.add(
        reader.path + ".unk_token", found: reader.value["unk_token"], "is not in the vocabulary")
      return nil
    }
    self.vocabulary = vocabulary
    self.unknown = id
    unknownToken = unknown
    let tokens = vocabulary.tokens
    continuing = TokenTable(
      tokens.filter { $0.form.starts(with: prefix) }.map { (Array($0.form.dropFirst(prefix.count)), $0.id) })
    maxBytes = tokens.reduce(0) { max($0, $1.form.count) }
  }

  func spell(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout [SpelledToken]) {
    let before = tokens.count
    if word.count > maxCharacters, word.count(where: { $0 & 0xC0 != 0x80 }) > maxCharacters {
      tokens.append(SpelledToken(id: unknown, start: 0, end: word.count))
      return
    }
    var start = 0
    while start < word.count {
      let table = start == 0 ? vocabulary : continuing
      var end = min(word.count, start + maxBytes)
      while end < word.count, end > start, word[end] & 0xC0 == 0x80 { end -= 1 }
      var id = Int32(-1)
      while end > start {
        id = table.id(of: UnsafeBufferPointer(rebasing: word[start..<end]))
        if id >= 0 { break }
        end -= 1
        while end > start, word[end] & 0xC0 == 0x80 { end -= 1 }
      }
      guard id >= 0 else {
        tokens.removeLast(tokens.count - before)
        tokens.append(SpelledToken(id: unknown, start: 0, end: word.count))
        return
      }
      tokens.append(SpelledToken(id: id, start: start, end: end))
      start = end
    }
  }
}

/// Whole words, and one token for all others.
struct WordLevel: ModelPart {
  let vocabulary: TokenTable
  let unknownToken: [UInt8]?
  private let unknown: Int32?

  init?(_ reader: PartReader) {
    reader.checkKeys(["unk_token", "vocab"])
    let unknown = Array(reader.text("unk_token").utf8)
    guard let vocabulary = TokenTable(reader) else { return nil }
    self.vocabulary = vocabulary
    unknownToken = unknown
    self.unknown = vocabulary.id(of: unknown)
    if self.unknown == nil {
      reader.problems.add(
        reader.path + ".unk_token", found: reader.value["unk_token"], "is not in the vocabulary")
      return nil
    }
  }

  func spell(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout [SpelledToken]) {
    let id = vocabulary.id(of: word)
    if id >= 0 {
      tokens.append(SpelledToken(id: id, start: 0, end: word.count))
    } else if let unknown {
      tokens.append(SpelledToken(id: unknown, start: 0, end: word.count))
    }
  }
}
