import Kernels

/// The initial value of a parameter, declared where the parameter is.
public enum InitialValue: Sendable, Equatable {
  /// Every element the same.
  case constant(Float)
  /// Normal with mean 0.
  case normal(deviation: Double)
  /// Normal with mean 0, redrawn beyond two deviations.
  case truncatedNormal(deviation: Double)
  /// Uniform between −limit and +limit.
  case uniform(limit: Double)
  /// Given values, in the order of memory.
  case values([Float])
}

/// Normally distributed values, the same for any number of threads.
package struct FillNormalKernel: KernelCall {
  package let count: Int
  package let buffer: Buffer
  package let key: PhiloxKey
  package let deviation: Float
  package let truncatedAt: Float?
  package var operands: [Buffer?] { [buffer] }
}

/// Uniformly distributed values, the same for any number of threads.
package struct FillUniformKernel: KernelCall {
  package let count: Int
  package let buffer: Buffer
  package let key: PhiloxKey
  package let limit: Float
  package var operands: [Buffer?] { [buffer] }
}

extension Context {
  /// Fills a buffer with the initial value of the parameter called `name`.
  ///
  /// - Throws: `ShapeError` when given values are of another number; `MissingKernelError` when the device cannot do it.
  package func initialise(_ buffer: Buffer, _ shape: Shape, _ initial: InitialValue, name: String) throws {
    let count = shape.count
    let key = random.key(name)
    switch initial {
    case .constant(let value): perform(FillKernel(buffer: buffer, count: count, value: value))
    case .normal(let deviation):
      perform(
        FillNormalKernel(
          count: count, buffer: buffer, key: key, deviation: Float(deviation), truncatedAt: nil))
    case .truncatedNormal(let deviation):
      perform(
        FillNormalKernel(count: count, buffer: buffer, key: key, deviation: Float(deviation), truncatedAt: 2))
    case .uniform(let limit):
      perform(FillUniformKernel(count: count, buffer: buffer, key: key, limit: Float(limit)))
    case .values(let values):
      try expect(
        values.count == count, "values", in: name, expected: "\(count) values for \(shape)",
        actual: "\(values.count) values")
      try buffer.upload(values)
    }
    try expectPerformed(in: name)
  }
}
