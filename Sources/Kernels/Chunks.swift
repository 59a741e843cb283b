/// How elementwise work is cut: whole dropout groups, and few enough bytes to stay in a core's cache.
let chunkLength = 16_384

/// Work on fewer elements than this stays on the calling thread: waking others takes longer.
private let minParallelCount = 32_768

/// Calls `body` for every chunk of `0..<count`, on all threads when that pays.
@inline(__always)
func forEachChunk(_ pool: ThreadPool, count: Int, _ body: @Sendable (Range<Int>) -> Void) {
  if count < minParallelCount {
    if count > 0 { body(0..<count) }
  } else {
    pool.run(tiles: (count + chunkLength - 1) / chunkLength) { tile, _ in
      body(tile * chunkLength..<min(count, (tile + 1) * chunkLength))
    }
  }
}

/// Calls `body` for ranges of rows that hold about a chunk of elements each.
@inline(__always)
func forEachRowRange(_ pool: ThreadPool, rows: Int, width: Int, _ body: @Sendable (Range<Int>) -> Void) {
  if rows * width < minParallelCount {
    if rows > 0 { body(0..<rows) }
  } else {
    let step = max(1, chunkLength / max(1, width))
    pool.run(tiles: (rows + step - 1) / step) { tile, _ in
      body(tile * step..<min(rows, (tile + 1) * step))
    }
  }
}

/// `y = f(x)` for a range of elements; the last few take the same path through the vector unit.
///
/// `f` is compiled twice. So a long one is a function with `@inline(__always)`, by its name:
/// a closure would be called for every eight elements, which doubles the time of an activation.
@inlinable @inline(__always)
func mapLanes(
  _ range: Range<Int>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ f: (Lanes) -> Lanes
) {
  var index = range.lowerBound
  while index + 8 <= range.upperBound {
    store(f(load(x + index)), y + index)
    index += 8
  }
  let rest = range.upperBound - index
  if rest > 0 { store(f(load(x + index, count: rest)), y + index, count: rest) }
}

/// `y, z = f(x)` for a range of elements; `z` may be `x`.
@inlinable @inline(__always)
func mapLanes(
  _ range: Range<Int>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
  _ z: UnsafeMutablePointer<Float>, _ f: (Lanes) -> (Lanes, Lanes)
) {
  var index = range.lowerBound
  while index + 8 <= range.upperBound {
    let (first, second) = f(load(x + index))
    store(first, y + index)
    store(second, z + index)
    index += 8
  }
  let rest = range.upperBound - index
  if rest > 0 {
    let (first, second) = f(load(x + index, count: rest))
    store(first, y + index, count: rest)
    store(second, z + index, count: rest)
  }
}

/// `y = f(a, b)` for a range of elements.
@inlinable @inline(__always)
func mapLanes(
  _ range: Range<Int>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>, _ f: (Lanes, Lanes) -> Lanes
) {
  var index = range.lowerBound
  while index + 8 <= range.upperBound {
    store(f(load(a + index), load(b + index)), y + index)
    index += 8
  }
  let rest = range.upperBound - index
  if rest > 0 {
    store(f(load(a + index, count: rest), load(b + index, count: rest)), y + index, count: rest)
  }
}
