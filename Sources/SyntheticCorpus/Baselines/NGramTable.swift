/// All n-grams of a text up to an order, as a tree: a node is an n-gram, its parent the n-gram without the
/// last word. Node 0 is the empty n-gram.
struct NGramTable: Sendable {
  /// Node by parent and word.
  private var children: [UInt64: Int32] = [:]
  /// How many words a node's n-gram has.
  private(set) var lengths: [UInt8] = [0]
  /// The node of the n-gram without its last word.
  private(set) var contexts: [Int32] = [0]
  /// How often the n-gram is in the text if nothing can be before it (the highest order, and line
  /// starts), otherwise how many different words are before it.
  private(set) var counts: [Int32] = [0]
  /// Whether the n-gram starts at a line start; only while the tree is built.
  private var startsLine: [Bool] = [false]

  /// The n-grams of `words`; each begins at or after the last line end before its last word.
  init(_ words: [Int32], order: Int) {
    children.reserveCapacity(words.count)
    // The n-grams that end at the word before, by length: the contexts of the next one.
    var ending: [Int32] = [0]
    ending.append(add(BaselineWords.lineEnd, to: 0, suffix: 0, order: order, startsLine: true))
    var next: [Int32] = []
    for word in words {
      next.removeAll(keepingCapacity: true)
      next.append(0)
      var suffix: Int32 = 0
      for context in ending.prefix(order) {
        suffix = add(word, to: context, suffix: suffix, order: order, startsLine: startsLine[Int(context)])
        next.append(suffix)
      }
      if word == BaselineWords.lineEnd { next.removeLast(next.count - 2) }
      swap(&ending, &next)
    }
    startsLine = []
  }

  /// Counts one occurrence of an n-gram and makes its node if it is new.
  private mutating func add(
    _ word: Int32, to context: Int32, suffix: Int32, order: Int, startsLine starts: Bool
  ) -> Int32 {
    let key = Self.key(context, word)
    let node: Int32
    if let known = children[key] {
      node = known
    } else {
      node = Int32(lengths.count)
      children[key] = node
      let length = lengths[Int(context)] + 1
      lengths.append(length)
      contexts.append(context)
      counts.append(0)
      // As a context, a line end is where a line starts.
      startsLine.append(starts || (context == 0 && word == BaselineWords.lineEnd))
      // A new n-gram is a new word before its suffix.
      if length > 1 { counts[Int(suffix)] += 1 }
    }
    if Int(lengths[Int(node)]) == order || (starts && context != 0) { counts[Int(node)] += 1 }
    return node
  }

  /// The node of an n-gram, if the text contains it.
  func node(_ words: ArraySlice<Int32>) -> Int? {
    var node = 0
    for word in words {
      guard let next = child(node, word) else { return nil }
      node = next
    }
    return node
  }

  /// The n-gram of `node` with one more word behind it.
  func child(_ node: Int, _ word: Int32) -> Int? { children[Self.key(Int32(node), word)].map(Int.init) }

  private static func key(_ context: Int32, _ word: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: context)) << 32 | UInt64(UInt32(bitPattern: word))
  }
}
