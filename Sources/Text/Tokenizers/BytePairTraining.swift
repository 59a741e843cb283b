extension BytePairModel {
  /// Learns merges: again and again the pair of neighbours that is most frequent within words, until the
  /// vocabulary is full or no pair occurs twice. Of equally frequent pairs the one with the lower ids comes
  /// first, so that the same text always gives the same tokenizer.
  ///
  /// - Parameters:
  ///   - text: the training text.
  ///   - most: the most tokens, at least the 256 bytes.
  public init(trainedOn text: UnsafeBufferPointer<UInt8>, tokens most: Int) throws {
    let (distinct, counts) = WordTable.count(text, WordScanner.self)
    let words = distinct.lazy.map { $0.lazy.map { Int32($0) } }
    var tokens = (0...255).map { [UInt8($0)] }
    var known = Set(tokens)
    var pairs = PairTable(words: words, counts: counts, symbols: tokens.count)
    var queue = PairQueue()
    func entry(_ index: Int) -> PairQueue.Entry { (pairs.pairCounts[index], pairs.pairs[index].key, index) }
    for index in pairs.pairs.indices where pairs.pairCounts[index] > 1 { queue.insert(entry(index)) }
    var merges: [Merge] = []
    while tokens.count < most, let (count, _, index) = queue.removeFirst() {
      let pair = pairs.pairs[index]
      if pairs.pairCounts[index] != count {
        // Merges since then have taken occurrences away: back to where it now belongs.
        if pairs.pairCounts[index] > 1 { queue.insert(entry(index)) }
        continue
      }
      // A second token for the same bytes would only split their probability.
      let bytes = tokens[Int(pair.left)] + tokens[Int(pair.right)]
      guard known.insert(bytes).inserted else { continue }
      let symbol = Int32(tokens.count)
      tokens.append(bytes)
      merges.append(Merge(left: pair.left, right: pair.right))
      for index in pairs.merge(index, into: symbol) where pairs.pairCounts[index] > 1 {
        queue.insert(entry(index))
      }
    }
    try self.init(merges: merges)
  }
}

/// Pairs, the most frequent first, then by lower key: a binary heap.
private struct PairQueue {
  typealias Entry = (count: Int, key: UInt64, index: Int)
  private var heap: [Entry] = []

  private static func isBefore(_ first: Entry, _ second: Entry) -> Bool {
    first.count != second.count ? first.count > second.count : first.key < second.key
  }

  mutating func insert(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if !Self.isBefore(heap[child], heap[parent]) { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() -> Entry? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return first }
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if Self.isBefore(heap[child], heap[best]) { best = child }
      }
      if best == parent { return first }
      heap.swapAt(parent, best)
      parent = best
    }
  }
}
