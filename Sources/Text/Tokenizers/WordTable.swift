import Foundation

/// Numbers the distinct words of a text in the order in which they first appear.
///
/// An open-addressing table over the bytes of the text: no word is copied, and nothing depends on Swift's
/// hashing, which differs from run to run. A short word is its own key, so that nothing else need be
/// compared.
struct WordTable {
  /// Where a word stands; `number` is negative when the slot is free.
  private struct Slot {
    var key: UInt64 = 0
    var number: Int32 = -1
  }

  /// Where each distinct word first stands. The texts must outlive the table.
  private(set) var words: [UnsafeBufferPointer<UInt8>] = []
  private var slots = [Slot](repeating: Slot(), count: 1024)
  /// Takes the bits of a hash that number the slots, the highest ones.
  private var shift: UInt64 = 64 - 10

  /// The number of a word of a text; the next free one when it is new.
  @inline(__always)
  mutating func number(of word: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Int {
    let key = Self.key(of: word, in: text)
    let slot = slot(of: word, in: text, key: key)
    let number = slots[slot].number
    return number >= 0 ? Int(number) : add(UnsafeBufferPointer(rebasing: text[word]), key: key, at: slot)
  }

  /// The number of a word of a text; nil when it is new.
  func known(_ word: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Int? {
    let number = slots[slot(of: word, in: text, key: Self.key(of: word, in: text))].number
    return number >= 0 ? Int(number) : nil
  }

  /// The slot where a word stands, or the free one where it belongs.
  @inline(__always)
  private func slot(of word: Range<Int>, in text: UnsafeBufferPointer<UInt8>, key: UInt64) -> Int {
    slots.withUnsafeBufferPointer { slots in
      var slot = Int(truncatingIfNeeded: scattered(key) &>> shift)
      while slots[slot].number >= 0,
        slots[slot].key != key || word.count > 7 && !isEqual(word, in: text, to: slots[slot].number)
      {
        slot = (slot + 1) & (slots.count - 1)
      }
      return slot
    }
  }

  @inline(never)
  private mutating func add(_ word: UnsafeBufferPointer<UInt8>, key: UInt64, at slot: Int) -> Int {
    slots[slot] = Slot(key: key, number: Int32(words.count))
    words.append(word)
    if words.count * 2 > slots.count { grow() }
    return words.count - 1
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 2)
    shift -= 1
    for known in old where known.number >= 0 {
      var slot = Int(truncatingIfNeeded: scattered(known.key) &>> shift)
      while slots[slot].number >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = known
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
    TextPortions.forEach(TextPortions.cut(text), of: text) { portion in
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
