import Kernels

extension Reference {
  /// The nearest number of eight significant bits, the even one of two that are as near; beyond the largest by half
  /// a step or more, infinity.
  @inlinable
  public static func bfloat16(_ x: Float) -> Float {
    guard x.isFinite else { return x }
    let below = Float(bitPattern: x.bitPattern & 0xffff_0000)
    // Away from zero; for the largest number, what would come next if there were no largest.
    let step = Double(below.ulp) * 65_536
    let above = Double(below) + (x.sign == .minus ? -step : step)
    let (toBelow, toAbove) = (abs(Double(x) - Double(below)), abs(above - Double(x)))
    let isEven = below.bitPattern & 0x1_0000 == 0
    return toBelow < toAbove || (toBelow == toAbove && isEven) ? below : Float(above)
  }

  /// `op(a)·op(b) + beta·c`, all row-major without gaps.
  ///
  /// - Shapes: `op(a)` `[m, k]`, `op(b)` `[k, n]`, `c` and the result `[m, n]`.
  @inlinable
  public static func matrixMultiply<T: ReferenceNumber>(
    m: Int, n: Int, k: Int, _ a: [T], transposeA: Bool, _ b: [T], transposeB: Bool, c: [T], beta: T
  ) -> [T] {
    var result = c
    for row in 0..<m {
      for column in 0..<n {
        var sum: T = 0
        for inner in 0..<k {
          let left = transposeA ? a[inner * m + row] : a[row * k + inner]
          let right = transposeB ? b[column * k + inner] : b[inner * n + column]
          sum += left * right
        }
        result[row * n + column] = sum + (beta == 0 ? 0 : beta * c[row * n + column])
      }
    }
    return result
  }

  /// `activation(x·Wᵀ + bias)` and what is before the activation.
  @inlinable
  public static func linear<T: ReferenceNumber>(
    rows: Int, inputs: Int, outputs: Int, x: [T], weight: [T], bias: [T]?, activation: Activation
  ) -> (preactivation: [T], y: [T]) {
    var inner = matrixMultiply(
      m: rows, n: outputs, k: inputs, x, transposeA: false, weight, transposeB: true,
      c: [T](repeating: 0, count: rows * outputs), beta: 0)
    if let bias { for index in inner.indices { inner[index] += bias[index % outputs] } }
    return (inner, inner.map { Self.activation(activation, $0) })
  }

  /// The gradient before an activation, and its sums over rows.
  @inlinable
  public static func biasActivationBackward<T: ReferenceNumber>(
    width: Int, activation: Activation, preactivation: [T], dy: [T]
  ) -> (inner: [T], biasGradient: [T]) {
    var sums = [T](repeating: 0, count: width)
    var inner = dy
    for index in dy.indices {
      inner[index] = dy[index] * activationSlope(activation, preactivation[index])
      sums[index % width] += inner[index]
    }
    return (inner, sums)
  }
}
