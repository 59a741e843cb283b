import Foundation

/// Rows of probabilities and the entropy of each.
package struct ProbabilityRows: Sendable {
  /// `[rows, columns]`, row by row.
  package let values: [Double]
  /// In bits, `[rows]`; nil for a row that is not compared.
  package let entropies: [Double?]

  /// Rows with their entropies.
  package init(values: [Double], entropies: [Double?]) { (self.values, self.entropies) = (values, entropies) }

  /// Sums over rows of 1 − the Jensen–Shannon divergence in bits: 1 for equal rows, 0 for rows that share no
  /// column.
  ///
  /// - Parameter other: rows of the same shape; with others there is no row to compare.
  /// - Source: Lin, "Divergence measures based on the Shannon entropy", 1991.
  package func similarity(to other: ProbabilityRows) -> (sum: Double, rows: Int) {
    guard other.entropies.count == entropies.count, other.values.count == values.count, !entropies.isEmpty
    else { return (0, 0) }
    let columns = values.count / entropies.count
    var (sum, rows) = (0.0, 0)
    values.withUnsafeBufferPointer { mine in
      other.values.withUnsafeBufferPointer { theirs in
        for row in entropies.indices {
          guard let left = entropies[row], let right = other.entropies[row] else { continue }
          var bits = 0.0
          for place in row * columns..<(row + 1) * columns {
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
