import CLanes

/// Copies equal runs of floats from one spacing to another: how a tensor is split and joined along an axis.
///
///     y[r·yStride + i] = x[r·xStride + i] for i < length, or added to y
package func copyRuns(
  _ pool: ThreadPool, runs: Int, length: Int, x: UnsafePointer<Float>, xStride: Int,
  y: UnsafeMutablePointer<Float>, yStride: Int, accumulate: Bool
) {
  let operands = Shared((x: x, y: y))
  forEachRowRange(pool, rows: runs, width: length) { range in
    let (x, y) = operands.value
    for run in range {
      let (from, to) = (x + run * xStride, y + run * yStride)
      if accumulate {
        mapLanes(0..<length, to, from, to) { $0 + $1 }
      } else {
        to.update(from: from, count: length)
      }
    }
  }
}

/// Permutes the axes of a tensor: axis `i` of `y` is axis `order[i]` of `x`.
///
/// - Parameters:
///   - sizes: of `x`.
///   - order: every axis once.
package func permuteAxes(
  _ pool: ThreadPool, sizes: [Int], order: [Int], x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
) {
  var strides = [Int](repeating: 1, count: sizes.count)
  for axis in (0..<max(0, sizes.count - 1)).reversed() { strides[axis] = strides[axis + 1] * sizes[axis + 1] }
  var axes = order.map { (size: sizes[$0], stride: strides[$0]) }.filter { $0.size != 1 }
  // Neighbours that stay neighbours are one axis.
  for index in (0..<max(0, axes.count - 1)).reversed()
  where axes[index].stride == axes[index + 1].size * axes[index + 1].stride {
    axes[index] = (axes[index].size * axes[index + 1].size, axes[index + 1].stride)
    axes.remove(at: index + 1)
  }
  let columns = axes.popLast() ?? (size: 1, stride: 1)
  let rows = axes.popLast() ?? (size: 1, stride: 0)
  let (outer, outerCount) = (axes, axes.reduce(1) { $0 * $1.size })
  // Sixteen rows at a time: where columns are far apart in x, what is read of a cache line is used at once.
  let block = 16
  let blocks = (rows.size + block - 1) / block
  let operands = Shared((x: x, y: y))
  forEachRowRange(pool, rows: outerCount * blocks, width: block * columns.size) { range in
    let (x, y) = operands.value
    for part in range {
      var (from, rest) = (0, part / blocks)
      for axis in outer.reversed() {
        from += rest % axis.size * axis.stride
        rest /= axis.size
      }
      let first = part % blocks * block
      let last = min(rows.size, first + block)
      let to = y + part / blocks * rows.size * columns.size
      if columns.stride == 1 {
        for row in first..<last {
          (to + row * columns.size).update(from: x + from + row * rows.stride, count: columns.size)
        }
      } else {
        copyColumns(first..<last, rows, columns, x + from, to)
      }
    }
  }
}

/// `y[row, column] = x[row·rows.stride + column·columns.stride]` for a few rows: by squares of eight where neighbouring
/// rows of `y` are neighbours in `x`.
@inline(__always)
private func copyColumns(
  _ range: Range<Int>, _ rows: (size: Int, stride: Int), _ columns: (size: Int, stride: Int),
  _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  var row = range.lowerBound
  let whole = rows.stride == 1 ? columns.size & ~7 : 0
  while row + 8 <= range.upperBound, whole > 0 {
    for column in stride(from: 0, to: whole, by: 8) {
      lanes_transpose(
        x + row + column * columns.stride, columns.stride, y + row * columns.size + column, columns.size)
    }
    for column in whole..<columns.size {
      for next in row..<row + 8 { y[next * columns.size + column] = x[next + column * columns.stride] }
    }
    row += 8
  }
  for column in 0..<columns.size {
    let source = x + column * columns.stride
    for next in row..<range.upperBound { y[next * columns.size + column] = source[next * rows.stride] }
  }
}
