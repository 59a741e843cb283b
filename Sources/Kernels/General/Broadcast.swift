/// What is done with each element of a tensor and the value that is broadcast to it.
package enum BroadcastOperation: Sendable {
  /// `y = x + v`
  case add
  /// `y = x·v`
  case multiply
  /// `y += x·v`
  case multiplyAdding
}

/// A vector broadcast over a tensor: `y[o, m, i] = x[o, m, i] ∘ v[m]`.
///
/// - Parameters:
///   - view: `m` is the axis of `v`: the last one for a vector over rows, the heads of `[batch, heads, time, width]`
///     for a value per head.
///   - v: `[size]`.
///   - y: as `x`, and may be `x`.
package func broadcast(
  _ pool: ThreadPool, _ operation: BroadcastOperation, _ view: AxisView, x: UnsafePointer<Float>,
  v: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, v: v, y: y))
  let (size, inner) = (view.size, view.inner)
  if inner == 1 {
    forEachRowRange(pool, rows: view.outer, width: size) { range in
      let (x, v, y) = operands.value
      for row in range { combine(operation, size, x + row * size, v, y + row * size) }
    }
  } else {
    forEachRowRange(pool, rows: view.outer * size, width: inner) { range in
      let (x, v, y) = operands.value
      for row in range { combine(operation, inner, x + row * inner, v[row % size], y + row * inner) }
    }
  }
}

/// A row with a row of values.
@inline(__always)
private func combine(
  _ operation: BroadcastOperation, _ count: Int, _ x: UnsafePointer<Float>, _ v: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>
) {
  switch operation {
  case .add: mapLanes(0..<count, x, v, y) { $0 + $1 }
  case .multiply: mapLanes(0..<count, x, v, y) { $0 * $1 }
  case .multiplyAdding: addProducts(count, x, v, to: y)
  }
}

/// A row with one value.
@inline(__always)
private func combine(
  _ operation: BroadcastOperation, _ count: Int, _ x: UnsafePointer<Float>, _ v: Float,
  _ y: UnsafeMutablePointer<Float>
) {
  switch operation {
  case .add: mapLanes(0..<count, x, y) { $0 + v }
  case .multiply: mapLanes(0..<count, x, y) { $0 * v }
  case .multiplyAdding: addScaledRow(x, v, count, to: y, replaces: false)
  }
}

/// `y += a·b`
@inline(__always)
func addProducts(
  _ count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>
) {
  let whole = count & ~7
  for index in stride(from: 0, to: whole, by: 8) {
    store(load(y + index).addingProduct(load(a + index), load(b + index)), y + index)
  }
  for index in whole..<count { y[index] = y[index].addingProduct(a[index], b[index]) }
}

/// How many floats of scratch memory `sumToBroadcast` needs.
package func sumToBroadcastScratch(_ view: AxisView) -> Int { broadcastTiles(view) * view.size }

/// Parts of the outer axis that are summed apart; 1 where the outer axis is not cut.
private func broadcastTiles(_ view: AxisView) -> Int {
  max(1, min(64, min(view.outer, view.count / chunkLength)))
}

/// The gradient of a broadcast vector: `v[m] = Σ over o and i of a[o, m, i]·b[o, m, i]`, or added to `v`, always in
/// the same order.
///
/// - Parameters:
///   - b: as `a`; nil: the sum of `a` alone.
///   - scratch: `sumToBroadcastScratch` floats.
package func sumToBroadcast(
  _ pool: ThreadPool, _ view: AxisView, a: UnsafePointer<Float>, b: UnsafePointer<Float>?,
  v: UnsafeMutablePointer<Float>, accumulate: Bool, scratch: UnsafeMutablePointer<Float>
) {
  let (outer, size, inner) = (view.outer, view.size, view.inner)
  let tiles = broadcastTiles(view)
  let operands = Shared((a: a, b: b, sums: scratch))
  if outer == 1 {
    forEachRowRange(pool, rows: size, width: inner) { range in
      let (a, b, sums) = operands.value
      for row in range { sums[row] = rowSum(inner, a + row * inner, b.map { $0 + row * inner }) }
    }
  } else {
    pool.run(tiles: tiles) { tile, _ in
      let (a, b, sums) = operands.value
      let total = sums + tile * size
      clear(total, size)
      for row in outer * tile / tiles..<outer * (tile + 1) / tiles {
        let first = row * size * inner
        if inner > 1 {
          for index in 0..<size {
            let place = first + index * inner
            total[index] += rowSum(inner, a + place, b.map { $0 + place })
          }
        } else if let b {
          addProducts(size, a + first, b + first, to: total)
        } else {
          mapLanes(0..<size, total, a + first, total) { $0 + $1 }
        }
      }
    }
  }
  addRows(pool, rows: outer == 1 ? 1 : tiles, width: size, scratch, to: v, accumulate: accumulate)
}

/// `Σ a·b` of a row, or `Σ a`.
@inline(__always)
private func rowSum(_ count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>?) -> Float {
  b.map { dotProduct(a, $0, count) } ?? rowTotal(a, count)
}

/// `Σ x` of a row: in single precision over 512 elements, in double from there.
@inline(__always)
func rowTotal(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
  var total = 0.0
  for first in stride(from: 0, to: count, by: 512) {
    let end = min(count, first + 512)
    let whole = first + (end - first) & ~7
    var lanes = Lanes(repeating: 0)
    for index in stride(from: first, to: whole, by: 8) { lanes += load(x + index) }
    if whole < end { lanes += load(x + whole, count: end - whole) }
    total += Double(sum(lanes))
  }
  return Float(total)
}
