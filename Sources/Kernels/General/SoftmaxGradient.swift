import Foundation

/// The gradient of a softmax from its result: `dx = y·(dy − Σ y·dy)`, row by row, or added to `dx`.
///
/// - Shapes: `y`, `dy` and `dx` `[rows, width]`.
package func softmaxGradient(
  _ pool: ThreadPool, rows: Int, width: Int, y: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  let operands = Shared((y: y, dy: dy, dx: dx))
  forEachRowRange(pool, rows: rows, width: width) { range in
    let (y, dy, dx) = operands.value
    for row in range {
      let (y, dy, dx) = (y + row * width, dy + row * width, dx + row * width)
      let total = dotProduct(y, dy, width)
      for index in stride(from: 0, to: width, by: 8) {
        let count = min(8, width - index)
        let gradient = load(y + index, count: count) * (load(dy + index, count: count) - total)
        store(accumulate ? load(dx + index, count: count) + gradient : gradient, dx + index, count: count)
      }
    }
  }
}

/// The gradient of the logarithm of a softmax from its result: `dx = dy − exp(y)·Σ dy`, row by row, or added to `dx`.
///
/// - Shapes: `y`, `dy` and `dx` `[rows, width]`.
package func logSoftmaxGradient(
  _ pool: ThreadPool, rows: Int, width: Int, y: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  let operands = Shared((y: y, dy: dy, dx: dx))
  forEachRowRange(pool, rows: rows, width: width) { range in
    let (y, dy, dx) = operands.value
    for row in range {
      let (y, dy, dx) = (y + row * width, dy + row * width, dx + row * width)
      let total = Lanes(repeating: rowTotal(dy, width))
      for index in stride(from: 0, to: width, by: 8) {
        let count = min(8, width - index)
        let (result, gradient) = (load(y + index, count: count), load(dy + index, count: count))
        let slope = gradient - expOfNonpositive(result) * total
        store(accumulate ? load(dx + index, count: count) + slope : slope, dx + index, count: count)
      }
    }
  }
}

/// `y[r] = log Σ exp(x[r, :])`, without overflow; −∞ for a row of −∞.
///
/// - Shapes: `x` `[rows, width]`, `y` `[rows]`.
package func logSumExpRows(
  _ pool: ThreadPool, rows: Int, width: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y))
  forEachRowRange(pool, rows: rows, width: width) { range in
    let (x, y) = operands.value
    for row in range {
      let source = x + row * width
      let highest = highestValue(source, width)
      let total = highest > -.infinity ? exponentials(source, width, shift: highest, into: nil) : 1
      y[row] = highest + log(total)
    }
  }
}

/// The gradient of `logSumExpRows`: `dx[r, i] = exp(x[r, i] − y[r])·dy[r]`, or added to `dx`.
///
/// - Shapes: `x` and `dx` `[rows, width]`, `y` and `dy` `[rows]`.
package func logSumExpGradient(
  _ pool: ThreadPool, rows: Int, width: Int, x: UnsafePointer<Float>, y: UnsafePointer<Float>,
  dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  let operands = Shared((x: x, y: y, dy: dy, dx: dx))
  forEachRowRange(pool, rows: rows, width: width) { range in
    let (x, y, dy, dx) = operands.value
    for row in range {
      let (x, dx, shift, gradient) = (x + row * width, dx + row * width, y[row], dy[row])
      for index in stride(from: 0, to: width, by: 8) {
        let count = min(8, width - index)
        let share = expOfNonpositive(load(x + index, count: count) - shift) * gradient
        store(accumulate ? load(dx + index, count: count) + share : share, dx + index, count: count)
      }
    }
  }
}
