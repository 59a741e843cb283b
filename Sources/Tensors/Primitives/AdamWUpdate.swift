import Kernels

/// One AdamW update of one parameter.
package struct AdamWKernel: KernelCall {
  package let count: Int
  package let weight: Buffer
  package let gradient: Buffer
  package let firstMoment: Buffer
  package let secondMoment: Buffer
  package let step: AdamWStep
  package var operands: [Buffer?] {
    [weight, weight, gradient, firstMoment, firstMoment, secondMoment, secondMoment]
  }
}

extension Context {
  /// One AdamW update in one pass over memory.
  ///
  /// - Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
  package func adamW(
    weight: Tensor, gradient: Buffer, firstMoment: Buffer, secondMoment: Buffer, step: AdamWStep
  ) {
    perform(
      AdamWKernel(
        count: weight.shape.count, weight: weight.buffer, gradient: gradient, firstMoment: firstMoment,
        secondMoment: secondMoment, step: step))
  }

  /// Sets every float of a buffer.
  public func fill(_ buffer: Buffer, with value: Float) {
    perform(FillKernel(buffer: buffer, count: buffer.byteCount / 4, value: value))
  }
}
