/// Cuts text into the words of the baselines, without losing a byte.
///
/// A word is a run of letters, digits and bytes above 127, with one space before it if there is one; every
/// other byte (punctuation, line ends, further spaces) is a word of its own.
struct BaselineWords {
  /// Number 0 is an unknown word and 1 the line end, which is where every context begins.
  static let unknown: Int32 = 0
  static let lineEnd: Int32 = 1

  private(set) var index: [[UInt8]: Int32] = [[UInt8(ascii: "\n")]: Self.lineEnd]
  /// How many words there are, the unknown one included.
  var count: Int { index.count + 1 }

  /// The numbers of the text's words; new words get the next number when `learns`, otherwise `unknown`.
  ///
  /// - Returns: the numbers, and how many bytes all unknown words have.
  mutating func numbers(
    of text: UnsafeBufferPointer<UInt8>, learns: Bool
  ) -> (words: [Int32], unknownBytes: Int) {
    var words: [Int32] = []
    words.reserveCapacity(text.count / 5)
    var unknownBytes = 0
    var start = 0
    while start < text.count {
      var end = start + 1
      let opensWord = text[start] == UInt8(ascii: " ") && end < text.count && Self.isInWord[Int(text[end])]
      if opensWord || Self.isInWord[Int(text[start])] {
        while end < text.count, Self.isInWord[Int(text[end])] { end += 1 }
      }
      let spelled = Array(text[start..<end])
      if let known = index[spelled] {
        words.append(known)
      } else if learns {
        index[spelled] = Int32(count)
        words.append(Int32(count - 1))
      } else {
        words.append(Self.unknown)
        unknownBytes += spelled.count
      }
      start = end
    }
    return (words, unknownBytes)
  }

  private static let isInWord: [Bool] = (0..<256).map { byte in
    let byte = UInt8(byte)
    return byte >= 128 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "'")
  }
}
