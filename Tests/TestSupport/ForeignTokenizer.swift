import Text

/// A byte tokenizer whose special tokens have the ids of another program's vocabulary.
package struct ForeignTokenizer: Tokenizer {
  package let kind = "foreign bytes"
  package let special: SpecialTokens
  package let vocabularySize: Int
  package let isLossless = true

  package init(_ special: SpecialTokens) {
    self.special = special
    vocabularySize = 256 + special.tokens.count
  }

  package func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32] {
    bytes.map { special.ordinaryID(Int($0)) }
  }

  package func bytes(of id: Int32) -> [UInt8] { special.ordinaryNumber(of: id).map { [UInt8($0)] } ?? [] }

  /// The layouts that published models have, and one with nothing that could be taken for granted.
  package static func layout(_ name: String) throws -> ForeignTokenizer {
    switch name {
    case "bert":
      let tokens = [
        SpecialToken(0, "[PAD]"), SpecialToken(100, "[UNK]"), SpecialToken(101, "[CLS]"),
        SpecialToken(102, "[SEP]"), SpecialToken(103, "[MASK]"),
      ]
      return ForeignTokenizer(
        try SpecialTokens(
          tokens, roles: [.padding: 0, .unknown: 100, .start: 101, .separator: 102, .mask: 103]))
    case "gpt-2":
      return ForeignTokenizer(
        try SpecialTokens([SpecialToken(256, "<|endoftext|>")], roles: [.start: 256, .endOfDocument: 256]))
    default:
      return ForeignTokenizer(
        try SpecialTokens(
          [SpecialToken(7, "<mask>"), SpecialToken(9, "<s>"), SpecialToken(30, "<extra>")],
          roles: [.mask: 7, .start: 9]))
    }
  }
}
