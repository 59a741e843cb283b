import Settings
import Text
import Transformer

/// Where a hidden token is predicted: in its own place, as BERT does, or one place earlier, as a decoder predicts
/// the next token.
///
/// One place earlier the input is `[START] c₀ … cₙ₋₂`, as it is for a decoder, so the prediction of cᵢ stands at
/// index i of the input either way, and only the input changes.
///
/// - Source: BehnamGhader et al., "LLM2Vec", 2024 (masked next-token prediction).
enum TargetShift {
  /// The input rows of content rows, `[batch, time]`.
  ///
  /// - Parameter start: the token that stands first where targets are predicted one place earlier; nil: they are not.
  static func input(_ ids: [Int32], batch: Int, time: Int, after start: Int32?) -> TokenBatch {
    guard let start else { return TokenBatch(ids: ids, batch: batch, time: time) }
    var shifted: [Int32] = []
    shifted.reserveCapacity(ids.count)
    for row in 0..<batch {
      shifted.append(start)
      shifted += ids[row * time..<(row + 1) * time].dropLast()
    }
    return TokenBatch(ids: shifted, batch: batch, time: time)
  }
}

extension TargetShift {
  /// The setting of the objectives that know it.
  static let key = Key.flag(
    "shift", default: false,
    help: "whether a hidden token is predicted one place earlier, as a decoder predicts the next one")
}
