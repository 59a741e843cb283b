import Foundation
import Synchronization

/// Cuts a text into portions whose tokens are those of the whole, so that a text of any size is tokenized
/// piece by piece, on all cores.
enum TextPortions {
  /// Bytes of a portion: enough for the words in it to repeat, little enough to hold several a core.
  static let size = 1 << 20
  /// Portions a core that are worked on before their results are handed on: with several, a core that is
  /// done continues while another is still busy.
  private static let perCore = 4

  /// Portions of about `size` bytes.
  ///
  /// A cut is where no tokenizer looks across: before a line that begins with a letter, after one that
  /// does not end in white space. A text without such places stays whole.
  static func cut(_ text: UnsafeBufferPointer<UInt8>, size: Int = size) -> [Range<Int>] {
    var portions: [Range<Int>] = []
    var start = 0
    while start < text.count {
      let end = firstCut(in: text, from: start + size)
      portions.append(start..<end)
      start = end
    }
    return portions
  }

  private static func firstCut(in text: UnsafeBufferPointer<UInt8>, from place: Int) -> Int {
    guard let base = text.baseAddress else { return text.count }
    var place = max(2, place)
    while place < text.count {
      guard let found = memchr(base + place - 1, Int32(UInt8(ascii: "\n")), text.count - place) else { break }
      place = UnsafeRawPointer(base).distance(to: found) + 1
      let isReturned = text[place - 2] == UInt8(ascii: "\r") && place > 2
      if isLetter(text[place]), isVisible(text[place - (isReturned ? 3 : 2)]) { return place }
      place += 1
    }
    return text.count
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }
  private static func isVisible(_ byte: UInt8) -> Bool { (33...126).contains(byte) }

  /// Works on the portions, several at once, and hands the results on in their order.
  static func forEach<Result: Sendable>(
    _ portions: [Range<Int>], of text: UnsafeBufferPointer<UInt8>,
    work: @Sendable (UnsafeBufferPointer<UInt8>, Range<Int>) -> Result,
    done: (Result, Range<Int>) throws -> Void
  ) rethrows {
    // What is looked at is never written to.
    nonisolated(unsafe) let text = text
    let atOnce = perCore * ProcessInfo.processInfo.activeProcessorCount
    for first in stride(from: 0, to: portions.count, by: atOnce) {
      let group = Array(portions[first..<min(first + atOnce, portions.count)])
      let results = Mutex([Result?](repeating: nil, count: group.count))
      DispatchQueue.concurrentPerform(iterations: group.count) { index in
        let result = work(UnsafeBufferPointer(rebasing: text[group[index]]), group[index])
        results.withLock { $0[index] = result }
      }
      for (result, portion) in zip(results.withLock { $0 }, group) {
        if let result { try done(result, portion) }
      }
      if let first = group.first, let last = group.last {
        MappedPages.release(UnsafeBufferPointer(rebasing: text[first.lowerBound..<last.upperBound]))
      }
    }
  }
}
