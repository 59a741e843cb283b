/// The sum over an axis: `y[o, i] = factor·Σ over k of x[o, k, i]`.
///
/// - Parameter factor: 1 for a sum, 1/size for a mean.
/// - Shapes: `x` as `view`, `y` `[outer, inner]`.
package func sumOverAxis(
  _ pool: ThreadPool, _ view: AxisView, factor: Float, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y))
  let (size, inner) = (view.size, view.inner)
  view.forEachLine(pool) { outer, columns in
    let (x, y) = operands.value
    if inner == 1 {
      y[outer] = factor * rowTotal(x + outer * size, size)
      return
    }
    let (from, to) = (x + outer * size * inner + columns.lowerBound, y + outer * inner + columns.lowerBound)
    for index in 0..<size {
      addScaledRow(from + index * inner, factor, columns.count, to: to, replaces: index == 0)
    }
    if size == 0 { clear(to, columns.count) }
  }
}

/// The gradient of `sumOverAxis`: `dx[o, k, i] = factor·dy[o, i]`, or added to `dx`.
package func spreadOverAxis(
  _ pool: ThreadPool, _ view: AxisView, factor: Float, dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  let operands = Shared((dy: dy, dx: dx))
  let (size, inner) = (view.size, view.inner)
  view.forEachLine(pool) { outer, columns in
    let (dy, dx) = operands.value
    if inner == 1 {
      let (value, to) = (Lanes(repeating: factor * dy[outer]), dx + outer * size)
      mapLanes(0..<size, to, to) { accumulate ? $0 + value : value }
      return
    }
    let (from, to) = (dy + outer * inner + columns.lowerBound, dx + outer * size * inner + columns.lowerBound)
    for index in 0..<size {
      addScaledRow(from, factor, columns.count, to: to + index * inner, replaces: !accumulate)
    }
  }
}

/// The largest value along an axis and where it is, the first of equal ones: `y[o, i] = max over k of x[o, k, i]`.
/// NaN wins over every number.
///
/// - Shapes: `x` as `view`, with at least one element along the axis; `y` and `places` `[outer, inner]`.
package func maxOverAxis(
  _ pool: ThreadPool, _ view: AxisView, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>,
  places: UnsafeMutablePointer<Int32>
) {
  let operands = Shared((x: x, y: y, places: places))
  let (size, inner) = (view.size, view.inner)
  view.forEachLine(pool) { outer, columns in
    let (x, y, places) = operands.value
    if inner == 1 {
      let (best, place) = firstLargest(x + outer * size, size)
      (y[outer], places[outer]) = (best, Int32(place))
      return
    }
    let (from, best, at) = (x + outer * size * inner, y + outer * inner, places + outer * inner)
    for column in columns { (best[column], at[column]) = (from[column], 0) }
    for index in 1..<max(1, size) {
      let row = from + index * inner
      for column in columns where row[column] > best[column] || row[column].isNaN && !best[column].isNaN {
        (best[column], at[column]) = (row[column], Int32(index))
      }
    }
  }
}

/// The largest element of a row and the first place where it is; NaN wins.
private func firstLargest(_ x: UnsafePointer<Float>, _ count: Int) -> (value: Float, place: Int) {
  let whole = count & ~7
  var (best, check) = (Lanes(repeating: -.infinity), Lanes(repeating: 0))
  for index in stride(from: 0, to: whole, by: 8) {
    let value = load(x + index)
    best = larger(best, value)
    check += value * 0
  }
  var highest = -Float.infinity
  for lane in 0..<8 { highest = max(highest, best[lane]) }
  // A NaN or an infinity among them makes this NaN, and is then looked for number by number.
  var isPlain = sum(check) == 0
  for index in whole..<count {
    highest = max(highest, x[index])
    isPlain = isPlain && x[index].isFinite
  }
  if isPlain {
    for index in 0..<count where x[index] == highest { return (highest, index) }
  }
  var (value, place) = (x[0], 0)
  for index in 1..<max(1, count) where x[index] > value || x[index].isNaN && !value.isNaN {
    (value, place) = (x[index], index)
  }
  return (value, place)
}

/// The gradient of `maxOverAxis`: each value goes to the place that it came from, other places get 0; or added.
package func maxOverAxisGradient(
  _ pool: ThreadPool, _ view: AxisView, places: UnsafePointer<Int32>, dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  if !accumulate { fill(pool, count: view.count, dx, value: 0) }
  let operands = Shared((places: places, dy: dy, dx: dx))
  let (size, inner) = (view.size, view.inner)
  view.forEachLine(pool) { outer, columns in
    let (places, dy, dx) = operands.value
    for column in columns {
      let line = outer * inner + column
      dx[(outer * size + Int(places[line])) * inner + column] += dy[line]
    }
  }
}
