/// One token per byte, 256 in all. Needs no training and is lossless.
public struct ByteModel: TokenModel {
  public let type = "bytes"
  public let count = 256
  public let hasUnknowns = false
  public let isLossless = true

  /// The model; all are alike.
  public init() {}

  public func spell(_ word: UnsafeBufferPointer<UInt8>, _ ids: TokenNumbering, into tokens: inout [Int32]) {
    let begin = tokens.count
    tokens += repeatElement(0, count: word.count)
    tokens.withUnsafeMutableBufferPointer { tokens in
      for (index, byte) in word.enumerated() { tokens[begin + index] = Int32(byte) &+ ids.first }
    }
  }

  public func bytes(of number: Int) -> [UInt8] { [UInt8(number)] }
}
