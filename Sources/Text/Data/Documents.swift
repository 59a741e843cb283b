/// The rule that separates the documents of a text, so that attention can stop between them.
public enum DocumentRule: String, Codable, Sendable {
  /// Every line is a document, as in a text of separate sentences.
  case lines
  /// Documents are separated by lines with nothing but white space in them, and by the ends of files.
  case blankLines
  /// Only the token with the role `endOfDocument` ends a document, as in a text that is read from rows.
  case tokens
}

/// Numbers the documents of tokens that are read one after the other, by what the tokens say.
///
/// With `lines`, a token that ends with a line end ends its document. With `blankLines`, a new one begins with the token
/// that holds the first visible byte after a blank line. A token with the role `endOfDocument` ends its document with
/// every rule. Of tokens that a tokenizer has taken from their lines (WordPiece), all are one document.
package struct DocumentCounter: Sendable {
  private let rule: DocumentRule
  private let tokenizer: any Tokenizer
  /// The number of the document that the last token belongs to.
  private var number: Int32 = 0
  /// Whether the next token begins another document.
  private var isEnded = false
  /// Line ends since the last byte that can be seen; nil where there was none.
  private var lineEnds: Int?

  /// A counter that has read nothing.
  package init(_ rule: DocumentRule, _ tokenizer: any Tokenizer) {
    self.rule = rule
    self.tokenizer = tokenizer
  }

  /// The number of the document that the next token belongs to.
  package mutating func next(_ id: Int32) -> Int32 {
    if isEnded { number += 1 }
    isEnded = id == tokenizer.special[.endOfDocument]
    if isEnded {
      lineEnds = nil
      return number
    }
    let bytes = tokenizer.bytes(of: id)
    let lineEnd = UInt8(ascii: "\n")
    switch rule {
    case .tokens: break
    case .lines: isEnded = bytes.last == lineEnd
    case .blankLines:
      // What stands for hidden or unknown text is something that can be seen.
      let seen = bytes.isEmpty ? 0 : bytes.firstIndex { !isWhite($0) }
      if bytes.isEmpty, id == tokenizer.special[.start] { break }
      let before = bytes.prefix(seen ?? bytes.count).count { $0 == lineEnd }
      lineEnds? += before
      guard seen != nil else { break }
      if let lineEnds, lineEnds > 1 { number += 1 }
      lineEnds = bytes.reversed().prefix { isWhite($0) }.count { $0 == lineEnd }
    }
    return number
  }
}

/// Cuts a text where documents begin.
enum DocumentParts {
  /// Portions of about `size` bytes: of a text with documents of its own, cut where documents begin; of a document that is
  /// longer, and of any other text, where no tokenizer looks across.
  static func portions(
    of text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ division: TextDivision, size: Int
  ) -> [Range<Int>] {
    func plain(_ range: Range<Int>) -> [Range<Int>] {
      TextPortions.cut(UnsafeBufferPointer(rebasing: text[range]), size: size).map {
        range.lowerBound + $0.lowerBound..<range.lowerBound + $0.upperBound
      }
    }
    guard let starts = division.documentStarts else { return plain(range) }
    var portions: [Range<Int>] = []
    var begin = range.lowerBound
    while begin < range.upperBound {
      let next = starts.partition(from: begin + size)
      // The last start that is near enough, or else the end of one long document.
      let near = next > 0 && starts[next - 1] > begin ? starts[next - 1] : nil
      let end = min(near ?? (next < starts.count ? starts[next] : range.upperBound), range.upperBound)
      portions += end - begin > size ? plain(begin..<end) : [begin..<end]
      begin = end
    }
    return portions
  }

  /// Whether a document ends at a place in a text.
  static func isEnd(_ place: Int, of range: Range<Int>, _ division: TextDivision) -> Bool {
    guard place < range.upperBound, let starts = division.documentStarts else { return true }
    let found = starts.partition(from: place)
    return found < starts.count && starts[found] == place
  }

  /// The documents of a portion of a text.
  ///
  /// - Parameters:
  ///   - place: where the portion is in the text.
  ///   - isFirst: whether the portion is the first of its text.
  /// - Returns: the documents in order, and whether the first of them continues from the portion before.
  static func cut(
    _ portion: UnsafeBufferPointer<UInt8>, at place: Range<Int>, isFirst: Bool, _ division: TextDivision
  ) -> (parts: [Range<Int>], continues: Bool) {
    let inside = division.within(place)
    guard let starts = inside.documentStarts else {
      return cut(portion, isFirst: isFirst, fileStarts: inside.fileStarts[...])
    }
    let begins = starts.first == 0
    let all = (begins ? [] : [0]) + starts
    return (
      zip(all, all.dropFirst() + [portion.count]).map { $0..<$1 }, !begins && !isFirst
    )
  }

  /// The documents of a portion of a text, separated by blank lines and ends of files.
  ///
  /// A document begins with its first visible byte, or the space before it, which a word may carry: no tokenizer that
  /// cuts a text at white space looks across, so that the tokens are those of the text in one piece.
  ///
  /// - Parameters:
  ///   - isFirst: whether the portion is the first of its text.
  ///   - fileStarts: where in the portion files begin, rising.
  /// - Returns: the documents in order, and whether the first of them continues from the portion before.
  static func cut(_ text: UnsafeBufferPointer<UInt8>, isFirst: Bool, fileStarts: ArraySlice<Int>) -> (
    parts: [Range<Int>], continues: Bool
  ) {
    var parts: [Range<Int>] = []
    var (start, continues, follows) = (0, !isFirst, !isFirst)
    var isSeparated = false
    var files = fileStarts
    forEachLine(in: text) { line in
      while let file = files.first, file <= line.lowerBound {
        files.removeFirst()
        isSeparated = true
      }
      guard let first = text[line].firstIndex(where: { !isWhite($0) }) else {
        isSeparated = true
        return
      }
      if isSeparated, follows {
        let begin = first > line.lowerBound && text[first - 1] == 32 ? first - 1 : first
        if begin > start { parts.append(start..<begin) } else { continues = false }
        start = begin
      }
      (isSeparated, follows) = (false, true)
    }
    if start < text.count { parts.append(start..<text.count) }
    return (parts, continues)
  }
}
