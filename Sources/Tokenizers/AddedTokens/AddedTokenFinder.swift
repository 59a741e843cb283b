/// Finds added tokens in a text: at each place the longest that begins there, from left to right.
struct AddedTokenFinder: Sendable {
  /// A part of a text: an added token, or text between two (-1).
  struct Part {
    var range: Range<Int>
    var id: Int32
  }

  private let tokens: [AddedToken]
  private let forms: ByteTrie
  /// Whether some form begins with a byte.
  private let isFirst: [Bool]
  /// Whether there are none.
  var isEmpty: Bool { tokens.isEmpty }

  /// - Parameter tokens: the tokens with the forms to look for, none of them empty.
  init(_ tokens: [(form: [UInt8], token: AddedToken)]) {
    self.tokens = tokens.map(\.token)
    forms = ByteTrie(tokens.map(\.form))
    var isFirst = [Bool](repeating: false, count: 256)
    for token in tokens { isFirst[Int(token.form[0])] = true }
    self.isFirst = isFirst
  }

  /// The parts of a text, in order.
  ///
  /// - Parameter findsSpecialTokens: whether special tokens are found; otherwise they are text.
  func parts(of text: UnsafeBufferPointer<UInt8>, findsSpecialTokens: Bool) -> [Part] {
    if isEmpty || text.isEmpty { return [Part(range: 0..<text.count, id: -1)] }
    var parts: [Part] = []
    var (done, place) = (0, 0)
    while let (found, token) = next(in: text, from: place) {
      var range = found
      place = range.upperBound
      if token.isSpecial, !findsSpecialTokens { continue }
      if token.singleWord {
        if range.lowerBound > 0, isWordPart(scalar(in: text, before: range.lowerBound).value) { continue }
        if range.upperBound < text.count, isWordPart(scalar(in: text, at: range.upperBound).value) {
          continue
        }
      }
      if token.stripsLeft {
        var start = range.lowerBound
        while start > 0 {
          let (value, length) = scalar(in: text, before: start)
          if !isWhiteSpace(value) { break }
          start -= length
        }
        range = min(max(start, done), range.upperBound)..<range.upperBound
      }
      if token.stripsRight {
        var end = range.upperBound
        while end < text.count {
          let (value, length) = scalar(in: text, at: end)
          if !isWhiteSpace(value) { break }
          end += length
        }
        range = range.lowerBound..<end
      }
      if done < range.lowerBound { parts.append(Part(range: done..<range.lowerBound, id: -1)) }
      parts.append(Part(range: range, id: token.id))
      done = range.upperBound
    }
    if done < text.count { parts.append(Part(range: done..<text.count, id: -1)) }
    return parts
  }

  /// The next place where a form is, and the longest that begins there.
  private func next(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> (Range<Int>, AddedToken)? {
    isFirst.withUnsafeBufferPointer { isFirst in
      var place = start
      while place < text.count {
        if isFirst[Int(text[place])] {
          var (number, end) = (Int32(-1), place)
          forms.forEachPiece(in: text, at: place) { (number, end) = ($0, $1) }
          if number >= 0 { return (place..<end, tokens[Int(number)]) }
        }
        place += 1
      }
      return nil
    }
  }
}

/// Whether a scalar is part of a word in the sense of `\w`: letters, marks, decimal digits, letter numbers, connecting
/// punctuation and joiners.
func isWordPart(_ value: UInt32) -> Bool {
  if value < 0x80 {
    return value &- 48 < 10 || (value | 0x20) &- 97 < 26 || value == 0x5F
  }
  if value == 0x200C || value == 0x200D { return true }
  if CategoryTable.unicode16.contains(value, wordCategories) { return true }
  guard let properties = Unicode.Scalar(value)?.properties, let age = properties.age, age <= (16, 0) else {
    return false
  }
  return properties.isAlphabetic
}

private let wordCategories = CategoryTable.Categories.letters.union(.marks).union(
  CategoryTable.Categories([.decimalNumber, .letterNumber, .connectorPunctuation]))
