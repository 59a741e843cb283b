import Tensors

/// Gives every row a column of its own so that the sum of their values is as large as possible.
///
/// - Parameter values: `[rows][columns]`, all rows of one length, every value finite.
/// - Returns: the column of each row; nil for rows that go without where there are more rows than columns.
/// - Throws: `ShapeError` when rows differ in length or a value is not finite.
/// - Source: Kuhn, "The Hungarian method for the assignment problem", 1955, in the form with potentials and
///   shortest augmenting paths of Jonker and Volgenant, 1987; O(rows² · columns).
public func bestAssignment(_ values: [[Double]]) throws -> [Int?] {
  let columns = values.first?.count ?? 0
  try expect(
    values.allSatisfy { row in row.count == columns && row.allSatisfy(\.isFinite) }, "values",
    in: "assignment", expected: "rows of \(columns) finite numbers", actual: "\(values.map(\.count))")
  if values.count > columns {
    let turned = (0..<columns).map { column in values.map { $0[column] } }
    var result = [Int?](repeating: nil, count: values.count)
    for (column, row) in smallestSum(turned.map { $0.map { -$0 } }).enumerated() { result[row] = column }
    return result
  }
  return smallestSum(values.map { $0.map { -$0 } })
}

/// The column of each row with the smallest sum of costs; no more rows than columns.
///
/// Rows join one by one. Each looks for the cheapest way to a free column, which may move other rows; the
/// potentials keep every reduced cost at 0 or above, so that the way is found as in Dijkstra's method.
private func smallestSum(_ costs: [[Double]]) -> [Int] {
  let (rows, columns) = (costs.count, costs.first?.count ?? 0)
  // Row and column 0 stand for "none".
  var rowPotential = [Double](repeating: 0, count: rows + 1)
  var columnPotential = [Double](repeating: 0, count: columns + 1)
  var rowOfColumn = [Int](repeating: 0, count: columns + 1)
  for row in stride(from: 1, through: rows, by: 1) {
    rowOfColumn[0] = row
    var place = 0
    var distance = [Double](repeating: .infinity, count: columns + 1)
    var cameFrom = [Int](repeating: 0, count: columns + 1)
    var isDone = [Bool](repeating: false, count: columns + 1)
    repeat {
      isDone[place] = true
      let current = rowOfColumn[place]
      var (step, nearest) = (Double.infinity, 0)
      for column in 1...columns where !isDone[column] {
        let reduced = costs[current - 1][column - 1] - rowPotential[current] - columnPotential[column]
        if reduced < distance[column] {
          distance[column] = reduced
          cameFrom[column] = place
        }
        if distance[column] < step { (step, nearest) = (distance[column], column) }
      }
      for column in 0...columns {
        if isDone[column] {
          rowPotential[rowOfColumn[column]] += step
          columnPotential[column] -= step
        } else {
          distance[column] -= step
        }
      }
      place = nearest
    } while rowOfColumn[place] != 0
    while place != 0 {
      let before = cameFrom[place]
      rowOfColumn[place] = rowOfColumn[before]
      place = before
    }
  }
  var result = [Int](repeating: 0, count: rows)
  for column in stride(from: 1, through: columns, by: 1) where rowOfColumn[column] > 0 {
    result[rowOfColumn[column] - 1] = column - 1
  }
  return result
}
