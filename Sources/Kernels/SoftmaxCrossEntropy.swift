import Foundation

/// Cross-entropy of logits; in place they become their gradient.
///
///     y = cap(logits + bias)
///     loss = log Σ exp(y) − y[target]
///     logits ← (softmax(y) − one(target))·cap′·gradientScale·weight
///
/// - Parameters:
///   - logits: `[rows, vocabulary]`. Without a gradient their content is undefined afterwards.
///   - bias: `[vocabulary]`; nil: none.
///   - cap: the bound of `y`, `cap·tanh(x/cap)`; 0: none.
///   - targets: `[rows]`, inside the vocabulary (the caller has looked).
///   - weights: `[rows]`, of the gradients and not of the losses; nil: all 1.
///   - losses: `[rows]`, in nats.
///   - hits: `[rows]`, 1 where the highest logit (the first of equal ones) is the target's.
///   - gradientScale: nil: no gradient.
package func softmaxCrossEntropy(
  _ pool: ThreadPool, rows: Int, vocabulary: Int, logits: UnsafeMutablePointer<Float>,
  bias: UnsafePointer<Float>?, cap: Float = 0, targets: UnsafePointer<Int32>,
  weights: UnsafePointer<Float>? = nil,
  losses: UnsafeMutablePointer<Float>, hits: UnsafeMutablePointer<Int32>, gradientScale: Float?
) {
  let operands = Shared(
    (logits: logits, bias: bias, targets: targets, weights: weights, losses: losses, hits: hits))
  let cut = RowCut(rows: rows, width: vocabulary)
  pool.run(tiles: cut.tiles) { tile, _ in
    let (logits, bias, targets, weights, losses, hits) = operands.value
    for row in cut.range(tile) {
      let values = logits + row * vocabulary
      let target = Int(targets[row])
      var highest = addBias(values, bias, vocabulary)
      if cap > 0 {
        let inverse = 1 / cap
        mapLanes(0..<vocabulary, values, values) { tanh($0 * inverse) * cap }
        highest = highestValue(values, vocabulary)
      }
      let aim = values[target]
      hits[row] = aim == highest && isFirst(values, target, highest) ? 1 : 0
      // The slope of the cap follows from the capped values, which must outlive the exponentials then.
      let total = exponentials(
        values, vocabulary, shift: highest, into: gradientScale == nil || cap > 0 ? nil : values)
      losses[row] = highest + log(total) - aim
      guard let gradientScale else { continue }
      let scale = weights.map { gradientScale * $0[row] } ?? gradientScale
      guard cap > 0 else {
        scaleRow(values, vocabulary, by: scale / total)
        values[target] -= scale
        continue
      }
      let (inverse, share) = (1 / cap, scale / total)
      mapLanes(0..<vocabulary, values, values) { value in
        let bent = value * inverse
        return expOfNonpositive(value - highest) * share * (1 - bent * bent)
      }
      values[target] -= scale * (1 - aim * inverse * (aim * inverse))
    }
  }
}

/// The softmax of each row, or its logarithm.
///
///     y = exp(x − log Σ exp(x))   or   y = x − log Σ exp(x)
///
/// - Shapes: `x` and `y` `[rows, width]`; may be the same.
package func softmaxRows(
  _ pool: ThreadPool, rows: Int, width: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>,
  logarithm: Bool
) {
  let operands = Shared((x: x, y: y))
  let cut = RowCut(rows: rows, width: width)
  pool.run(tiles: cut.tiles) { tile, _ in
    let (x, y) = operands.value
    for row in cut.range(tile) {
      let (source, target) = (x + row * width, y + row * width)
      let highest = highestValue(source, width)
      if logarithm {
        let total = exponentials(source, width, shift: highest, into: nil)
        let shift = Lanes(repeating: highest + log(total))
        mapLanes(0..<width, source, target) { $0 - shift }
      } else {
        let total = exponentials(source, width, shift: highest, into: target)
        scaleRow(target, width, by: 1 / total)
      }
    }
  }
}

/// Adds the bias to a row and returns its highest value.
@inline(__always)
private func addBias(_ x: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>?, _ count: Int) -> Float {
  let whole = count & ~7
  var best = Lanes(repeating: -.infinity)
  for index in stride(from: 0, to: whole, by: 8) {
    var value = load(x + index)
    if let bias {
      value += load(bias + index)
      store(value, x + index)
    }
    best = larger(best, value)
  }
  var highest = best[0]
  for lane in 1..<8 { highest = max(highest, best[lane]) }
  for index in whole..<count {
    if let bias { x[index] += bias[index] }
    highest = max(highest, x[index])
  }
  return highest
}

/// Whether no value before `place` is the highest too.
private func isFirst(_ x: UnsafePointer<Float>, _ place: Int, _ highest: Float) -> Bool {
  for index in 0..<place where x[index] == highest { return false }
  return true
}

/// The highest value of a row; −∞ for an empty one.
@inline(__always)
func highestValue(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
  // Four chains: each comparison waits for the one before it.
  var best = (
    Lanes(repeating: -.infinity), Lanes(repeating: -.infinity), Lanes(repeating: -.infinity),
    Lanes(repeating: -.infinity)
  )
  var index = 0
  while index + 32 <= count {
    best.0 = larger(best.0, load(x + index))
    best.1 = larger(best.1, load(x + index + 8))
    best.2 = larger(best.2, load(x + index + 16))
    best.3 = larger(best.3, load(x + index + 24))
    index += 32
  }
  while index < count {
    best.0 = larger(best.0, load(x + index, count: min(8, count - index), filler: -.infinity))
    index += 8
  }
  let all = larger(larger(best.0, best.1), larger(best.2, best.3))
  var highest = all[0]
  for lane in 1..<8 { highest = max(highest, all[lane]) }
  return highest
}

/// `Σ exp(x − shift)`, and each exponential into `y`, which may be `x`; nil: not wanted.
@inline(__always)
func exponentials(
  _ x: UnsafePointer<Float>, _ count: Int, shift: Float, into y: UnsafeMutablePointer<Float>?
) -> Float {
  let whole = count & ~7
  var total = Lanes(repeating: 0)
  for index in stride(from: 0, to: whole, by: 8) {
    let value = expOfNonpositive(load(x + index) - shift)
    if let y { store(value, y + index) }
    total += value
  }
  if whole < count {
    let value = expOfNonpositive(load(x + whole, count: count - whole, filler: -.infinity) - shift)
    if let y { store(value, y + whole, count: count - whole) }
    total += value
  }
  return sum(total)
}
