/// Words spelled by the longest known pieces from the left; a piece inside a word is written with `##`.
///
/// White space is not kept (decoding puts one space between words), and a word that cannot be spelled is
/// `[UNK]`, so text is lost.
///
/// - Source: Schuster and Nakajima, "Japanese and Korean voice search", 2012; as used by Devlin et al.,
///   "BERT", 2019.
public struct WordPieceTokenizer: PartTokenizer {
  typealias Scanner = PieceScanner

  public let kind = "wordpiece"
  public let isLossless = false
  public let special = SpecialTokens.standard
  public var vocabularySize: Int { special.tokens.count + pieces.count }

  /// Characters of a longer word are not looked at: it is `[UNK]`.
  static let longestWord = 100

  /// A part of a word.
  struct Piece: Hashable, Sendable {
    let bytes: [UInt8]
    /// Whether it stands inside a word.
    let continues: Bool

    /// The written form, with `##` when it stands inside a word.
    var name: String { (continues ? "##" : "") + String(decoding: bytes, as: UTF8.self) }
  }

  let pieces: [Piece]
  private let spellings: PieceTrie

  /// The written forms of the pieces in the order of their ids.
  public var names: [String] { pieces.map(\.name) }

  /// A tokenizer of pieces in their written form.
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
          mend: "the tokenizer is damaged: train it again")
      }
    }
    self.pieces = pieces
    self.spellings = spellings
  }

  /// White space is no token here, so none at the end of a prompt says anything.
  public func promptToContinue(_ prompt: String) -> String {
    let scalars = prompt.unicodeScalars
    return scalars.lastIndex { !$0.properties.isWhitespace }.map { String(scalars[...$0]) } ?? ""
  }

  public func decode(_ ids: [Int32]) -> String {
    var bytes: [UInt8] = []
    for (index, id) in ids.enumerated() {
      let piece = piece(id)
      let continues = piece?.continues ?? false
      if index > 0, !continues { bytes.append(UInt8(ascii: " ")) }
      bytes += piece?.bytes ?? special.text(of: id).map { Array($0.utf8) } ?? []
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes of a piece. One that begins a word counts the space before it.
  public func bytes(of id: Int32) -> [UInt8] {
    guard let piece = piece(id) else { return [] }
    return piece.continues ? piece.bytes : [UInt8(ascii: " ")] + piece.bytes
  }

  public func label(of id: Int32) -> String {
    piece(id)?.name ?? special.text(of: id) ?? ""
  }

  private func piece(_ id: Int32) -> Piece? { special.ordinaryNumber(of: id).map { pieces[$0] } }

  /// The longest known piece, then the longest that goes on from there, and so on.
  func spell(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout [Int32]) {
    if word.count > Self.longestWord, word.count(where: { $0 & 0xC0 != 0x80 }) > Self.longestWord {
      return tokens.append(special[.unknown] ?? 0)
    }
    let begin = tokens.count
    var start = 0
    while start < word.count {
      guard let (index, length) = spellings.longest(in: word, from: start) else {
        tokens.removeLast(tokens.count - begin)
        return tokens.append(special[.unknown] ?? 0)
      }
      tokens.append(special.ordinaryID(Int(index)))
      start += length
    }
  }
}
