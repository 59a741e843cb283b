import Foundation

/// Numbers the distinct words of a text in the order in which they first appear.
///
/// An open-addressing table over the bytes of the text: no word is copied, and nothing depends on Swift's
/// hashing, which differs from run to run. A short word is its own key, so that nothing else need be
/// compared.
struct WordTable {
  /// The first occurrence of each distinct word. The texts must outlive the table.
  private(set) var words: [UnsafeBufferPointer<UInt8>] = []
  /// The key of each. Frequent words come early, so that theirs lie close together in the cache.
  private var keys: [UInt64] = []
  /// Numbers of words by their hash; negative where a slot is free.
  private var slots = [Int32](repeating: -1, count: 1024)
  /// Takes the bits of a hash that number the slots, the highest ones.
  private var shift: UInt64 = 64 - 10

  /// The number of a word of a text; the next free one when it is new.
  @inline(__always)
  mutating func number(of word: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Int {
    let key = Self.key(of: word, in: text)
    let slot = slot(of: word, in: text, key: key)
    let number = slots[slot]
    return number >= 0 ? Int(number) : add(UnsafeBufferPointer(rebasing: text[word]), key: key, at: slot)
  }

  /// The number of a word of a text; nil when it is new.
  func known(_ word: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Int? {
    let number = slots[slot(of: word, in: text, key: Self.key(of: word, in: text))]
    return number >= 0 ? Int(number) : nil
  }

  /// The slot of a word, or the free one where it belongs.
  @inline(__always)
  private func slot(of word: Range<Int>, in text: UnsafeBufferPointer<UInt8>, key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: scattered(key) &>> shift)
    while slots[slot] >= 0,
      keys[Int(slots[slot])] != key || word.count > 7 && !isEqual(word, in: text, to: slots[slot])
    {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  @inline(never)
  private mutating func add(_ word: UnsafeBufferPointer<UInt8>, key: UInt64, at slot: Int) -> Int {
    slots[slot] = Int32(words.count)
    words.append(word)
    keys.append(key)
    if words.count * 2 > slots.count { grow() }
    return words.count - 1
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    shift -= 1
    for (number, key) in keys.enumerated() {
      var slot = Int(truncatingIfNeeded: scattered(key) &>> shift)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  @inline(__always)
  private func isEqual(_ word: Range<Int>, in text: UnsafeBufferPointer<UInt8>, to number: Int32) -> Bool {
    let known = words[Int(number)]
    guard known.count == word.count, let first = known.baseAddress, let second = text.baseAddress else {
      return false
    }
    return memcmp(first, second + word.lowerBound, word.count) == 0
  }

  /// Up to seven bytes and their number in the highest byte; or a hash with ones there.
  @inline(__always)
  private static func key(of word: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let count = UInt64(word.count)
    let first = eightBytes(of: text, at: word.lowerBound)
    if count < 8 { return first & ((1 &<< (count * 8)) - 1) | count << 56 }
    var hash = scattered(first ^ count)
    // The last eight bytes may overlap those before them.
    let last = word.upperBound - 8
    for place in stride(from: word.lowerBound + 8, to: last, by: 8) {
      hash = scattered(hash ^ eightBytes(of: text, at: place))
    }
    return scattered(hash ^ eightBytes(of: text, at: last)) | 0xFF << 56
  }
}

extension WordTable {
  /// The distinct words of a text, and how often each occurs; counted portion by portion on all cores.
  static func count<Scanner: TextScanner>(
    _ text: UnsafeBufferPointer<UInt8>, _: Scanner.Type
  ) -> (words: [UnsafeBufferPointer<UInt8>], counts: [Int]) {
    var table = WordTable()
    var counts: [Int] = []
    TextPortions.forEach(TextPortions.cut(text), of: text) { portion, _ in
      var (table, firsts, counts) = (WordTable(), [Range<Int>](), [Int]())
      var scanner = Scanner(portion, within: 0..<portion.count)
      while let word = scanner.next() {
        let number = table.number(of: word, in: portion)
        if number == counts.count {
          firsts.append(word)
          counts.append(1)
        } else {
          counts[number] += 1
        }
      }
      return (firsts, counts)
    } done: { found, portion in
      for (word, count) in zip(found.0, found.1) {
        let place = portion.lowerBound
        let number = table.number(of: word.lowerBound + place..<word.upperBound + place, in: text)
        if number == counts.count { counts.append(0) }
        counts[number] += count
      }
    }
    return (table.words, counts)
  }
}

/// Moves every input bit to many output bits, most of all to the highest: both halves of one long product.
@inline(__always)
func scattered(_ value: UInt64) -> UInt64 {
  let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xBF58_476D_1CE4_E5B9)
  return product.high ^ product.low
}
