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
public func causalConvolution(
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

/// `[rows, columns]` to `[columns, rows]`; small.
private func transpose(
  _ x: UnsafePointer<Float>, rows: Int, columns: Int, into y: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    for column in 0..<columns { y[column * rows + row] = x[row * columns + column] }
  }
}

/// The gradient of `causalConvolution` with respect to its input, or added to `dx`:
///
///     dx[b, t, c] = Σ over j of weight[c, j]·dy[b, t + (taps − 1) − j, c]
///
/// - Parameter scratch: `taps·channels` floats.
public func causalConvolutionInputGradient(
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
      if !accumulate { clear(target, channels) }
      for tap in 0..<taps {
        let ahead = taps - 1 - tap
        guard row % time + ahead < time else { continue }
        addProducts(channels, weight + tap * channels, dy + (row + ahead) * channels, to: target)
      }
    }
  }
}

/// The gradients of `causalConvolution` with respect to its weight and bias, or added to them:
///
///     dWeight[c, j] = Σ over b and t of dy[b, t, c]·x[b, t − (taps − 1) + j, c];   dBias[c] = Σ dy[b, t, c]
///
/// Tiles are ranges of channels, each of which reads all steps in order.
///
/// - Parameter scratch: `(taps + 1)·channels` floats.
public func causalConvolutionWeightGradient(
  _ pool: ThreadPool, batch: Int, time: Int, channels: Int, taps: Int, x: UnsafePointer<Float>,
  dy: UnsafePointer<Float>, weightGradient: UnsafeMutablePointer<Float>?,
  biasGradient: UnsafeMutablePointer<Float>?, accumulateWeight: Bool, accumulateBias: Bool,
  scratch: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, dy: dy, weight: weightGradient, bias: biasGradient, sums: scratch))
  AxisView(outer: 1, size: batch * time, inner: channels).forEachLine(pool) { _, columns in
    let (x, dy, weightGradient, biasGradient, sums) = operands.value
    let (first, count) = (columns.lowerBound, columns.count)
    for tap in 0...taps { clear(sums + tap * channels + first, count) }
    for row in 0..<batch * time {
      let gradient = dy + row * channels + first
      for tap in max(0, taps - 1 - row % time)..<taps {
        let source = x + (row - (taps - 1 - tap)) * channels + first
        addProducts(count, gradient, source, to: sums + tap * channels + first)
      }
      let total = sums + taps * channels + first
      mapLanes(0..<count, total, gradient, total) { $0 + $1 }
    }
    for channel in columns {
      if let weightGradient {
        for tap in 0..<taps {
          let place = channel * taps + tap
          weightGradient[place] =
            sums[tap * channels + channel] + (accumulateWeight ? weightGradient[place] : 0)
        }
      }
      if let biasGradient {
        biasGradient[channel] = sums[taps * channels + channel] + (accumulateBias ? biasGradient[channel] : 0)
      }
    }
  }
}
