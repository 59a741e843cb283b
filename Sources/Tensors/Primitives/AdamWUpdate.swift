import Kernels

/// One AdamW update of one parameter.
struct AdamWKernel: Kernel {
  let count: Int
  let weight: Buffer
  let gradient: Buffer
  let firstMoment: Buffer
  let secondMoment: Buffer
  let step: AdamWStep
  var operands: [Buffer?] {
    [weight, weight, gradient, firstMoment, firstMoment, secondMoment, secondMoment]
  }
  func run(on pool: ThreadPool) {
    adamW(
      pool, count: count, weight: weight.floats, gradient: gradient.floats, firstMoment: firstMoment.floats,
      secondMoment: secondMoment.floats, step: step)
  }
}

extension Context {
  /// One AdamW update in one pass over memory.
  ///
  /// - Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
  public func adamW(
    weight: Tensor, gradient: Buffer, firstMoment: Buffer, secondMoment: Buffer, step: AdamWStep
  ) {
    perform(
      AdamWKernel(
        count: weight.shape.count, weight: weight.buffer, gradient: gradient, firstMoment: firstMoment,
        secondMoment: secondMoment, step: step))
  }

  /// Sets every float of a buffer.
  public func fill(_ buffer: Buffer, with value: Float) {
    device.perform(FillKernel(buffer: buffer, count: buffer.byteCount / 4, value: value))
  }
}
