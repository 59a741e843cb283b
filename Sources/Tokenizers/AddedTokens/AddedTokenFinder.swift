/// Finds added tokens in a text: at each place the longest that begins there, from left to right.
struct AddedTokenFinder: Sendable {
  /// A part of a text: an added token, or text between two (-1).
  struct Part {
    var range: Range<Int>
    var id: Int32
  }

  private struct Form: Sendable {
    let bytes: [UInt8]
    let token: AddedToken
  }

  /// By their first byte, longer ones first.
  private let forms: [[Form]]
  /// Whether there are none.
  let isEmpty: Bool
  /// The only bytes that any form begins with, where they are one or two; searching is quick then.
  private let firstBytes: [UInt8]

  /// - Parameter tokens: the tokens with the forms to look for, none of them empty.
  init(_ tokens: [(form: [UInt8], token: AddedToken)]) {
    var forms = [[Form]](repeating: [], count: 256)
    for (bytes, token) in tokens { forms[Int(bytes[0])].append(Form(bytes: bytes, token: token)) }
    self.forms = forms.map { $0.sorted { $0.bytes.count > $1.bytes.count } }
    isEmpty = tokens.isEmpty
    firstBytes = forms.indices.filter { !forms[$0].isEmpty }.map { UInt8($0) }
  }

  /// The parts of a text, in order.
  ///
  /// - Parameter findsSpecialTokens: whether special tokens are found; otherwise they are text.
  func parts(of text: UnsafeBufferPointer<UInt8>, findsSpecialTokens: Bool) -> [Part] {
    if isEmpty || text.isEmpty { return [Part(range: 0..<text.count, id: -1)] }
    var parts: [Part] = []
    var (done, place) = (0, 0)
    while let (start, form) = next(in: text, from: place) {
      var range = start..<start + form.bytes.count
      place = range.upperBound
      let token = form.token
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

  private func next(in text: UnsafeBufferPointer<UInt8>, from place: Int) -> (Int, Form)? {
    var place = place
    while place < text.count {
      if firstBytes.count == 1 {
        let first = firstBytes[0]
        while place < text.count, text[place] != first { place += 1 }
        if place == text.count { return nil }
      }
      let candidates = forms[Int(text[place])]
      if !candidates.isEmpty,
        let form = candidates.first(where: { form in
          form.bytes.count <= text.count - place
            && form.bytes.indices.allSatisfy { form.bytes[$0] == text[place + $0] }
        })
      {
        return (place, form)
      }
      place += 1
    }
    return nil
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
