/// Causal depthwise convolution over time: each channel has its own taps and sees itself and the `taps − 1` inputs
/// before.
///
///     y[b, t, c] = bias[c] + Σ over j of weight[c, j]·x[b, t − (taps − 1) + j, c]
///
/// - Parameters:
///   - history: `[batch, taps − 1, channels]`, the inputs before the first; nil: zeros.
///   - scratch: `taps·channels` floats.
/// - Shapes: `x` and `y` `[batch, time, channels]`, `weight` `[channels, taps]`, `bias` `[channels]`.
/// - Source: Gu and Dao, "Mamba", 2023; Poli et al., "Hyena hierarchy", 2023.
package func causalConvolution(
  _ pool: ThreadPool, batch: Int, time: Int, channels: Int, taps: Int, x: UnsafePointer<Float>,
  history: UnsafePointer<Float>?, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  y: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
) {
  transpose(weight, rows: channels, columns: taps, into: scratch)
  let operands = Shared((x: x, history: history, weight: scratch, bias: bias, y: y))
  forEachRowRange(pool, rows: batch * time, width: channels) { rows in
    let (x, history, weight, bias, y) = operands.value
    for row in rows {
      let (step, target) = (row % time, y + row * channels)
      if taps == 4, step >= 3 {
        fourTaps(channels, weight, x + (row - 3) * channels, channels, bias, target)
        continue
      }
      if let bias { target.update(from: bias, count: channels) } else { clear(target, channels) }
      for tap in 0..<taps {
        let back = taps - 1 - tap
        let source: UnsafePointer<Float>
        if back <= step {
          source = x + (row - back) * channels
        } else if let history {
          source = history + (row / time * (taps - 1) + step + tap) * channels
        } else {
          continue
        }
        addProducts(channels, weight + tap * channels, source, to: target)
      }
    }
  }
}

/// `y = y₀ + Σ over four rows of weight·x` in one pass over memory: what most state-space models need.
///
/// - Parameters:
///   - step: from one row of `x` to the next.
///   - start: `y₀`, which may be `y`; nil: zeros.
///   - weightStep: from one row of the weights to the next.
@inline(__always)
private func fourTaps(
  _ count: Int, _ weight: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ step: Int,
  _ start: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>, weightStep: Int? = nil
) {
  let weightStep = weightStep ?? step
  let (w0, w1, w2, w3) = (weight, weight + weightStep, weight + 2 * weightStep, weight + 3 * weightStep)
  let (x0, x1, x2, x3) = (x, x + step, x + 2 * step, x + 3 * step)
  let whole = count & ~7
  for index in stride(from: 0, to: whole, by: 8) {
    var total = start.map { load($0 + index) } ?? Lanes(repeating: 0)
    total.addProduct(load(w0 + index), load(x0 + index))
    total.addProduct(load(w1 + index), load(x1 + index))
    total.addProduct(load(w2 + index), load(x2 + index))
    total.addProduct(load(w3 + index), load(x3 + index))
    store(total, y + index)
  }
  for index in whole..<count {
    var total = start.map { $0[index] } ?? 0
    total = total.addingProduct(w0[index], x0[index]).addingProduct(w1[index], x1[index])
    y[index] = total.addingProduct(w2[index], x2[index]).addingProduct(w3[index], x3[index])
  }
}

/// The gradient of `causalConvolution` with respect to its input, or added to `dx`:
///
///     dx[b, t, c] = Σ over j of weight[c, j]·dy[b, t + (taps − 1) − j, c]
///
/// - Parameter scratch: `taps·channels` floats.
package func causalConvolutionInputGradient(
  _ pool: ThreadPool, batch: Int, time: Int, channels: Int, taps: Int, weight: UnsafePointer<Float>,
  dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>, accumulate: Bool,
  scratch: UnsafeMutablePointer<Float>
) {
  transpose(weight, rows: channels, columns: taps, into: scratch)
  let operands = Shared((weight: scratch, dy: dy, dx: dx))
  forEachRowRange(pool, rows: batch * time, width: channels) { rows in
    let (weight, dy, dx) = operands.value
    for row in rows {
      let target = dx + row * channels
      if taps == 4, row % time + 3 < time {
        fourTaps(
          channels, weight + 3 * channels, dy + row * channels, channels, accumulate ? target : nil, target,
          weightStep: -channels)
        continue
      }
      if !accumulate { clear(target, channels) }
      for tap in 0..<taps {
        let ahead = taps - 1 - tap
        guard row % time + ahead < time else { continue }
        addProducts(channels, weight + tap * channels, dy + (row + ahead) * channels, to: target)
      }
    }
  }
}

