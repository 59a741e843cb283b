import Settings
import Text
import Transformer

/// Where a masked token is predicted: in its own place, as BERT does, or one place earlier, as a decoder predicts
/// the next token.
///
/// One place earlier the input is `[START] c₀ … cₙ₋₂`, as it is for a decoder, so the prediction of cᵢ is at
/// index i of the input either way, and only the input changes.
///
/// - Source: BehnamGhader et al., "LLM2Vec", 2024 (masked next-token prediction).
enum TargetShift {
  /// The input rows of content rows, `[batch, time]`.
  ///
  /// - Parameter start: the token that is first where targets are predicted one place earlier; nil: they are not.
  /// A start token belongs to the document of the first token.
  static func input(_ ids: [Int32], batch: Int, time: Int, after start: Int32?, documents: [Int32]?)
    -> TokenBatch
  {
    guard let start else { return TokenBatch(ids: ids, batch: batch, time: time, documents: documents) }
    var shifted: [Int32] = []
    shifted.reserveCapacity(ids.count)
    for row in 0..<batch {
      shifted.append(start)
      shifted += ids[row * time..<(row + 1) * time].dropLast()
    }
    return TokenBatch(
      ids: shifted, batch: batch, time: time,
      documents: documents.map { Self.shifted($0, rows: batch, starts: true) })
  }

  /// The document numbers of inputs that lack the last token of each window, `[rows, inputs]`.
  ///
  /// - Parameters:
  ///   - numbers: of the windows, `[rows, length]`.
  ///   - starts: whether a start token comes first, which belongs to the document of the first token.
  static func shifted(_ numbers: [Int32], rows: Int, starts: Bool) -> [Int32] {
    let length = numbers.count / rows
    return (0..<rows).flatMap { row -> [Int32] in
      let window = numbers[row * length..<(row + 1) * length]
      return (starts ? Array(window.prefix(1)) : []) + window.dropLast()
    }
  }
}

extension TargetShift {
  /// The setting of the objectives that know it.
  static let key = Key.flag(
    "shift", default: false,
    help: "predict a masked token from the position before it, as a decoder does")
}
