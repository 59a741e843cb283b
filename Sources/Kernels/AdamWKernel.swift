/// The numbers of one AdamW step.
public struct AdamWStep: Sendable, Equatable {
  /// η of this step.
  public var learningRate: Float
  /// Memory of the first moment.
  public var beta1: Float
  /// Memory of the second moment.
  public var beta2: Float
  /// Added to the root of the second moment.
  public var epsilon: Float
  /// Decoupled weight decay.
  public var decay: Float
  /// A factor on the gradient, such as from clipping.
  public var gradientScale: Float
  /// 1 − β1^step
  public var correction1: Float
  /// 1 − β2^step
  public var correction2: Float

  /// The numbers of one step.
  public init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float, gradientScale: Float,
    correction1: Float, correction2: Float
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
    self.gradientScale = gradientScale
    self.correction1 = correction1
    self.correction2 = correction2
  }
}

/// One AdamW update in one pass over memory.
///
///     g = scale·gradient;   m = β1·m + (1 − β1)·g;   v = β2·v + (1 − β2)·g²
///     w = (1 − η·decay)·w − η/correction1·m/(√(v/correction2) + ε)
///
/// - Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
package func adamW(
  _ pool: ThreadPool, count: Int, weight: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>, step: AdamWStep
) {
  let operands = Shared((w: weight, g: gradient, m: firstMoment, v: secondMoment))
  let keep = 1 - step.learningRate * step.decay
  let rate = step.learningRate / step.correction1
  let inverseRoot = 1 / step.correction2.squareRoot()
  forEachChunk(pool, count: count) { range in
    let (weight, gradient, first, second) = operands.value
    var index = range.lowerBound
    while index < range.upperBound {
      let rest = min(8, range.upperBound - index)
      let isWhole = rest == 8
      @inline(__always) func read(_ x: UnsafePointer<Float>) -> Lanes {
        isWhole ? load(x + index) : load(x + index, count: rest)
      }
      @inline(__always) func write(_ value: Lanes, _ y: UnsafeMutablePointer<Float>) {
        if isWhole { store(value, y + index) } else { store(value, y + index, count: rest) }
      }
      let g = read(gradient) * step.gradientScale
      let m = (read(first) * step.beta1).addingProduct(g, Lanes(repeating: 1 - step.beta1))
      let v = (read(second) * step.beta2).addingProduct(g * g, Lanes(repeating: 1 - step.beta2))
      let update = m / (squareRoot(v) * inverseRoot + step.epsilon)
      write(m, first)
      write(v, second)
      write((read(weight) * keep).addingProduct(update, Lanes(repeating: -rate)), weight)
      index += rest
    }
  }
}
