import Settings

/// Tokens one after the other.
struct JoiningDecoder: TokenDecoder {
  let type = "joined"

  func joined(_ tokens: [DecodedToken]) -> [UInt8] { tokens.flatMap(\.bytes) }
}

/// Tokens whose words begin with the space before them: none is before the first, one before special tokens.
struct SpacingDecoder: TokenDecoder {
  let type = "spaced"

  func joined(_ tokens: [DecodedToken]) -> [UInt8] {
    let space = UInt8(ascii: " ")
    var bytes: [UInt8] = []
    for (index, token) in tokens.enumerated() {
      if index == 0 {
        bytes += !token.isSpecial && token.bytes.first == space ? token.bytes.dropFirst() : token.bytes[...]
      } else {
        if token.isSpecial { bytes.append(space) }
        bytes += token.bytes
      }
    }
    return bytes
  }
}

extension Registry {
  mutating func addDecoders() throws {
    try add(
      "joined", to: .decoder, summary: "tokens one after the other"
    ) { _ in JoiningDecoder() }
    try add(
      "spaced", to: .decoder, summary: "a space between words, and around special tokens"
    ) { _ in
      SpacingDecoder()
    }
  }
}
