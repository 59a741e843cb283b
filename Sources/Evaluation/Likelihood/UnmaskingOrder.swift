import Tensors
import Training

/// The order in which a model that sees both sides unmasks a window: declared in advance, it depends on the
/// length alone, never on the text.
public enum UnmaskingOrder: Sendable, Equatable, CustomStringConvertible {
  /// From the first token to the last.
  case leftToRight
  /// From the last token to the first.
  case rightToLeft
  /// Shuffled, in the same way for every window of one length.
  case random(seed: UInt64)
  /// So many tokens together from left to right, each as if it did not know the others of its block.
  case blocks(size: Int)

  /// As reports name it.
  public var description: String {
    switch self {
    case .leftToRight: "left to right"
    case .rightToLeft: "right to left"
    case .random(let seed): "random order, seed \(seed)"
    case .blocks(let size): "blocks of \(size)"
    }
  }

  /// The places of a window in the order in which they are unmasked; those of one group together.
  public func groups(length: Int) -> [[Int]] {
    switch self {
    case .leftToRight: return (0..<length).map { [$0] }
    case .rightToLeft: return (0..<length).reversed().map { [$0] }
    case .random(let seed):
      let key = RandomStream(seed: seed).key("uncovering order")
      return shuffledPlaces(count: length, of: length, key: key).map { [$0] }
    case .blocks(let size):
      return stride(from: 0, to: length, by: max(1, size)).map {
        Array($0..<min($0 + max(1, size), length))
      }
    }
  }
}
