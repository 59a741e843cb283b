import Tensors

/// How much of each token's vector comes from which input token, if attention and the residual stream were
/// all that moved anything.
///
/// - Source: Abnar and Zuidema, "Quantifying attention flow in transformers", 2020.
public enum AttentionRollout {
  /// The rollout up to every layer: the product of ½·A + ½·I over the layers so far, where A is the mean
  /// over a layer's heads.
  ///
  /// - Parameter layers: one list a layer, `[heads, query, key]` row by row.
  /// - Returns: one list a layer, `[query, input]` row by row; each row sums to 1, or to less where a sink takes a
  ///   fraction of the attention: that comes from no token.
  /// - Throws: `ShapeError` when a layer does not hold whole heads of `time` × `time`.
  public static func upToEveryLayer(_ layers: [[Float]], time: Int) throws -> [[Double]] {
    let area = time * time
    var rollout = [Double](repeating: 0, count: area)
    for place in 0..<time { rollout[place * time + place] = 1 }
    return try layers.enumerated().map { layer, values in
      try expect(
        time > 0 && !values.isEmpty && values.count.isMultiple(of: area), "layer \(layer)", in: "rollout",
        expected: "[heads, \(time), \(time)]", actual: "\(values.count) values")
      let heads = values.count / area
      var mixing = [Double](repeating: 0, count: area)
      for (index, value) in values.enumerated() { mixing[index % area] += Double(value) / Double(2 * heads) }
      for place in 0..<time { mixing[place * time + place] += 0.5 }
      rollout = product(mixing, rollout, time)
      return rollout
    }
  }

  /// left · right, all `[time, time]`.
  private static func product(_ left: [Double], _ right: [Double], _ time: Int) -> [Double] {
    var result = [Double](repeating: 0, count: time * time)
    for row in 0..<time {
      for middle in 0..<time {
        let factor = left[row * time + middle]
        if factor == 0 { continue }
        for column in 0..<time { result[row * time + column] += factor * right[middle * time + column] }
      }
    }
    return result
  }
}
