/// The cumulative sum along an axis: `y[o, k, i] = Σ over j ≤ k of x[o, j, i]`; `reversed`: over `j ≥ k`, which is its
/// own gradient's direction.
///
/// - Shapes: `x` and `y` as `view`; `y` may be `x`.
package func cumulativeSum(
  _ pool: ThreadPool, _ view: AxisView, reversed: Bool, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y))
  let (size, inner) = (view.size, view.inner)
  view.forEachLine(pool) { outer, columns in
    let (x, y) = operands.value
    let first = outer * size * inner + columns.lowerBound
    if inner == 1 {
      var total: Float = 0
      for step in 0..<size {
        let place = first + (reversed ? size - 1 - step : step)
        total += x[place]
        y[place] = total
      }
      return
    }
    for step in 0..<size {
      let place = first + (reversed ? size - 1 - step : step) * inner
      if step == 0 {
        if x != UnsafePointer(y) { (y + place).update(from: x + place, count: columns.count) }
      } else {
        mapLanes(0..<columns.count, y + place + (reversed ? inner : -inner), x + place, y + place) { $0 + $1 }
      }
    }
  }
}

/// The linear recurrence along an axis, the associative scan of gated linear attention and state-space models:
///
///     y[o, k, i] = a[o, k, i]·y[o, k − 1, i] + x[o, k, i]
///
/// - Parameter initial: `y[o, −1, i]`, `[outer, inner]`; nil: zeros.
/// - Shapes: `a`, `x` and `y` as `view`; `y` may be `x`.
/// - Source: Blelloch, "Prefix sums and their applications", 1990; Martin and Cundy, "Parallelizing linear recurrent
///   neural nets over sequence length", 2018. The lines are independent and enough for all threads, so each is
///   followed in order.
package func linearScan(
  _ pool: ThreadPool, _ view: AxisView, a: UnsafePointer<Float>, x: UnsafePointer<Float>,
  initial: UnsafePointer<Float>?, y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((a: a, x: x, initial: initial, y: y))
  let (size, inner) = (view.size, view.inner)
  view.forEachLine(pool) { outer, columns in
    let (a, x, initial, y) = operands.value
    let first = outer * size * inner + columns.lowerBound
    var previous = initial.map { $0 + outer * inner + columns.lowerBound }
    for step in 0..<size {
      let place = first + step * inner
      if let previous {
        recur(columns.count, a + place, previous, x + place, y + place)
      } else if x != UnsafePointer(y) {
        (y + place).update(from: x + place, count: columns.count)
      }
      previous = UnsafePointer(y + place)
    }
  }
}

/// `y = a·previous + x` for a part of a row.
@inline(__always)
private func recur(
  _ count: Int, _ a: UnsafePointer<Float>, _ previous: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>
) {
  let whole = count & ~7
  for index in stride(from: 0, to: whole, by: 8) {
    store(load(x + index).addingProduct(load(a + index), load(previous + index)), y + index)
  }
  for index in whole..<count { y[index] = x[index].addingProduct(a[index], previous[index]) }
}

/// The gradients of `linearScan`. With `g` the gradient of `y` summed over all later steps,
///
///     g[k] = dy[k] + a[k + 1]·g[k + 1];   dx[k] = g[k];   da[k] = g[k]·y[k − 1];   dInitial = a[0]·g[0]
///
/// - Parameters:
///   - dx: receives `g`.
///   - da, initialGradient: nil where they are not wanted.
package func linearScanGradient(
  _ pool: ThreadPool, _ view: AxisView, a: UnsafePointer<Float>, y: UnsafePointer<Float>,
  initial: UnsafePointer<Float>?, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>,
  da: UnsafeMutablePointer<Float>?, initialGradient: UnsafeMutablePointer<Float>?
) {
  let operands = Shared((a: a, y: y, initial: initial, dy: dy, dx: dx, da: da, start: initialGradient))
  let (size, inner) = (view.size, view.inner)
  view.forEachLine(pool) { outer, columns in
    let (a, y, initial, dy, dx, da, start) = operands.value
    let (count, line) = (columns.count, outer * inner + columns.lowerBound)
    let first = outer * size * inner + columns.lowerBound
    for step in (0..<size).reversed() {
      let place = first + step * inner
      if step + 1 < size {
        recur(count, a + place + inner, dx + place + inner, dy + place, dx + place)
      } else {
        (dx + place).update(from: dy + place, count: count)
      }
      guard let da else { continue }
      if let previous = step > 0 ? y + place - inner : initial.map({ $0 + line }) {
        mapLanes(0..<count, dx + place, previous, da + place) { $0 * $1 }
      } else {
        clear(da + place, count)
      }
    }
    guard let start else { return }
    if size > 0 {
      mapLanes(0..<count, a + first, dx + first, start + line) { $0 * $1 }
    } else {
      clear(start + line, count)
    }
  }
}
