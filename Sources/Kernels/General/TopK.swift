/// The `k` largest values of each row and where they are, largest first; of equal values the first comes first. NaN
/// is never taken before a number.
///
/// - Shapes: `x` `[rows, width]` with `k ≤ width`; `values` and `places` `[rows, k]`.
package func topK(
  _ pool: ThreadPool, rows: Int, width: Int, k: Int, x: UnsafePointer<Float>,
  values: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<Int32>
) {
  let operands = Shared((x: x, values: values, places: places))
  forEachRowRange(pool, rows: rows, width: width) { range in
    let (x, values, places) = operands.value
    for row in range {
      let (source, best, at) = (x + row * width, values + row * k, places + row * k)
      var held = 0
      for column in 0..<width {
        let value = source[column]
        if held == k, !(value > best[k - 1] || best[k - 1].isNaN && !value.isNaN) { continue }
        var place = held == k ? k - 1 : held
        while place > 0, value > best[place - 1] || best[place - 1].isNaN && !value.isNaN {
          best[place] = best[place - 1]
          at[place] = at[place - 1]
          place -= 1
        }
        best[place] = value
        at[place] = Int32(column)
        held = min(k, held + 1)
      }
    }
  }
}

/// The gradient of `topK`: each value goes to its place in the row, other places get 0; or added.
package func topKGradient(
  _ pool: ThreadPool, rows: Int, width: Int, k: Int, places: UnsafePointer<Int32>, dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  let operands = Shared((places: places, dy: dy, dx: dx))
  forEachRowRange(pool, rows: rows, width: width) { range in
    let (places, dy, dx) = operands.value
    for row in range {
      let target = dx + row * width
      if !accumulate { clear(target, width) }
      for index in row * k..<(row + 1) * k { target[Int(places[index])] += dy[index] }
    }
  }
}
