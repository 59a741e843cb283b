/// One token a byte: 256 of them after the special tokens. Needs no training and loses nothing.
public struct ByteTokenizer: Tokenizer {
  public let kind = "bytes"
  public let vocabularySize = SpecialTokens.count + 256
  public let isLossless = true

  /// The tokenizer; all are alike.
  public init() {}

  public func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32] {
    bytes.map { Int32($0) + Int32(SpecialTokens.count) }
  }

  public func bytes(of id: Int32) -> [UInt8] {
    precondition(id >= 0 && id < vocabularySize, "id \(id) outside the vocabulary")
    return SpecialTokens.contains(id) ? [] : [UInt8(id - Int32(SpecialTokens.count))]
  }
}
