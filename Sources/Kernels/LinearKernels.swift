/// `y = activation(x·Wᵀ + bias)`: the product tile by tile, each finished block by block in the cache.
///
/// - Parameters:
///   - preactivation: receives `x·Wᵀ + bias`, which the backward of an activation needs.
///   - precision: of the product, where there are more than a few rows.
/// - Shapes: `x` `[rows, inputs]`, `weight` `[outputs, inputs]`, `bias` `[outputs]`, `preactivation` and
///   `y` `[rows, outputs]`.
/// - Complexity: 2·rows·inputs·outputs FLOPs.
package func linearForward(
  _ pool: ThreadPool, rows: Int, inputs: Int, outputs: Int, x: UnsafePointer<Float>,
  weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, activation: Activation,
  preactivation: UnsafeMutablePointer<Float>?, y: UnsafeMutablePointer<Float>,
  precision: ProductPrecision = .fp32
) {
  let inner = preactivation ?? y
  let finish = LinearFinish(outputs: outputs, bias: bias, activation: activation, inner: inner, y: y)
  if rows <= FewRows.most {
    let operands = Shared((x: x, weight: weight, inner: inner))
    let step = FewRows.tileOutputs(inputs: inputs)
    pool.run(tiles: (outputs + step - 1) / step) { tile, _ in
      let (x, weight, inner) = operands.value
      let columns = tile * step..<min(outputs, (tile + 1) * step)
      FewRows.product(
        pool, rows: rows, inputs: inputs, outputs: columns, x: x, xStride: inputs, weight: weight,
        weightStride: inputs, y: inner, yStride: outputs)
      finish(rows: 0..<rows, columns: columns)
    }
    return
  }
  matrixMultiply(
    pool, m: rows, n: outputs, k: inputs, x, aStride: inputs, transposeA: false, weight, bStride: inputs,
    transposeB: true, inner, cStride: outputs, accumulate: false, precision: precision
  ) { finish(rows: $0, columns: $1) }
}

/// What follows the product in a block: bias and activation.
private struct LinearFinish: @unchecked Sendable {
  let outputs: Int
  let bias: UnsafePointer<Float>?
  let activation: Activation
  let inner: UnsafeMutablePointer<Float>
  let y: UnsafeMutablePointer<Float>

  func callAsFunction(rows: Range<Int>, columns: Range<Int>) {
    guard bias != nil || activation != .identity || inner != y else { return }
    for row in rows {
      let (from, to) = (inner + row * outputs, y + row * outputs)
      if let bias { mapLanes(columns, from, bias, from) { $0 + $1 } }
      if activation != .identity || from != to { activate(activation, columns, from, to) }
    }
  }
}

/// How many floats of scratch memory `biasActivationBackward` needs.
package func biasActivationScratch(rows: Int, width: Int) -> Int { biasTiles(rows, width) * width }

/// Sixteen at most: more threads than that are not fed by rows, and the scratch stays small compared with
/// a vocabulary.
private func biasTiles(_ rows: Int, _ width: Int) -> Int {
  max(1, min(16, min(rows, rows * width / chunkLength)))
}

/// In place, `dy` becomes the gradient before the activation, `dy·activation′(preactivation)`; the bias
/// gradient receives its sums over rows, always in the same order.
///
/// - Parameters:
///   - preactivation: needed unless `activation` is the identity; where `holdsSlope`, its slopes instead.
///   - accumulate: whether the bias gradient is added to.
///   - scratch: `biasActivationScratch` floats.
/// - Shapes: `preactivation` and `dy` `[rows, width]`, `biasGradient` `[width]`.
package func biasActivationBackward(
  _ pool: ThreadPool, rows: Int, width: Int, activation: Activation, preactivation: UnsafePointer<Float>?,
  holdsSlope: Bool = false, dy: UnsafeMutablePointer<Float>, biasGradient: UnsafeMutablePointer<Float>?,
  accumulate: Bool, scratch: UnsafeMutablePointer<Float>
) {
  precondition(preactivation != nil || activation == .identity, "the activation's slope needs its input")
  let tiles = biasTiles(rows, width)
  let operands = Shared((input: preactivation, dy: dy, sums: biasGradient == nil ? nil : scratch))
  pool.run(tiles: tiles) { tile, _ in
    let (input, dy, sums) = operands.value
    let total = sums.map { $0 + tile * width }
    total?.update(repeating: 0, count: width)
    for row in rows * tile / tiles..<rows * (tile + 1) / tiles {
      let gradient = dy + row * width
      if let input, holdsSlope {
        mapLanes(0..<width, input + row * width, gradient, gradient) { $0 * $1 }
      } else if let input, activation != .identity {
        multiplyBySlope(activation, 0..<width, input + row * width, gradient, gradient)
      }
      if let total { mapLanes(0..<width, total, gradient, total) { $0 + $1 } }
    }
  }
  guard let biasGradient else { return }
  addRows(pool, rows: tiles, width: width, scratch, to: biasGradient, accumulate: accumulate)
}

/// The sums of the columns of `x` `[rows, width]`, row after row, added to `y` or in its place.
func addRows(
  _ pool: ThreadPool, rows: Int, width: Int, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>,
  accumulate: Bool
) {
  let operands = Shared((x: x, y: y))
  forEachChunk(pool, count: width) { range in
    let (x, y) = operands.value
    for row in 0..<rows {
      let next = x + row * width
      if row == 0, !accumulate {
        (y + range.lowerBound).update(from: next + range.lowerBound, count: range.count)
      } else {
        mapLanes(range, y, next, y) { $0 + $1 }
      }
    }
  }
}
