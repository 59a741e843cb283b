/// `y[i] = value`.
package func fill(_ pool: ThreadPool, count: Int, _ y: UnsafeMutablePointer<Float>, value: Float) {
  let target = Shared(y)
  forEachChunk(pool, count: count) { range in
    (target.value + range.lowerBound).update(repeating: value, count: range.count)
  }
}

/// `y = factor·x`; `y` may be `x`.
package func scale(
  _ pool: ThreadPool, count: Int, x: UnsafePointer<Float>, by factor: Float, y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y))
  forEachChunk(pool, count: count) { range in
    let (x, y) = operands.value
    if factor == 1 {
      (y + range.lowerBound).update(from: x + range.lowerBound, count: range.count)
    } else {
      mapLanes(range, x, y) { $0 * factor }
    }
  }
}

/// `y += scale·x`.
package func addScaled(
  _ pool: ThreadPool, count: Int, x: UnsafePointer<Float>, scale: Float, y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y))
  let factor = Lanes(repeating: scale)
  forEachChunk(pool, count: count) { range in
    let (x, y) = operands.value
    mapLanes(range, x, y, y) { $1.addingProduct($0, factor) }
  }
}

/// `y = a + b`; `y` may be either.
package func add(
  _ pool: ThreadPool, count: Int, a: UnsafePointer<Float>, b: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((a: a, b: b, y: y))
  forEachChunk(pool, count: count) { range in
    let (a, b, y) = operands.value
    mapLanes(range, a, b, y) { $0 + $1 }
  }
}

/// `y = a·b`, element by element; `y` may be either.
package func multiply(
  _ pool: ThreadPool, count: Int, a: UnsafePointer<Float>, b: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((a: a, b: b, y: y))
  forEachChunk(pool, count: count) { range in
    let (a, b, y) = operands.value
    mapLanes(range, a, b, y) { $0 * $1 }
  }
}

/// `y = dropout(x)`; `y` may be `x`. With the gradient as `x` this is its own backward.
package func dropoutForward(
  _ pool: ThreadPool, count: Int, x: UnsafePointer<Float>, dropout: Dropout, y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y))
  forEachChunk(pool, count: count) { range in
    let (x, y) = operands.value
    dropout.apply(from: range.lowerBound, count: range.count, x + range.lowerBound, y + range.lowerBound)
  }
}

/// `y = x + dropout(branch)`, the residual join; without dropout `y = x + branch`.
package func addDropped(
  _ pool: ThreadPool, count: Int, x: UnsafePointer<Float>, branch: UnsafePointer<Float>, dropout: Dropout?,
  y: UnsafeMutablePointer<Float>
) {
  guard let dropout else { return add(pool, count: count, a: x, b: branch, y: y) }
  let operands = Shared((x: x, branch: branch, y: y))
  forEachChunk(pool, count: count) { range in
    let (x, branch, y) = operands.value
    let start = range.lowerBound
    dropout.apply(from: start, count: range.count, branch + start, adding: x + start, y + start)
  }
}

/// `Σ x²`, in single precision over 512 elements and in double from there, always in the same order.
package func sumOfSquares(_ pool: ThreadPool, count: Int, x: UnsafePointer<Float>) -> Double {
  let chunks = (count + chunkLength - 1) / chunkLength
  return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, chunks)) { partial in
    guard let base = partial.baseAddress else { return 0 }
    let operands = Shared((x: x, partial: base))
    pool.run(tiles: chunks) { tile, _ in
      let (x, partial) = operands.value
      let end = min(count, (tile + 1) * chunkLength)
      var total = 0.0
      for start in stride(from: tile * chunkLength, to: end, by: 512) {
        total += Double(sumOfSquares(x + start, count: min(512, end - start)))
      }
      (partial + tile).initialize(to: total)
    }
    return partial.prefix(chunks).reduce(0, +)
  }
}

@inline(__always)
private func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Float {
  var (even, odd) = (Lanes(repeating: 0), Lanes(repeating: 0))
  var index = 0
  while index + 16 <= count {
    let (a, b) = (load(x + index), load(x + index + 8))
    even.addProduct(a, a)
    odd.addProduct(b, b)
    index += 16
  }
  while index < count {
    let rest = min(8, count - index)
    let a = load(x + index, count: rest)
    even.addProduct(a, a)
    index += rest
  }
  return sum(even + odd)
}