/// The products of a row of gradients with four rows of `x`, added to four rows of sums, and the gradients to a fifth.
@inline(__always)
private func addFourTaps(
  _ count: Int, _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>
) {
  let whole = count & ~7
  for index in stride(from: 0, to: whole, by: 8) {
    let gradient = load(dy + index)
    func add(_ tap: Int) {
      let sum = sums + tap * count + index
      store(load(sum).addingProduct(gradient, load(x + tap * count + index)), sum)
    }
    add(0)
    add(1)
    add(2)
    add(3)
    let bias = sums + 4 * count + index
    store(load(bias) + gradient, bias)
  }
  for index in whole..<count {
    for tap in 0..<4 {
      let place = tap * count + index
      sums[place] = sums[place].addingProduct(dy[index], x[place])
    }
    sums[4 * count + index] += dy[index]
  }
}

/// How many floats of scratch memory `causalConvolutionWeightGradient` needs.
package func causalConvolutionScratch(rows: Int, channels: Int, taps: Int) -> Int {
  convolutionTiles(rows, channels) * (taps + 1) * channels
}

/// Parts of the rows that are summed apart.
private func convolutionTiles(_ rows: Int, _ channels: Int) -> Int {
  max(1, min(16, min(rows, rows * channels / chunkLength)))
}

/// The gradients of `causalConvolution` with respect to its weight and bias, or added to them:
///
///     dWeight[c, j] = Σ over b and t of dy[b, t, c]·x[b, t − (taps − 1) + j, c];   dBias[c] = Σ dy[b, t, c]
///
/// Tiles are ranges of rows, added up in their order.
///
/// - Parameter scratch: `causalConvolutionScratch` floats.
package func causalConvolutionWeightGradient(
  _ pool: ThreadPool, batch: Int, time: Int, channels: Int, taps: Int, x: UnsafePointer<Float>,
  dy: UnsafePointer<Float>, weightGradient: UnsafeMutablePointer<Float>?,
  biasGradient: UnsafeMutablePointer<Float>?, accumulateWeight: Bool, accumulateBias: Bool,
  scratch: UnsafeMutablePointer<Float>
) {
  let (rows, size) = (batch * time, (taps + 1) * channels)
  let tiles = convolutionTiles(rows, channels)
  let operands = Shared((x: x, dy: dy, sums: scratch))
  pool.run(tiles: tiles) { tile, _ in
    let (x, dy, sums) = operands.value
    let total = sums + tile * size
    clear(total, size)
    for row in rows * tile / tiles..<rows * (tile + 1) / tiles {
      let gradient = dy + row * channels
      let bias = total + taps * channels
      if taps == 4, row % time >= 3 {
        addFourTaps(channels, gradient, x + (row - 3) * channels, to: total)
        continue
      }
      for tap in max(0, taps - 1 - row % time)..<taps {
        addProducts(channels, gradient, x + (row - (taps - 1 - tap)) * channels, to: total + tap * channels)
      }
      mapLanes(0..<channels, bias, gradient, bias) { $0 + $1 }
    }
  }
  for tile in 1..<max(1, tiles) {
    mapLanes(0..<size, scratch, scratch + tile * size, scratch) { $0 + $1 }
  }
  if let weightGradient {
    for channel in 0..<channels {
      for tap in 0..<taps {
        let place = channel * taps + tap
        weightGradient[place] =
          scratch[tap * channels + channel] + (accumulateWeight ? weightGradient[place] : 0)
      }
    }
  }
  if let biasGradient {
    let bias = scratch + taps * channels
    for channel in 0..<channels {
      biasGradient[channel] = bias[channel] + (accumulateBias ? biasGradient[channel] : 0)
    }
  }
}
