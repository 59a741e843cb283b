/// One token a byte: 256 of them beside the special tokens. Needs no training and loses nothing.
public struct ByteTokenizer: Tokenizer {
  public let kind = "bytes"
  public let special = SpecialTokens.standard
  public var vocabularySize: Int { special.tokens.count + 256 }
  public let isLossless = true

  /// The tokenizer; all are alike.
  public init() {}

  public func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32] {
    let first = Int32(special.tokens.count)
    return bytes.map { Int32($0) + first }
  }

  public func bytes(of id: Int32) -> [UInt8] {
    precondition(id >= 0 && id < vocabularySize, "id \(id) outside the vocabulary")
    return special.ordinaryNumber(of: id).map { [UInt8($0)] } ?? []
  }
}
