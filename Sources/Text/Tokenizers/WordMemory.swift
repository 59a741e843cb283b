/// The tokens of the words that were met: each distinct word of a text is turned into tokens once, and remembered from
/// one part to the next, for a line by itself is too short to repeat many.
struct WordMemory: @unchecked Sendable {
  // Safe to share: the texts that the table points into are never written to.
  private var table = WordTable()
  /// The tokens of all words in a row, and where those of each begin.
  private var tokens: [Int32] = []
  private var begins: [Int] = [0]

  /// Words that are remembered, a few megabytes of them; then it starts again. Rare words are spelled about as
  /// quickly as they are found in memory that has left the cache.
  private static let most = 1 << 16

  /// The number of a word; `spell` gives its tokens when it is not known.
  @inline(__always)
  mutating func number(
    of word: Range<Int>, in text: UnsafeBufferPointer<UInt8>,
    spell: (UnsafeBufferPointer<UInt8>, inout [Int32]) -> Void
  ) -> Int {
    let number = table.number(of: word, in: text)
    if number < begins.count - 1 { return number }
    if number >= Self.most {
      self = WordMemory()
      _ = table.number(of: word, in: text)
    }
    spell(UnsafeBufferPointer(rebasing: text[word]), &tokens)
    begins.append(tokens.count)
    return begins.count - 2
  }

  /// Lends the tokens of a word.
  @inline(__always)
  func withTokens(of number: Int, _ body: (UnsafeBufferPointer<Int32>) -> Void) {
    tokens.withUnsafeBufferPointer { tokens in
      body(UnsafeBufferPointer(rebasing: tokens[begins[number]..<begins[number + 1]]))
    }
  }
}

/// Tokens in a row. They are gathered in a piece of memory that stays in the cache, for appending a few at a
/// time to a long array would cost more than finding them.
struct TokenStage: ~Copyable {
  private static let capacity = 4096

  private var ids: [Int32] = []
  private let stage = UnsafeMutableBufferPointer<Int32>.allocate(capacity: capacity)
  private var used = 0

  /// How many tokens were appended.
  var count: Int { ids.count + used }

  init(expected: Int) { ids.reserveCapacity(expected) }

  deinit { stage.deallocate() }

  @inline(__always)
  mutating func append(_ tokens: UnsafeBufferPointer<Int32>) {
    if used + tokens.count > Self.capacity { flush() }
    if tokens.count > Self.capacity {
      ids += tokens
      return
    }
    for token in tokens {
      stage[used] = token
      used += 1
    }
  }

  private mutating func flush() {
    ids += stage[..<used]
    used = 0
  }

  /// All tokens.
  consuming func finish() -> [Int32] {
    flush()
    return ids
  }
}
