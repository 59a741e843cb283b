/// Rows of features in double precision, each with a constant 1 at its end.
package struct ProbeFeatures: Sendable {
  /// How many rows.
  package let rows: Int
  /// Columns, the constant included.
  package let width: Int
  /// Numbers from one row to the next: `width` rounded up to whole vectors, with zeros behind the constant.
  package let pitch: Int
  /// `[rows, pitch]`
  package let values: [Double]

  /// Numbers that the loops of a fit take at a time.
  package static let lanes = 8
}

/// Brings every column to mean 0 and deviation 1 over the rows that a probe is fitted on, so that one penalty
/// means the same for every layer.
package struct FeatureScale: Sendable {
  private let means: [Double]
  /// 0 for a column that does not vary: it says nothing.
  private let factors: [Double]

  /// The scale of some rows of `[…, width]`.
  package init(_ values: [Float], width: Int, rows: [Int]) {
    var sums = [Double](repeating: 0, count: width)
    for row in rows { for column in 0..<width { sums[column] += Double(values[row * width + column]) } }
    let means = sums.map { $0 / Double(max(1, rows.count)) }
    var squares = [Double](repeating: 0, count: width)
    for row in rows {
      for column in 0..<width {
        let deviation = Double(values[row * width + column]) - means[column]
        squares[column] += deviation * deviation
      }
    }
    self.means = means
    factors = squares.enumerated().map { column, square in
      let deviation = (square / Double(max(1, rows.count))).squareRoot()
      return deviation > 1e-9 * (1 + abs(means[column])) ? 1 / deviation : 0
    }
  }

  /// Some rows of `[…, width]`, scaled.
  package func callAsFunction(_ values: [Float], rows: [Int]) -> ProbeFeatures {
    let width = means.count
    let pitch = (width + 1 + ProbeFeatures.lanes - 1) / ProbeFeatures.lanes * ProbeFeatures.lanes
    var scaled = [Double](repeating: 0, count: rows.count * pitch)
    for (index, row) in rows.enumerated() {
      for column in 0..<width {
        scaled[index * pitch + column] =
          (Double(values[row * width + column]) - means[column]) * factors[column]
      }
      scaled[index * pitch + width] = 1
    }
    return ProbeFeatures(rows: rows.count, width: width + 1, pitch: pitch, values: scaled)
  }
}
