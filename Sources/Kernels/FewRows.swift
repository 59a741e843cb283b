/// Products with few rows, where reading the weights is the work: `y = x·Wᵀ`, each output a dot product
/// over contiguous memory.
///
/// Every weight is read from memory once, for four outputs at a time, and serves all rows while it is in the
/// cache; OpenBLAS would first copy the weights into its own order. An output's terms are added in one
/// order, whatever the number of rows, outputs and threads: a row has the same bits alone and among others.
enum FewRows {
  /// Up to here it is faster than OpenBLAS's product.
  static let most = 16
  /// Weights of one tile: enough that taking it costs nothing, few enough for all threads to have some.
  private static let tileWeights = 32_768

  /// Outputs of one tile: whole groups of four.
  static func tileOutputs(inputs: Int) -> Int { max(4, tileWeights / max(1, inputs) / 4 * 4) }

  /// `y[row, outputs] = x[row]·weight[outputs]` on the calling thread, inside a tile. Counts its FLOPs.
  ///
  /// - Parameters:
  ///   - factor: on every result.
  ///   - weightStride: floats between the rows of `weight`; likewise the others.
  static func product(
    _ pool: ThreadPool, rows: Int, inputs: Int, outputs: Range<Int>, factor: Float = 1,
    x: UnsafePointer<Float>, xStride: Int, weight: UnsafePointer<Float>, weightStride: Int,
    y: UnsafeMutablePointer<Float>, yStride: Int
  ) {
    pool.count(flops: UInt64(2 * rows * inputs * outputs.count))
    // The four are a quarter of the outputs apart: each is a long stream, which the processor fetches ahead.
    let quarter = outputs.count / 4
    for output in outputs.lowerBound..<outputs.lowerBound + quarter {
      let group = FourOutputs(
        inputs: inputs, weight: weight + output * weightStride, step: quarter * weightStride,
        outputStep: quarter)
      var row = 0
      while row < rows {
        // The last three may have been computed before, with the same bits.
        let first = rows < 3 ? row : min(row, rows - 3)
        let (x, y) = (x + first * xStride, y + first * yStride + output)
        if rows < 3 {
          group.row(x, factor, y)
          row += 1
        } else {
          group.threeRows(x, step: xStride, factor, y, yStep: yStride)
          row += 3
        }
      }
    }
    for output in outputs.lowerBound + 4 * quarter..<outputs.upperBound {
      for row in 0..<rows {
        y[row * yStride + output] =
          dotProduct(x + row * xStride, weight + output * weightStride, inputs) * factor
      }
    }
  }
}

extension FewRows {
  /// `y = Σ weights[i]·x[i]` over `count` rows `stride` floats apart, added to `y` or in its place; a
  /// product with one row. Counts its FLOPs.
  static func weightedSum(
    _ pool: ThreadPool, count: Int, width: Int, weights: UnsafePointer<Float>, x: UnsafePointer<Float>,
    stride: Int, y: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    pool.count(flops: UInt64(2 * count * width))
    var channel = 0
    while channel + 32 <= width {
      let (x, y) = (x + channel, y + channel)
      let zero = Lanes(repeating: 0)
      var (a, b, c, d) =
        accumulate ? (load(y), load(y + 8), load(y + 16), load(y + 24)) : (zero, zero, zero, zero)
      for index in 0..<count {
        let (weight, row) = (Lanes(repeating: weights[index]), x + index &* stride)
        a.addProduct(weight, load(row))
        b.addProduct(weight, load(row + 8))
        c.addProduct(weight, load(row + 16))
        d.addProduct(weight, load(row + 24))
      }
      store(a, y)
      store(b, y + 8)
      store(c, y + 16)
      store(d, y + 24)
      channel += 32
    }
    while channel < width {
      let lanes = min(8, width - channel)
      var total = accumulate ? load(y + channel, count: lanes) : Lanes(repeating: 0)
      for index in 0..<count {
        total.addProduct(
          Lanes(repeating: weights[index]), load(x + channel + index * stride, count: lanes))
      }
      store(total, y + channel, count: lanes)
      channel += lanes
    }
  }
}

/// Four rows of weights, `step` floats apart, and their products with rows of inputs, `outputStep` floats
/// apart.
private struct FourOutputs {
  let inputs: Int
  let weight: UnsafePointer<Float>
  let step: Int
  let outputStep: Int

