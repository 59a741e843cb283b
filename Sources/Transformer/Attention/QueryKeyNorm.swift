import Settings
import Tensors

/// What is normalised together.
enum QueryKeyNormSpan: String, CaseIterable, Sendable {
  /// Each head by itself.
  case head
  /// The queries of all heads, and the keys of all heads.
  case all
}

/// RMS norm of queries and keys, before they are rotated.
///
/// Without gains it makes no difference whether it comes before the rotation or after it: a rotation keeps lengths.
///
/// - Shapes: a packed projection `[batch, time, (heads + 2·keyValueHeads)·headWidth]` to the same.
/// - Source: Henry et al., "Query-key normalization", 2020; of all heads together: Team OLMo, "2 OLMo 2 Furious", 2025;
///   without gains: Karpathy, nanochat, 2025.
struct QueryKeyNorm {
  let path: String
  let heads: Int
  let keyValueHeads: Int
  let headWidth: Int
  let span: QueryKeyNormSpan
  let queryGain: Tensor
  let keyGain: Tensor
  let epsilon: Double

  init(_ settings: Resolved, heads: Int, keyValueHeads: Int, headWidth: Int, _ scope: Scope) throws {
    path = scope.path
    (self.heads, self.keyValueHeads, self.headWidth) = (heads, keyValueHeads, headWidth)
    let span = settings[AttentionSettings.queryKeyNormSpan]
    self.span = span
    epsilon = settings[AttentionSettings.queryKeyNormEpsilon]
    let isLearned = settings[AttentionSettings.queryKeyNormGain]
    func gain(_ name: String, _ heads: Int) throws -> Tensor {
      let shape: Shape =
        span == .head ? ["head width": headWidth] : ["heads × head width": heads * headWidth]
      return isLearned
        ? try scope.parameter(name + ".weight", shape, initial: .constant(1))
        : try scope.constant([Float](repeating: 1, count: shape.count), shape)
    }
    queryGain = try gain("queryNorm", heads)
    keyGain = try gain("keyNorm", keyValueHeads)
  }

  func callAsFunction(_ packed: Tensor, _ pass: Pass) throws -> Tensor {
    if span == .head || heads == keyValueHeads {
      // All heads together are one wide head.
      let parts = span == .head ? 1 : heads
      return try pass.headNorm(
        packed, heads: heads / parts, keyValueHeads: keyValueHeads / parts, headWidth: headWidth * parts,
        queryWeight: queryGain, keyWeight: keyGain, epsilon: epsilon, name: path)
    }
    let (queries, keys) = (heads * headWidth, keyValueHeads * headWidth)
    let parts = try pass.split(packed, sizes: [queries, keys, keys], name: path)
    func normed(_ x: Tensor, _ gain: Tensor) throws -> Tensor {
      try pass.norm(x, kind: .rms, weight: gain, bias: nil, epsilon: epsilon, name: path)
    }
    return try pass.concatenate(
      [try normed(parts[0], queryGain), try normed(parts[1], keyGain), parts[2]], name: path)
  }
}
