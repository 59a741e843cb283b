import TestSupport

@testable import Text

/// Byte pairs and word pieces by their definitions: slow, and nothing in common with the fast ones.
enum PlainTokenizers {
  typealias Pair = SIMD2<Int32>

  /// The words of a text, byte by byte.
  static func words(of text: [UInt8]) -> [[UInt8]] {
    func kind(_ byte: UInt8) -> String {
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: "letter"
      case 0x30...0x39: "digit"
      case 9...13, 32: "space"
      default: "punctuation"
      }
    }
    var words: [[UInt8]] = []
    var rest = text[...]
    while let first = rest.first {
      let behindSpace = rest.dropFirst().first
      let carriesSpace = first == 32 && behindSpace.map { kind($0) != "space" } == true
      let wanted = kind(carriesSpace ? behindSpace ?? first : first)
      let body = rest.dropFirst(carriesSpace ? 1 : 0)
      var count = body.prefix { kind($0) == wanted }.count + (carriesSpace ? 1 : 0)
      count = min(count, WordScanner.longest)
      let goesOn = count < rest.count
      if wanted == "space", count > 1, goesOn, rest.prefix(count).last == 32,
        kind(rest[rest.startIndex + count]) != "space"
      {
        count -= 1
      } else if goesOn, count == WordScanner.longest {
        // Not within a character, which has at most three bytes that continue it.
        let continuing = (0..<4).prefix { rest[rest.startIndex + count - $0] & 0xC0 == 0x80 }.count
        count -= continuing
      }
      words.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return words
  }

  /// The merges of a text: all pairs are counted from the start before each.
  static func merges(of text: [UInt8], vocabulary: Int) -> [Pair] {
    var words = words(of: text).map { $0.map { Int32($0) + 5 } }
    var spellings = (0..<5).map { _ in [UInt8]() } + (0...255).map { [UInt8($0)] }
    var merges: [Pair] = []
    while spellings.count < vocabulary {
      var counts: [Pair: Int] = [:]
      for word in words {
        for place in word.indices.dropLast() { counts[Pair(word[place], word[place + 1]), default: 0] += 1 }
      }
      let allowed = counts.filter {
        $0.value > 1 && !spellings.contains(spellings[Int($0.key.x)] + spellings[Int($0.key.y)])
      }
      let best = allowed.max { ($0.value, $1.key.x, $1.key.y) < ($1.value, $0.key.x, $0.key.y) }
      guard let best = best?.key else { break }
      words = words.map { joined(best, in: $0, to: Int32(spellings.count)) }
      spellings.append(spellings[Int(best.x)] + spellings[Int(best.y)])
      merges.append(best)
    }
    return merges
  }

  /// The tokens of a text: in each word, one merge after the other.
  static func encode(_ text: [UInt8], merges: [Pair]) -> [Int32] {
    words(of: text).flatMap { word in
      merges.indices.reduce(word.map { Int32($0) + 5 }) { tokens, index in
        joined(merges[index], in: tokens, to: Int32(261 + index))
      }
    }
  }

  private static func joined(_ pair: Pair, in word: [Int32], to token: Int32) -> [Int32] {
    var joined: [Int32] = []
    var place = 0
    while place < word.count {
      let isPair = place + 1 < word.count && Pair(word[place], word[place + 1]) == pair
      joined.append(isPair ? token : word[place])
      place += isPair ? 2 : 1
    }
    return joined
  }

  /// The pieces of one word, by their written forms.
  static func pieces(of word: String, names: [String]) -> [Int32] {
    if word.unicodeScalars.count > WordPieceModel.longestWord { return [SpecialTokens.unknown] }
    var rest = Array(word.utf8)
    var tokens: [Int32] = []
    while !rest.isEmpty {
      let found = names.indices.filter { index in
        let continues = names[index].hasPrefix("##")
        return continues == !tokens.isEmpty
          && rest.starts(with: names[index].utf8.dropFirst(continues ? 2 : 0))
      }
      guard let longest = found.max(by: { names[$0].utf8.count < names[$1].utf8.count }) else {
        return [SpecialTokens.unknown]
      }
      rest.removeFirst(names[longest].utf8.count - (tokens.isEmpty ? 0 : 2))
      tokens.append(Int32(SpecialTokens.count + longest))
    }
    return tokens
  }
}
