import Kernels

extension Reference {
  /// Rotary positions: in the first `heads` heads of each row, channel `i` and channel
  /// `i + rotatedWidth/2` turn by the angle of the row's position; all else passes.
  ///
  /// - Parameter table: `[positions, rotatedWidth]`, the cosines of each position, then its sines.
  @inlinable
  public static func rotary<T: ReferenceNumber>(
    rows: Int, stride: Int, time: Int, starts: [Int32]?, heads: Int, headWidth: Int, rotatedWidth: Int,
    table: [T], inverse: Bool, x: [T]
  ) -> [T] {
    var y = x
    let half = rotatedWidth / 2
    for row in 0..<rows {
      let place = (row % time + Int(starts?[row / time] ?? 0)) * rotatedWidth
      for head in 0..<heads {
        for pair in 0..<half {
          let first = row * stride + head * headWidth + pair
          let (cosine, sine) = (table[place + pair], table[place + half + pair] * (inverse ? -1 : 1))
          y[first] = x[first] * cosine - x[first + half] * sine
          y[first + half] = x[first] * sine + x[first + half] * cosine
        }
      }
    }
    return y
  }

  /// The sum of look-ups `y[row] = Σ scale·table[ids[row]]`.
  @inlinable
  public static func embeddingForward<T: ReferenceNumber>(
    rows: Int, width: Int, lookups: [(ids: [Int32], table: [T], scale: T)]
  ) -> [T] {
    var y = [T](repeating: 0, count: rows * width)
    for lookup in lookups {
      for row in 0..<rows {
        for column in 0..<width {
          y[row * width + column] += lookup.scale * lookup.table[Int(lookup.ids[row]) * width + column]
        }
      }
    }
    return y
  }

  /// The gradient of one table of a look-up: each position's gradient added to the row that it took.
  @inlinable
  public static func embeddingBackward<T: ReferenceNumber>(
    rows: Int, width: Int, entries: Int, ids: [Int32], scale: T, dy: [T]
  ) -> [T] {
    var tableGradient = [T](repeating: 0, count: entries * width)
    for row in 0..<rows {
      for column in 0..<width {
        tableGradient[Int(ids[row]) * width + column] += scale * dy[row * width + column]
      }
    }
    return tableGradient
  }

  /// `y[i] = x[indices[i]]`.
  @inlinable
  public static func gatherRows<T: ReferenceNumber>(width: Int, indices: [Int32], x: [T]) -> [T] {
    indices.flatMap { x[Int($0) * width..<(Int($0) + 1) * width] }
  }

  /// The gradient of `gatherRows`: zeros with `x[i]` added to row `indices[i]`.
  @inlinable
  public static func scatterRows<T: ReferenceNumber>(
    width: Int, indices: [Int32], x: [T], destinationRows: Int
  ) -> [T] {
    embeddingBackward(
      rows: indices.count, width: width, entries: destinationRows, ids: indices, scale: 1, dy: x)
  }

  /// Cross-entropy of logits, one number at a time.
  ///
  ///     y = cap·tanh((logits + bias)/cap), or logits + bias without a cap
  ///     loss = log Σ exp(y) − y[target]
  ///     gradient = (softmax(y) − one(target))·(1 − (y/cap)²)·gradientScale·weight
  ///
  /// A hit is a row whose highest logit (the first of equal ones) is the target's.
  @inlinable
  public static func softmaxCrossEntropy<T: ReferenceNumber>(
    rows: Int, vocabulary: Int, logits: [T], bias: [T]?, cap: T? = nil, targets: [Int32],
    weights: [T]? = nil, gradientScale: T
  ) -> (gradient: [T], losses: [T], hits: [Int32]) {
    var biased = logits
    for index in logits.indices {
      biased[index] += bias?[index % vocabulary] ?? 0
      if let cap { biased[index] = cap * T.tanh(biased[index] / cap) }
    }
    var gradient = softmaxRows(rows: rows, width: vocabulary, x: biased, logarithm: false)
    let logarithms = softmaxRows(rows: rows, width: vocabulary, x: biased, logarithm: true)
    var (losses, hits): ([T], [Int32]) = ([], [])
    for row in 0..<rows {
      let target = Int(targets[row])
      losses.append(-logarithms[row * vocabulary + target])
      gradient[row * vocabulary + target] -= 1
      var best = 0
      for word in 0..<vocabulary where biased[row * vocabulary + word] > biased[row * vocabulary + best] {
        best = word
      }
      hits.append(best == target ? 1 : 0)
    }
    let scaled = gradient.indices.map { place in
      let slope = cap.map { 1 - biased[place] / $0 * (biased[place] / $0) } ?? 1
      return gradient[place] * slope * gradientScale * (weights?[place / vocabulary] ?? 1)
    }
    return (scaled, losses, hits)
  }

  /// The softmax of each row, or its logarithm.
  @inlinable
  public static func softmaxRows<T: ReferenceNumber>(rows: Int, width: Int, x: [T], logarithm: Bool) -> [T] {
    (0..<rows).flatMap { row -> [T] in
      let values = x[row * width..<(row + 1) * width]
      let highest = values.max() ?? 0
      let total = highest + T.log(values.reduce(0) { $0 + T.exp($1 - highest) })
      return values.map { logarithm ? $0 - total : T.exp($0 - total) }
    }
  }
}
