import Kernels

extension Reference {
  /// The residual join and layer or RMS norm, one number at a time.
  ///
  ///     sum = x + dropout(branch)
  ///     layer: y = (sum − mean)/√(variance + ε)·weight + bias
  ///     rms: y = sum/√(mean(sum²) + ε)·weight + bias
  ///
  /// - Returns: all of `[rows, width]`, and the mean and the factor `1/√…` of each row.
  @inlinable
  public static func normForward<T: ReferenceNumber>(
    kind: NormKind, rows: Int, width: Int, x: [T], branch: [T]?, dropout: Dropout?, weight: [T]?, bias: [T]?,
    epsilon: T
  ) -> (sum: [T], y: [T], mean: [T], inverse: [T]) {
    var sum = x
    if let branch {
      for index in x.indices { sum[index] += branch[index] * T(dropout?.factor(at: index) ?? 1) }
    }
    var y = sum
    var (means, inverses): ([T], [T]) = ([], [])
    for row in 0..<rows {
      let values = sum[row * width..<(row + 1) * width]
      let mean: T = kind == .layer ? values.reduce(0, +) / T(width) : 0
      let square: T = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / T(width)
      let inverse = 1 / (square + epsilon).squareRoot()
      for column in 0..<width {
        y[row * width + column] =
          (sum[row * width + column] - mean) * inverse * (weight?[column] ?? 1) + (bias?[column] ?? 0)
      }
      means.append(mean)
      inverses.append(inverse)
    }
    return (sum, y, means, inverses)
  }

  /// The gradients of the norm with respect to its input (the sum), weight and bias.
  ///
  ///     n = (x − mean)·inverse;   g = dy·weight;   dx = inverse·(g − mean(g) − n·mean(g·n))
  ///
  /// where RMS norm has no mean to subtract.
  @inlinable
  public static func normBackward<T: ReferenceNumber>(
    kind: NormKind, rows: Int, width: Int, x: [T], mean: [T]?, inverse: [T], weight: [T]?, dy: [T]
  ) -> (dx: [T], weightGradient: [T], biasGradient: [T]) {
    var dx = x
    var weightGradient = [T](repeating: 0, count: width)
    var biasGradient = weightGradient
    for row in 0..<rows {
      var (plain, projected): (T, T) = (0, 0)
      for column in 0..<width {
        let index = row * width + column
        let normal = (x[index] - (mean?[row] ?? 0)) * inverse[row]
        let inner = dy[index] * (weight?[column] ?? 1)
        plain += inner / T(width)
        projected += inner * normal / T(width)
        weightGradient[column] += dy[index] * normal
        biasGradient[column] += dy[index]
      }
      for column in 0..<width {
        let index = row * width + column
        let normal = (x[index] - (mean?[row] ?? 0)) * inverse[row]
        let centre: T = kind == .layer ? plain : 0
        dx[index] = inverse[row] * (dy[index] * (weight?[column] ?? 1) - centre - normal * projected)
      }
    }
    return (dx, weightGradient, biasGradient)
  }

  /// RMS norm of the query and key heads of packed rows; what follows them in a row passes.
  ///
  /// - Returns: `y` `[rows, stride]` and the factors `1/√…` `[rows, queryHeads + keyHeads]`.
  @inlinable
  public static func headNormForward<T: ReferenceNumber>(
    rows: Int, stride: Int, queryHeads: Int, keyHeads: Int, headWidth: Int, queryWeight: [T], keyWeight: [T],
    epsilon: T, x: [T]
  ) -> (y: [T], inverse: [T]) {
    var y = x
    var inverses: [T] = []
    for row in 0..<rows {
      for head in 0..<queryHeads + keyHeads {
        let start = row * stride + head * headWidth
        let weight = head < queryHeads ? queryWeight : keyWeight
        let result = normForward(
          kind: .rms, rows: 1, width: headWidth, x: Array(x[start..<start + headWidth]), branch: nil,
          dropout: nil, weight: weight, bias: nil, epsilon: epsilon)
        y.replaceSubrange(start..<start + headWidth, with: result.y)
        inverses += result.inverse
      }
    }
    return (y, inverses)
  }

  /// The gradients of `headNormForward`.
  @inlinable
  public static func headNormBackward<T: ReferenceNumber>(
    rows: Int, stride: Int, queryHeads: Int, keyHeads: Int, headWidth: Int, queryWeight: [T], keyWeight: [T],
    x: [T], inverse: [T], dy: [T]
  ) -> (dx: [T], queryWeightGradient: [T], keyWeightGradient: [T]) {
    var dx = dy
    var query = [T](repeating: 0, count: headWidth)
    var key = query
    for row in 0..<rows {
      for head in 0..<queryHeads + keyHeads {
        let start = row * stride + head * headWidth
        let isQuery = head < queryHeads
        let result = normBackward(
          kind: .rms, rows: 1, width: headWidth, x: Array(x[start..<start + headWidth]), mean: nil,
          inverse: [inverse[row * (queryHeads + keyHeads) + head]],
          weight: isQuery ? queryWeight : keyWeight, dy: Array(dy[start..<start + headWidth]))
        dx.replaceSubrange(start..<start + headWidth, with: result.dx)
        for channel in 0..<headWidth {
          if isQuery { query[channel] += result.weightGradient[channel] }
          if !isQuery { key[channel] += result.weightGradient[channel] }
        }
      }
    }
    return (dx, query, key)
  }
}