  @inline(__always)
  func row(_ x: UnsafePointer<Float>, _ factor: Float, _ y: UnsafeMutablePointer<Float>) {
    let (first, second, third, fourth) = (weight, weight + step, weight + 2 * step, weight + 3 * step)
    let zero = Lanes(repeating: 0)
    var (a, b, c, d) = (zero, zero, zero, zero)
    let whole = inputs & ~7
    for index in stride(from: 0, to: whole, by: 8) {
      let x = load(x + index)
      a.addProduct(x, load(first + index))
      b.addProduct(x, load(second + index))
      c.addProduct(x, load(third + index))
      d.addProduct(x, load(fourth + index))
    }
    if whole < inputs {
      let rest = inputs - whole
      let x = load(x + whole, count: rest)
      a.addProduct(x, load(first + whole, count: rest))
      b.addProduct(x, load(second + whole, count: rest))
      c.addProduct(x, load(third + whole, count: rest))
      d.addProduct(x, load(fourth + whole, count: rest))
    }
    store(a, b, c, d, factor, y)
  }

  /// The same sums for three rows of inputs: twelve sums, three inputs and one weight fill the sixteen
  /// vector registers of AVX2.
  @inline(__always)
  func threeRows(
    _ x: UnsafePointer<Float>, step xStep: Int, _ factor: Float, _ y: UnsafeMutablePointer<Float>, yStep: Int
  ) {
    var (a, b, c, d) = (ThreeRows(), ThreeRows(), ThreeRows(), ThreeRows())
    let whole = inputs & ~7
    for index in stride(from: 0, to: whole, by: 8) {
      let (p, q, r) = (load(x + index), load(x + xStep + index), load(x + 2 * xStep + index))
      a.add(load(weight + index), p, q, r)
      b.add(load(weight + step + index), p, q, r)
      c.add(load(weight + 2 * step + index), p, q, r)
      d.add(load(weight + 3 * step + index), p, q, r)
    }
    if whole < inputs {
      let rest = inputs - whole
      let (p, q, r) = (
        load(x + whole, count: rest), load(x + xStep + whole, count: rest),
        load(x + 2 * xStep + whole, count: rest)
      )
      a.add(load(weight + whole, count: rest), p, q, r)
      b.add(load(weight + step + whole, count: rest), p, q, r)
      c.add(load(weight + 2 * step + whole, count: rest), p, q, r)
      d.add(load(weight + 3 * step + whole, count: rest), p, q, r)
    }
    store(a.p, b.p, c.p, d.p, factor, y)
    store(a.q, b.q, c.q, d.q, factor, y + yStep)
    store(a.r, b.r, c.r, d.r, factor, y + 2 * yStep)
  }

  /// `y = factor·sum` of four outputs, each with the bits of `sum`.
  @inline(__always)
  private func store(
    _ a: Lanes, _ b: Lanes, _ c: Lanes, _ d: Lanes, _ factor: Float, _ y: UnsafeMutablePointer<Float>
  ) {
    let (first, second) = (halves(a, b), halves(c, d))
    let even = SIMD4(lowHalf: first.evenHalf, highHalf: second.evenHalf)
    let odd = SIMD4(lowHalf: first.oddHalf, highHalf: second.oddHalf)
    let sums = (even + odd) * factor
    y[0] = sums[0]
    y[outputStep] = sums[1]
    y[2 * outputStep] = sums[2]
    y[3 * outputStep] = sums[3]
  }
}

/// The sums of one output for three rows of inputs.
private struct ThreeRows {
  var p = Lanes(repeating: 0)
  var q = Lanes(repeating: 0)
  var r = Lanes(repeating: 0)

  @inline(__always)
  mutating func add(_ weight: Lanes, _ x: Lanes, _ second: Lanes, _ third: Lanes) {
    p.addProduct(x, weight)
    q.addProduct(second, weight)
    r.addProduct(third, weight)
  }
}

/// The lanes of two sums added down to two each.
@inline(__always)
private func halves(_ a: Lanes, _ b: Lanes) -> SIMD4<Float> {
  let (a, b) = (a.lowHalf + a.highHalf, b.lowHalf + b.highHalf)
  return SIMD4(lowHalf: a.lowHalf, highHalf: b.lowHalf) + SIMD4(lowHalf: a.highHalf, highHalf: b.highHalf)
}
