/// A token of a word that is being merged, and its bytes.
struct BPESymbol {
  var id: Int32
  var length: Int32
}

extension MergeTable {
  /// Words up to so many symbols are searched through for every merge.
  private static var shortWord: Int { 40 }

  /// Merges pairs by rank, of equal ones the first in the word, until none is left.
  ///
  /// - Complexity: O(n log n) for long words.
  func mergeAll(_ symbols: inout [BPESymbol]) {
    guard symbols.count > 1 else { return }
    if symbols.count <= Self.shortWord { mergeShort(&symbols) } else { mergeLong(&symbols) }
  }

  private func mergeShort(_ symbols: inout [BPESymbol]) {
    withUnsafeTemporaryAllocation(of: (rank: UInt32, merged: Int32).self, capacity: symbols.count) { pairs in
      var count = symbols.count
      symbols.withUnsafeMutableBufferPointer { symbols in
        for place in 0..<count - 1 { pairs[place] = merge(symbols[place].id, symbols[place + 1].id) }
        while true {
          var (best, rank) = (-1, UInt32.max)
          for place in 0..<count - 1 where pairs[place].rank < rank {
            (best, rank) = (place, pairs[place].rank)
          }
          if best < 0 { break }
          symbols[best].id = pairs[best].merged
          symbols[best].length += symbols[best + 1].length
          count -= 1
          var place = best + 1
          while place < count {
            symbols[place] = symbols[place + 1]
            pairs[place - 1] = pairs[place]
            place += 1
          }
          if best < count - 1 { pairs[best] = merge(symbols[best].id, symbols[best + 1].id) }
          if best > 0 { pairs[best - 1] = merge(symbols[best - 1].id, symbols[best].id) }
          if count == 1 { break }
        }
      }
      symbols.removeLast(symbols.count - count)
    }
  }

  private func mergeLong(_ symbols: inout [BPESymbol]) {
    let count = symbols.count
    var previous = (0..<count).map { Int32($0) - 1 }
    var next = (0..<count).map { Int32($0 + 1 < count ? $0 + 1 : -1) }
    var queue = MergeQueue()
    func enqueue(_ left: Int32, _ right: Int32) {
      let found = merge(symbols[Int(left)].id, symbols[Int(right)].id)
      if found.rank != .max { queue.insert(UInt64(found.rank) << 32 | UInt64(left), found.merged) }
    }
    for place in 0..<Int32(count - 1) { enqueue(place, place + 1) }
    while let (key, merged) = queue.removeFirst() {
      let left = Int(key & 0xFFFF_FFFF)
      let right = next[left]
      guard symbols[left].length > 0, right >= 0,
        merge(symbols[left].id, symbols[Int(right)].id) == (UInt32(key >> 32), merged)
      else { continue }
      symbols[left].id = merged
      symbols[left].length += symbols[Int(right)].length
      symbols[Int(right)].length = 0
      next[left] = next[Int(right)]
      if next[left] >= 0 {
        previous[Int(next[left])] = Int32(left)
        enqueue(Int32(left), next[left])
      }
      if previous[left] >= 0 { enqueue(previous[left], Int32(left)) }
    }
    symbols.removeAll { $0.length == 0 }
  }
}

/// Merges that may be done, the best first: a binary heap.
private struct MergeQueue {
  private var heap: [(key: UInt64, merged: Int32)] = []

  mutating func insert(_ key: UInt64, _ merged: Int32) {
    heap.append((key, merged))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent].key <= heap[child].key { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() -> (key: UInt64, merged: Int32)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return first }
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].key < heap[best].key {
        best = child
      }
      if best == parent { return first }
      heap.swapAt(parent, best)
      parent = best
    }
  }
}
