/// Cuts a text into the words within which byte pairs may be merged.
///
/// A word is a run of letters, of digits or of punctuation, each with one space before it if there is one;
/// or a run of white space. Every byte above 127 counts as a letter, so that any bytes whatever are cut
/// without decoding them, and the words in a row are the text. Words of over 64 bytes are cut, which bounds
/// the work for a text without spaces.
///
/// - Source: the idea of a word that carries its space: Radford et al., "Language models are unsupervised
///   multitask learners", 2019; the rule is simpler than theirs.
struct WordScanner: TextScanner {
  static let longest = 64

  private enum Class { case letter, digit, punctuation, space }

  private let text: UnsafeBufferPointer<UInt8>
  private let end: Int
  private var place: Int

  /// The words of a part of a text; nothing outside it is looked at.
  init(_ text: UnsafeBufferPointer<UInt8>, within part: Range<Int>) {
    self.text = text
    (place, end) = (part.lowerBound, part.upperBound)
  }

  @inline(__always)
  private func kind(at place: Int) -> Class {
    let byte = text[place]
    if byte >= 128 || (byte | 0x20) &- 97 < 26 { return .letter }
    if byte &- 48 < 10 { return .digit }
    if byte == 32 || byte &- 9 < 5 { return .space }
    return .punctuation
  }

  /// The next word; nil at the end of the part.
  mutating func next() -> Range<Int>? {
    guard place < end else { return nil }
    let start = place
    var stop = start + 1
    var kind = kind(at: start)
    if kind == .space, text[start] == 32, stop < end {
      let following = self.kind(at: stop)
      if following != .space { (kind, stop) = (following, stop + 1) }
    }
    let limit = min(start + Self.longest, end)
    while stop < limit, self.kind(at: stop) == kind { stop += 1 }
    if kind == .space, stop - start > 1, stop < end, text[stop - 1] == 32, self.kind(at: stop) != .space {
      // The last space belongs to the word that follows.
      stop -= 1
    } else if stop < end, stop == start + Self.longest {
      // A word that is cut is not cut within a character.
      stop = characterBoundary(in: text, atOrBefore: stop)
    }
    place = stop
    return start..<stop
  }
}
