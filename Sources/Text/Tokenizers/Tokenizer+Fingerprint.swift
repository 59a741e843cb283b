import Foundation

extension Tokenizer {
  /// SHA-256 of everything that the tokenizer has learned: equal for those that give equal tokens, whatever they are
  /// called in a descriptor.
  public var fingerprint: String {
    var hash = ContentHash()
    if let file = try? TokenizerFile.encode(self) {
      hash.add(Array(file))
      return hash.hex
    }
    // A kind that cannot be saved: its tokens, each ended by a byte that no UTF-8 text has.
    for id in 0..<Int32(vocabularySize) { hash.add(bytes(of: id) + [0xFF]) }
    return hash.hex
  }
}

extension ContentHash {
  /// Adds the content bytes of tokens; special tokens have none.
  package mutating func add(_ ids: some Sequence<Int32>, of tokenizer: any Tokenizer) {
    var bytes: [UInt8] = []
    for id in ids { bytes += tokenizer.bytes(of: id) }
    add(bytes)
  }
}

extension Sequence<any Tokenizer> {
  /// Whether all cut text into the same tokens.
  package var areOne: Bool { Set(map(\.fingerprint)).count == 1 }
}
