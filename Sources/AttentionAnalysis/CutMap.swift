import Foundation
import Statistics
import Tensors

/// A head's map cut to what two models both may see, each row made to sum to 1 again.
///
/// An encoder's rows reach over the whole text, a decoder's only to the token itself, and perhaps to a start
/// token that the encoder does not have. What is left of both is the decoder's half of the text alone.
struct CutMap: Sendable {
  /// Tokens of text, without a start token.
  let time: Int
  /// Probabilities `[query, key]`, without a start token, 0 outside the half; a row without entropy has no choice, or
  /// nothing is left of it.
  let rows: ProbabilityRows
  /// What the rows with a choice keep of their probability, on average.
  let kept: Double

  /// A map cut to `half`.
  ///
  /// - Parameters:
  ///   - start: places before the first token of text: 1 for a start token.
  ///   - half: the keys that each query may keep, counted without the start, `[time]`.
  /// - Throws: `ShapeError` when the map is not of that many places.
  init(_ map: HeadMap, start: Int, half: [Range<Int>]) throws {
    try expect(
      map.time == half.count + start, "map", in: "matching of heads",
      expected: "\(half.count + start) places",
      actual: "\(map.time)")
    time = half.count
    var values = [Double](repeating: 0, count: time * time)
    var entropies = [Double?](repeating: nil, count: time)
    var (keptSum, choices) = (0.0, 0)
    for (query, keys) in half.enumerated() where keys.count > 1 {
      let sum = keys.reduce(0) { $0 + map[query + start, $1 + start] }
      keptSum += sum
      choices += 1
      // What is left of such a row would be rounding alone.
      guard sum > 1e-6 else { continue }
      var bits = 0.0
      for key in keys {
        let p = map[query + start, key + start] / sum
        values[query * time + key] = p
        if p > 0 { bits -= p * log2(p) }
      }
      entropies[query] = bits
    }
    rows = ProbabilityRows(values: values, entropies: entropies)
    kept = choices == 0 ? 0 : keptSum / Double(choices)
  }
}
