import Foundation
import Synchronization

/// The tokens of words that were met, so that a frequent word is spelled once.
struct WordCache<Token: Sendable>: Sendable {
  private var bytes: [UInt8] = []
  private var tokens: [Token] = []
  private var entries: [Entry] = []
  private var slots = [Int32](repeating: -1, count: 1 << 12)

  private struct Entry: Sendable {
    var hash: UInt64
    var start: Int32
    var length: Int32
    var firstToken: Int32
    var tokenCount: Int32
  }

  /// Words that are kept; then it starts again.
  private static var maxWords: Int { 1 << 16 }
  /// Longer words are not kept.
  static var maxLength: Int { 128 }

  /// Appends the tokens of a word, which `spell` gives where it is new.
  @inline(__always)
  mutating func append(
    _ word: UnsafeBufferPointer<UInt8>, to found: inout [Token],
    spell: (UnsafeBufferPointer<UInt8>, inout [Token]) -> Void
  ) {
    if word.count > Self.maxLength { return spell(word, &found) }
    let hash = wordHash(word)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      if entry.hash == hash, Int(entry.length) == word.count,
        word.count == 0
          || bytes.withUnsafeBufferPointer({
            memcmp($0.baseAddress! + Int(entry.start), word.baseAddress!, word.count)
          }) == 0
      {
        if entry.tokenCount == 1 {
          found.append(tokens[Int(entry.firstToken)])
        } else {
          found += tokens[Int(entry.firstToken)..<Int(entry.firstToken + entry.tokenCount)]
        }
        return
      }
      slot = (slot + 1) & mask
    }
    let before = found.count
    spell(word, &found)
    insert(word, hash, found[before...], at: slot)
  }

  @inline(never)
  private mutating func insert(
    _ word: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ spelled: ArraySlice<Token>, at slot: Int
  ) {
    if entries.count >= Self.maxWords {
      self = WordCache()
      return
    }
    slots[slot] = Int32(entries.count)
    entries.append(
      Entry(
        hash: hash, start: Int32(bytes.count), length: Int32(word.count), firstToken: Int32(tokens.count),
        tokenCount: Int32(spelled.count)))
    bytes += word
    tokens += spelled
    if entries.count * 2 > slots.count { grow() }
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 4)
    let mask = slots.count - 1
    for (number, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(number)
    }
  }
}

/// Caches that threads take and give back; what is in one never changes a result.
final class WordCaches<Token: Sendable>: Sendable {
  private let free = Mutex<[WordCache<Token>]>([])

  /// Lends a cache.
  func withCache<Result>(_ body: (inout WordCache<Token>) -> Result) -> Result {
    var cache = free.withLock { $0.popLast() } ?? WordCache()
    let result = body(&cache)
    free.withLock { $0.append(cache) }
    return result
  }
}
