/// Finds the longest piece that is at a place in a word, byte by byte from its start.
struct PieceTrie: Sendable {
  /// Node 0 is before the first byte of pieces that begin words, node 1 before that of those within.
  private var pieces: [Int32?] = [nil, nil]
  /// The node behind each node and byte.
  private var nodes = PairNumbers()

  /// Adds a piece; false when it is there already.
  mutating func insert(_ piece: WordPieceModel.Piece, index: Int32) -> Bool {
    var node: Int32 = piece.continues ? 1 : 0
    for byte in piece.bytes {
      node = nodes.number(node, Int32(byte), orNew: Int32(pieces.count))
      if node == pieces.count { pieces.append(nil) }
    }
    if pieces[Int(node)] != nil { return false }
    pieces[Int(node)] = index
    return true
  }

  /// The longest piece that a word continues with, and its bytes; nil when there is none.
  func longest(in word: UnsafeBufferPointer<UInt8>, from start: Int) -> (index: Int32, length: Int)? {
    var node: Int32 = start > 0 ? 1 : 0
    var found: (Int32, Int)?
    for place in start..<word.count {
      guard let next = nodes.number(node, Int32(word[place])) else { break }
      node = next
      if let piece = pieces[Int(node)] { found = (piece, place + 1 - start) }
    }
    return found
  }
}
