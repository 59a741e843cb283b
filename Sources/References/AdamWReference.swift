import Kernels

extension Reference {
  /// One AdamW update of weight and moments.
  @inlinable
  public static func adamW<T: ReferenceNumber>(
    weight: [T], gradient: [T], firstMoment: [T], secondMoment: [T], step: AdamWStep
  ) -> (weight: [T], firstMoment: [T], secondMoment: [T]) {
    var (weight, first, second) = (weight, firstMoment, secondMoment)
    let (beta1, beta2, rate) = (T(step.beta1), T(step.beta2), T(step.learningRate))
    for index in weight.indices {
      let g = gradient[index] * T(step.gradientScale)
      first[index] = beta1 * first[index] + (1 - beta1) * g
      second[index] = beta2 * second[index] + (1 - beta2) * g * g
      let (m, v) = (first[index] / T(step.correction1), second[index] / T(step.correction2))
      weight[index] -= rate * T(step.decay) * weight[index] + rate * m / (v.squareRoot() + T(step.epsilon))
    }
    return (weight, first, second)
  }
}
