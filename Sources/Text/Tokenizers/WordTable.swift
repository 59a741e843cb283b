/// Numbers the distinct words of a text in the order in which they first appear.
///
/// An open-addressing table over byte ranges of the text: no word is copied, and nothing depends on Swift's
/// hashing, which differs from run to run.
struct WordTable {
  /// Where each distinct word first stands.
  private(set) var words: [Range<Int>] = []
  private let text: UnsafeRawBufferPointer
  private var hashes: [UInt64] = []
  private var slots: [Int32]

  /// An empty table over a text, which must outlive it.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = UnsafeRawBufferPointer(text)
    slots = [Int32](repeating: -1, count: 1024)
  }

  /// The number of a word of the text; the next free one when it is new.
  mutating func index(of word: Range<Int>) -> Int {
    let hash = hash(of: word)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if hashes[index] == hash, isEqual(words[index], word) { return index }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(words.count)
    words.append(word)
    hashes.append(hash)
    if words.count * 2 > slots.count { grow() }
    return words.count - 1
  }

  /// The distinct words that `next` yields, and how often each occurs.
  static func count(
    _ text: UnsafeBufferPointer<UInt8>, next: () -> Range<Int>?
  ) -> (words: [Range<Int>], counts: [Int]) {
    var table = WordTable(text)
    var counts: [Int] = []
    while let word = next() {
      let index = table.index(of: word)
      if index == counts.count { counts.append(1) } else { counts[index] += 1 }
    }
    return (table.words, counts)
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index)
    }
  }

  private func isEqual(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
    first.count == second.count && text[first].elementsEqual(text[second])
  }

  private func hash(of word: Range<Int>) -> UInt64 {
    var hash = UInt64(word.count)
    var place = word.lowerBound
    while place + 8 <= word.upperBound {
      hash = scrambled(hash ^ text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    var rest: UInt64 = 0
    while place < word.upperBound {
      rest = rest << 8 | UInt64(text[place])
      place += 1
    }
    return scrambled(hash ^ rest)
  }
}

/// The finishing step of SplitMix64: every input bit moves every output bit.
///
/// - Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
@inline(__always)
func scrambled(_ value: UInt64) -> UInt64 {
  var value = value &+ 0x9E37_79B9_7F4A_7C15
  value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
  value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
  return value ^ (value >> 31)
}
