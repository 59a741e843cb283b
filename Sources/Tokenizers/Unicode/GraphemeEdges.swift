/// Scalars that are an extended grapheme of their own whatever stands beside them, as long as that is such a scalar, too.
enum GraphemeEdges {
  /// For each scalar below U+10000; none above is counted as one.
  private static let areApart: [Bool] = (UInt32(0)..<0x10000).map { value in
    guard value != 0x0D, let scalar = Unicode.Scalar(value) else { return false }
    // It begins a grapheme after a letter and after itself, and ends one before a letter.
    var text = String.UnicodeScalarView(["a"])
    text.append(scalar)
    text.append(scalar)
    text.append("a")
    return String(text).count == 4
  }

  /// Whether there is an edge between a scalar and a neighbour that both are of this kind.
  @inline(__always)
  static func isApart(_ value: UInt32) -> Bool { value < 0x10000 && areApart[Int(value)] }

  /// Gives each grapheme of a text, and its only scalar where that is one of this kind.
  @inline(__always)
  static func forEach(in bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, UInt32?) -> Void) {
    var place = 0
    while place < bytes.count {
      let start = place
      var (value, length) = scalar(in: bytes, at: place)
      if isApart(value) {
        let end = place + length
        if end == bytes.count || isApart(scalar(in: bytes, at: end).value) {
          body(start..<end, value)
          place = end
          continue
        }
      }
      // Up to the next edge between two such scalars, the system finds the graphemes.
      var isLastApart = isApart(value)
      place += length
      while place < bytes.count {
        (value, length) = scalar(in: bytes, at: place)
        let isNextApart = isApart(value)
        if isLastApart, isNextApart, place > start { break }
        isLastApart = isNextApart
        place += length
      }
      let run = UnsafeBufferPointer(rebasing: bytes[start..<place])
      var offset = start
      for grapheme in String(decoding: run, as: UTF8.self) {
        let end = offset + grapheme.utf8.count
        body(offset..<end, nil)
        offset = end
      }
    }
  }
}
