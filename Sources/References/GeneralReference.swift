import Kernels

extension Reference {
  /// `y[o, m, i] = x[o, m, i] ∘ v[m]`
  @inlinable
  public static func broadcast<T: ReferenceNumber>(
    _ view: AxisView, x: [T], v: [T], _ combine: (T, T) -> T
  ) -> [T] {
    x.indices.map { combine(x[$0], v[$0 / view.inner % view.size]) }
  }

  /// The places of one line along the axis of a view, for each outer and inner index.
  @inlinable
  static func lines(_ view: AxisView) -> [[Int]] {
    (0..<view.outer).flatMap { outer in
      (0..<view.inner).map { inner in
        (0..<view.size).map { (outer * view.size + $0) * view.inner + inner }
      }
    }
  }

  /// One value of each line along an axis, such as its sum, mean or largest element.
  @inlinable
  public static func reduce<T: ReferenceNumber>(_ view: AxisView, x: [T], _ combine: ([T]) -> T) -> [T] {
    lines(view).map { line in combine(line.map { x[$0] }) }
  }

  /// `y[k] = y[k − 1] + x[k]` along an axis.
  @inlinable
  public static func cumulativeSum<T: ReferenceNumber>(_ view: AxisView, x: [T]) -> [T] {
    linearScan(view, a: x.map { _ in 1 }, x: x, initial: nil)
  }

  /// `y[k] = a[k]·y[k − 1] + x[k]` along an axis.
  @inlinable
  public static func linearScan<T: ReferenceNumber>(_ view: AxisView, a: [T], x: [T], initial: [T]?) -> [T] {
    var y = x
    for (number, line) in lines(view).enumerated() {
      var state = initial?[number] ?? 0
      for place in line {
        state = a[place] * state + x[place]
        y[place] = state
      }
    }
    return y
  }

  /// `y[b, t, c] = bias[c] + Σ over j of weight[c, j]·x[b, t − (taps − 1) + j, c]`
  @inlinable
  public static func causalConvolution<T: ReferenceNumber>(
    batch: Int, time: Int, channels: Int, taps: Int, x: [T], history: [T]?, weight: [T], bias: [T]?
  ) -> [T] {
    (0..<batch * time * channels).map { index in
      let (row, channel) = (index / channels, index % channels)
      var total = bias?[channel] ?? 0
      for tap in 0..<taps {
        let step = row % time - (taps - 1) + tap
        if step >= 0 {
          total += weight[channel * taps + tap] * x[(row - (taps - 1) + tap) * channels + channel]
        } else if let history {
          let place = row / time * (taps - 1) + taps - 1 + step
          total += weight[channel * taps + tap] * history[place * channels + channel]
        }
      }
      return total
    }
  }

  /// `y[i] = op(a[i])·op(b[i])`
  @inlinable
  public static func batchedProduct<T: ReferenceNumber>(
    batch: Int, m: Int, n: Int, k: Int, a: [T], transposeA: Bool, b: [T], transposeB: Bool
  ) -> [T] {
    (0..<batch * m * n).map { index in
      let (item, row, column) = (index / (m * n), index / n % m, index % n)
      return (0..<k).reduce(T(0)) { total, inner in
        let left = a[item * m * k + (transposeA ? inner * m + row : row * k + inner)]
        return total + left * b[item * k * n + (transposeB ? column * k + inner : inner * n + column)]
      }
    }
  }

  /// Axis `i` of the result is axis `order[i]` of `x`.
  @inlinable
  public static func permute<T>(sizes: [Int], order: [Int], x: [T]) -> [T] {
    let strides = sizes.indices.map { sizes[($0 + 1)...].reduce(1, *) }
    return x.indices.map { index in
      var (from, rest) = (0, index)
      for axis in order.reversed() {
        from += rest % sizes[axis] * strides[axis]
        rest /= sizes[axis]
      }
      return x[from]
    }
  }

  /// The places of the `k` largest elements, largest first, the first of equal ones first.
  @inlinable
  public static func topK<T: ReferenceNumber>(_ row: [T], _ k: Int) -> [Int] {
    Array(row.indices.sorted { (row[$1], $0) < (row[$0], $1) }.prefix(k))
  }

  /// `log Σ exp(x)` of a row.
  @inlinable
  public static func logSumExp<T: ReferenceNumber>(_ row: [T]) -> T {
    let highest = row.max() ?? 0
    return highest + T.log(row.reduce(0) { $0 + T.exp($1 - highest) })
  }
}
