import Foundation

/// SentencePiece's compiled table of replacements.
///
/// The table is a double array over UTF-8 (Yata et al. 2007, "Darts-clone"), then the replacements, each ended by a
/// zero byte. As in the `tokenizers` package, an extended grapheme of fewer than six bytes is looked up whole, and the
/// shortest entry that it begins with counts; where there is none, and for longer ones, each scalar is looked up.
struct Precompiled: NormaliserPart {
  private let units: [UInt32]
  private let replacements: [UInt8]
  /// What each ASCII byte becomes by itself; nil where it stays.
  private let asciiStays: [Bool]
  private static let maxGraphemeBytes = 5

  /// Nil, with a problem, for a table that cannot be read.
  init?(_ reader: PartReader) {
    let text = reader.text("precompiled_charsmap")
    guard let data = Data(base64Encoded: text) else {
      reader.problems.add(reader.path + ".precompiled_charsmap", "is not base64")
      return nil
    }
    let bytes = [UInt8](data)
    func word(_ place: Int) -> UInt32 {
      UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
        | UInt32(bytes[place + 3]) << 24
    }
    guard bytes.count >= 4, word(0) % 4 == 0, Int(word(0)) + 4 <= bytes.count else {
      reader.problems.add(reader.path + ".precompiled_charsmap", "is shorter than it says")
      return nil
    }
    let size = Int(word(0))
    units = stride(from: 4, to: 4 + size, by: 4).map(word)
    replacements = Array(bytes[(4 + size)...])
    let (units, replacements) = (units, replacements)
    asciiStays = (0..<128).map { byte in Self.replacement([UInt8(byte)], units, replacements) == nil }
  }

  func normalise(_ text: inout AlignedText) {
    if text.bytes.allSatisfy({ $0 < 0x80 && asciiStays[Int($0)] && $0 != 0x0D }) { return }
    var changes: [(value: UInt32, change: Int)] = []
    changes.reserveCapacity(text.bytes.count)
    var isChanged = false
    func replace(_ old: UnsafeBufferPointer<UInt8>, _ new: Range<Int>) {
      isChanged = true
      let values = scalars(of: Array(replacements[new]))
      let difference = values.count - old.count(where: { $0 & 0xC0 != 0x80 })
      for (index, value) in values.enumerated() {
        changes.append((value, index >= values.count - difference ? 1 : 0))
      }
      // What becomes nothing is counted with what stands before it.
      if difference < 0, let last = changes.indices.last { changes[last].change += difference }
    }
    text.bytes.withUnsafeBufferPointer { bytes in
      GraphemeEdges.forEach(in: bytes) { range, only in
        let grapheme = UnsafeBufferPointer(rebasing: bytes[range])
        if let only, only < 0x80, asciiStays[Int(only)] { return changes.append((only, 0)) }
        if grapheme.count <= Self.maxGraphemeBytes, let new = replacement(of: grapheme) {
          return replace(grapheme, new)
        }
        // A scalar by itself was looked up already.
        if let only { return changes.append((only, 0)) }
        var place = 0
        while place < grapheme.count {
          let (value, length) = scalar(in: grapheme, at: place)
          let bytes = UnsafeBufferPointer(rebasing: grapheme[place..<place + length])
          if let new = replacement(of: bytes) { replace(bytes, new) } else { changes.append((value, 0)) }
          place += length
        }
      }
    }
    guard isChanged else { return }
    var rewriter = TextRewriter(text)
    for (value, change) in changes { rewriter.append(value, change: change) }
    text = rewriter.finish()
  }

  /// Where what the shortest entry that some bytes begin with becomes is; nil: there is none.
  private func replacement(of key: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    Self.replacement(key, units, replacements)
  }

  private static func replacement(
    _ key: some Sequence<UInt8>, _ units: [UInt32], _ replacements: [UInt8]
  ) -> Range<Int>? {
    func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & (1 << 9)) >> 6)) }
    guard let root = units.first else { return nil }
    var node = offset(root)
    for byte in key {
      if byte == 0 { return nil }
      node ^= Int(byte)
      guard node < units.count else { return nil }
      let unit = units[node]
      guard unit & (0x8000_0000 | 0xFF) == UInt32(byte) else { return nil }
      node ^= offset(unit)
      if unit >> 8 & 1 == 1 {
        guard node < units.count else { return nil }
        let start = Int(units[node] & 0x7FFF_FFFF)
        guard start < replacements.count else { return nil }
        let end = replacements[start...].firstIndex(of: 0) ?? replacements.count
        return start..<end
      }
    }
    return nil
  }
}
