/// Characters become the bytes that they stand for.
struct ByteLevelDecoder: DecoderPart {
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    let bytes = tokens.flatMap { ByteCharacters.bytes(of: scalars(of: $0)) ?? $0 }
    return [Array(String(decoding: bytes, as: UTF8.self).utf8)]
  }
}

/// Runs of tokens such as `<0x0A>` become their bytes, or U+FFFD each where they are not UTF-8.
struct ByteFallback: DecoderPart {
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var (result, bytes) = ([[UInt8]](), [UInt8]())
    func flush() {
      guard !bytes.isEmpty else { return }
      if String(validating: bytes, as: UTF8.self) != nil {
        result.append(bytes)
      } else {
        result += [[UInt8]](repeating: Array("\u{FFFD}".utf8), count: bytes.count)
      }
      bytes = []
    }
    for token in tokens {
      if let byte = fallbackByte(token) {
        bytes.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }
}

/// All tokens become one.
struct Fuse: DecoderPart {
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] { [Array(tokens.joined())] }
}

/// A suffix that ends words becomes a space, and nothing at the very end.
struct BPEDecoder: DecoderPart {
  let suffix: [UInt8]

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.enumerated().map { index, token in
      replacing(suffix, by: index == tokens.count - 1 ? [] : [0x20], in: token)
    }
  }
}

/// Replaces what a pattern finds in each token.
struct ReplaceDecoder: DecoderPart {
  let pattern: TextPattern
  let content: [UInt8]

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.map { token in
      guard !token.isEmpty else { return token }
      var (result, place) = ([UInt8](), 0)
      token.withUnsafeBufferPointer { bytes in
        pattern.forEachMatch(in: bytes) { match in
          result += token[place..<match.lowerBound]
          result += content
          place = match.upperBound
        }
      }
      return result + token[place...]
    }
  }
}

/// Removes a character from the ends of each token, so many times at most.
struct StripDecoder: DecoderPart {
  let content: UInt32
  let start: Int
  let stop: Int

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.map { token in
      let values = scalars(of: token)
      let leading = values.prefix(start).prefix { $0 == content }.count
      let trailing = values.suffix(stop).reversed().prefix { $0 == content }.count
      var result: [UInt8] = []
      if leading + trailing < values.count {
        for value in values[leading..<values.count - trailing] { appendUTF8(value, to: &result) }
      }
      return result
    }
  }
}

/// Pieces that continue a word are joined to it, others get a space before them; then spaces before punctuation and
/// within contractions go.
struct WordPieceDecoder: DecoderPart {
  let prefix: [UInt8]
  let cleans: Bool

  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.enumerated().map { index, token in
      var text = token
      if index > 0 {
        text = token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [0x20] + token
      }
      return cleans ? Self.cleaned(text) : text
    }
  }

  private static let replacements: [(String, String)] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ]

  private static func cleaned(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(0x20) else { return text }
    return replacements.reduce(text) { replacing($1.0.utf8, by: $1.1.utf8, in: $0) }
  }
}
