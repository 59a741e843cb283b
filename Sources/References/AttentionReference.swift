import Kernels

extension Reference {
  /// The element of a dropout mask over `[B, H, Tq, Tk]` that belongs to a probability: rows begin at
  /// multiples of 64 elements, because 64 are drawn together.
  @inlinable
  static func dropoutElement(row: Int, key: Int, keyTime: Int) -> Int {
    row * ((keyTime + 63) / 64 * 64) + key
  }

  /// Softmax attention, one number at a time.
  ///
  ///     score[i, j] = cap(scale·q[i]·k[j]) + bias[i, j] − slope·|i + queryOffset − j|   where i sees j
  ///     output[i] = Σ over visible j of dropout(exp(score[i, j] − logSumExp[i]))·v[j]
  ///
  /// A sink is one more score of each softmax. A query that sees nothing gives zeros; its `logSumExp` is −∞, or the sink.
  ///
  /// - Returns: `output` `[B, Tq, outputStride]`, `logSumExp` `[B, H, Tq]`, `probabilities`
  ///   `[B, H, Tq, Tk]` before dropout.
  @inlinable
  public static func attentionForward<T: ReferenceNumber>(
    _ shape: AttentionShape, q: [T], k: [T], v: [T], ranges: [Int32], rangeBatch: Int, slopes: [T]?,
    dropout: Dropout?, bias: [T]? = nil, biasBatch: Int = 1, sinks: [T]? = nil
  ) -> (output: [T], logSumExp: [T], probabilities: [T]) {
    let (queryTime, keyTime, width) = (shape.queryTime, shape.keyTime, shape.valueWidth)
    var output = [T](repeating: 0, count: shape.batch * queryTime * shape.outputStride)
    var logSumExp = [T](repeating: -.infinity, count: shape.batch * shape.heads * queryTime)
    var probabilities = [T](repeating: 0, count: shape.batch * shape.heads * queryTime * keyTime)
    for sequence in 0..<shape.batch {
      for head in 0..<shape.heads {
        for query in 0..<queryTime {
          let row = (sequence * shape.heads + head) * queryTime + query
          let visible = visibleKeys(ranges, rangeBatch, sequence, query, queryTime: queryTime)
          let scores = visible.map { key -> T in
            let place = ((biasBatch == 1 ? 0 : sequence * shape.heads) + head) * queryTime + query
            return score(shape, q, k, slopes?[head], sequence: sequence, head: head, query: query, key: key)
              + (bias?[place * keyTime + key] ?? 0)
          }
          let all = scores + (sinks.map { [$0[head]] } ?? [])
          guard let highest = all.max() else { continue }
          let total = highest + T.log(all.reduce(0) { $0 + T.exp($1 - highest) })
          logSumExp[row] = total
          let into = (sequence * queryTime + query) * shape.outputStride + head * width
          for (key, score) in zip(visible, scores) {
            let probability = T.exp(score - total)
            probabilities[row * keyTime + key] = probability
            let element = dropoutElement(row: row, key: key, keyTime: keyTime)
            let kept = probability * T(dropout?.factor(at: element) ?? 1)
            let from = (sequence * keyTime + key) * shape.valueStride + head / shape.group * width
            for channel in 0..<width { output[into + channel] += kept * v[from + channel] }
          }
        }
      }
    }
    return (output, logSumExp, probabilities)
  }

  /// The gradients of `attentionForward` without cap, bias, sinks or another value width, one number at a time.
  ///
  ///     dP = dropout(dOut·vᵀ);   dS = P·(dP − Σ P·dP)
  ///     dq = scale·dS·k;   dk = scale·dSᵀ·q;   dv = dropout(P)ᵀ·dOut
  ///
  /// - Returns: gradients laid out as `q`, `k` and `v` are.
  @inlinable
  public static func attentionBackward<T: ReferenceNumber>(
    _ shape: AttentionShape, q: [T], k: [T], v: [T], ranges: [Int32], rangeBatch: Int, slopes: [T]?,
    dropout: Dropout?, dOut: [T]
  ) -> (dq: [T], dk: [T], dv: [T]) {
    let (queryTime, keyTime, width) = (shape.queryTime, shape.keyTime, shape.headWidth)
    let scale = T(shape.scale)
    var dq = [T](repeating: 0, count: q.count)
    var dk = [T](repeating: 0, count: k.count)
    var dv = [T](repeating: 0, count: v.count)
    let forward = attentionForward(
      shape, q: q, k: k, v: v, ranges: ranges, rangeBatch: rangeBatch, slopes: slopes, dropout: dropout)
    for sequence in 0..<shape.batch {
      for head in 0..<shape.heads {
        for query in 0..<queryTime {
          let row = (sequence * shape.heads + head) * queryTime + query
          let visible = visibleKeys(ranges, rangeBatch, sequence, query, queryTime: queryTime)
          let queryPlace = (sequence * queryTime + query) * shape.queryStride + head * width
          let outPlace = (sequence * queryTime + query) * shape.outputStride + head * width
          let shared = head / shape.group * width
          var probabilityGradients: [T] = []
          var weighted: T = 0
          for key in visible {
            let valuePlace = (sequence * keyTime + key) * shape.valueStride + shared
            let element = dropoutElement(row: row, key: key, keyTime: keyTime)
            let factor = T(dropout?.factor(at: element) ?? 1)
            let probability = forward.probabilities[row * keyTime + key]
            var gradient: T = 0
            for channel in 0..<width {
              gradient += factor * dOut[outPlace + channel] * v[valuePlace + channel]
              dv[valuePlace + channel] += factor * probability * dOut[outPlace + channel]
            }
            probabilityGradients.append(gradient)
            weighted += probability * gradient
          }
          for (key, gradient) in zip(visible, probabilityGradients) {
            let keyPlace = (sequence * keyTime + key) * shape.keyStride + shared
            let scoreGradient = forward.probabilities[row * keyTime + key] * (gradient - weighted)
            for channel in 0..<width {
              dq[queryPlace + channel] += scale * scoreGradient * k[keyPlace + channel]
              dk[keyPlace + channel] += scale * scoreGradient * q[queryPlace + channel]
            }
          }
        }
      }
    }
    return (dq, dk, dv)
  }

  @inlinable
  static func visibleKeys(
    _ ranges: [Int32], _ rangeBatch: Int, _ sequence: Int, _ query: Int, queryTime: Int
  ) -> Range<Int> {
    let place = 2 * ((rangeBatch == 1 ? 0 : sequence) * queryTime + query)
    let (start, end) = (Int(ranges[place]), Int(ranges[place + 1]))
    return start..<max(start, end)
  }

  @inlinable
  static func score<T: ReferenceNumber>(
    _ shape: AttentionShape, _ q: [T], _ k: [T], _ slope: T?, sequence: Int, head: Int, query: Int, key: Int
  ) -> T {
    let width = shape.headWidth
    let queryPlace = (sequence * shape.queryTime + query) * shape.queryStride + head * width
    let keyPlace = (sequence * shape.keyTime + key) * shape.keyStride + head / shape.group * width
    var sum: T = 0
    for channel in 0..<width { sum += q[queryPlace + channel] * k[keyPlace + channel] }
    var score = T(shape.scale) * sum
    if shape.cap > 0 { score = T(shape.cap) * T.tanh(score / T(shape.cap)) }
    return score - (slope ?? 0) * T(abs(query + shape.queryOffset - key))
  }
}
