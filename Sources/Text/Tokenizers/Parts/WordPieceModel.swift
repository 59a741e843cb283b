import Settings

/// Words spelled by the longest known pieces from the left; a piece inside a word is written with `##`.
///
/// A word that cannot be spelled is unknown, and lost.
///
/// - Source: Schuster and Nakajima, "Japanese and Korean voice search", 2012; as used by Devlin et al.,
///   "BERT", 2019.
public struct WordPieceModel: TokenModel {
  public let type = "word-pieces"
  public let hasUnknowns = true
  public let isLossless = false
  public var count: Int { pieces.count }
  public var content: [Node.Member] {
    [Node.Member("pieces", Node(.list(names.map { Node(.text($0)) })))]
  }

  /// Characters of a longer word are not looked at: it is unknown.
  static let longestWord = 100

  /// A part of a word.
  struct Piece: Hashable, Sendable {
    let bytes: [UInt8]
    /// Whether it is inside a word.
    let continues: Bool

    /// The written form, with `##` when it is inside a word.
    var name: String { (continues ? "##" : "") + String(decoding: bytes, as: UTF8.self) }
  }

  let pieces: [Piece]
  private let spellings: PieceTrie

  /// The written forms of the pieces in the order of their numbers.
  public var names: [String] { pieces.map(\.name) }

  /// A model of pieces in their written form.
  ///
  /// - Throws: `TextError` when a piece is empty or there twice.
  public init(names: [String]) throws {
    try self.init(
      pieces: names.map { name in
        let bytes = Array(name.utf8)
        let continues = bytes.starts(with: Array("##".utf8))
        return Piece(bytes: continues ? Array(bytes.dropFirst(2)) : bytes, continues: continues)
      })
  }

  init(pieces: [Piece]) throws {
    var spellings = PieceTrie()
    for (index, piece) in pieces.enumerated() {
      if piece.bytes.isEmpty || !spellings.insert(piece, index: Int32(index)) {
        throw TextError(
          place: "piece \(index)",
          reason: piece.bytes.isEmpty ? "is empty" : "\"\(piece.name)\" is there twice",
          suggestion: "the tokenizer is damaged: train it again")
      }
    }
    self.pieces = pieces
    self.spellings = spellings
  }

  public func bytes(of number: Int) -> [UInt8] {
    let piece = pieces[number]
    return piece.continues ? piece.bytes : [UInt8(ascii: " ")] + piece.bytes
  }

  public func label(of number: Int) -> String? { pieces[number].name }

  /// The longest known piece, then the longest that continues from there, and so on.
  public func spell(_ word: UnsafeBufferPointer<UInt8>, _ ids: TokenNumbering, into tokens: inout [Int32]) {
    if word.count > Self.longestWord, word.count(where: { $0 & 0xC0 != 0x80 }) > Self.longestWord {
      return tokens.append(ids.unknown)
    }
    let begin = tokens.count
    var start = 0
    while start < word.count {
      guard let (index, length) = spellings.longest(in: word, from: start) else {
        tokens.removeLast(tokens.count - begin)
        return tokens.append(ids.unknown)
      }
      tokens.append(ids.first + index)
      start += length
    }
  }
}
