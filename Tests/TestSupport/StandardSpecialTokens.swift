import Text

/// The special tokens of the program's own tokenizers, for tests that build such ids by hand.
extension SpecialTokens {
  package static let padding: Int32 = 0
  package static let unknown: Int32 = 1
  package static let start: Int32 = 2
  package static let separator: Int32 = 3
  package static let mask: Int32 = 4
  package static let count = 5
  package static let names = ["[PAD]", "[UNK]", "[START]", "[SEP]", "[MASK]"]

  package static func contains(_ id: Int32) -> Bool { id >= 0 && id < count }
}

extension Vocabulary: ExpressibleByIntegerLiteral {
  public init(integerLiteral size: Int) { self.init(size: size) }
}
