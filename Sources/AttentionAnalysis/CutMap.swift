import Foundation
import Tensors

/// A head's map cut to what two models both may see, each row made to sum to 1 again.
///
/// An encoder's rows reach over the whole text, a decoder's only to the token itself, and perhaps to a start
/// token that the encoder does not have. What is left of both is the decoder's half of the text alone.
struct CutMap: Sendable {
  /// Tokens of text, without a start token.
  let time: Int
  /// Probabilities `[query, key]`, row by row; 0 outside the half.
  let values: [Double]
  /// Entropy of each row in bits; nil where nothing is left of a row, or it has no choice.
  let entropies: [Double?]
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
    var (keptSum, rows) = (0.0, 0)
    for (query, keys) in half.enumerated() where keys.count > 1 {
      let sum = keys.reduce(0) { $0 + map[query + start, $1 + start] }
      keptSum += sum
      rows += 1
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
    self.values = values
    self.entropies = entropies
    kept = rows == 0 ? 0 : keptSum / Double(rows)
  }

  /// Sums over rows of 1 − the Jensen–Shannon divergence in bits: 1 for equal rows, 0 for rows that share no
  /// key.
  ///
  /// - Source: Lin, "Divergence measures based on the Shannon entropy", 1991.
  func similarity(to other: CutMap) -> (sum: Double, rows: Int) {
    guard other.time == time else { return (0, 0) }
    var (sum, rows) = (0.0, 0)
    values.withUnsafeBufferPointer { mine in
      other.values.withUnsafeBufferPointer { theirs in
        for query in 0..<time {
          guard let left = entropies[query], let right = other.entropies[query] else { continue }
          var bits = 0.0
          for place in query * time..<(query + 1) * time {
            let middle = 0.5 * (mine[place] + theirs[place])
            if middle > 0 { bits -= middle * log2(middle) }
          }
          // Rounding may pass the ends by a hair.
          sum += 1 - min(1, max(0, bits - 0.5 * (left + right)))
          rows += 1
        }
      }
    }
    return (sum, rows)
  }
}
