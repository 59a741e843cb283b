/// The sum over an axis: `y[o, i] = factor·Σ over k of x[o, k, i]`.
///
/// - Parameter factor: 1 for a sum, 1/size for a mean.
/// - Shapes: `x` as `view`, `y` `[outer, inner]`.
public func sumOverAxis(
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
public func spreadOverAxis(
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

/// The largest value along an axis and where it stands, the first of equal ones: `y[o, i] = max over k of x[o, k, i]`.
/// NaN wins over every number.
///
/// - Shapes: `x` as `view`, with at least one element along the axis; `y` and `places` `[outer, inner]`.
public func maxOverAxis(
  _ pool: ThreadPool, _ view: AxisView, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>,
  places: UnsafeMutablePointer<Int32>
) {
  let operands = Shared((x: x, y: y, places: places))
  let (size, inner) = (view.size, view.inner)
  view.forEachLine(pool) { outer, columns in
    let (x, y, places) = operands.value
    for column in columns {
      var (best, place) = (x[outer * size * inner + column], 0)
      for index in 1..<max(1, size) {
        let value = x[(outer * size + index) * inner + column]
        if value > best || value.isNaN && !best.isNaN { (best, place) = (value, index) }
      }
      y[outer * inner + column] = best
      places[outer * inner + column] = Int32(place)
    }
  }
}

/// The gradient of `maxOverAxis`: each value goes to the place that it came from, other places get 0; or added.
public func maxOverAxisGradient(
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
