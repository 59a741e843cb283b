import Kernels

/// How a parameter starts. Declared where the parameter is.
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
struct FillNormalKernel: Kernel {
  let count: Int
  let buffer: Buffer
  let key: PhiloxKey
  let deviation: Float
  let truncatedAt: Float?
  var operands: [Buffer?] { [buffer] }
  func run(on pool: ThreadPool) {
    fillNormal(
      pool, count: count, buffer.floats, key: key, mean: 0, deviation: deviation, truncatedAt: truncatedAt)
  }
}

/// Uniformly distributed values, the same for any number of threads.
struct FillUniformKernel: Kernel {
  let count: Int
  let buffer: Buffer
  let key: PhiloxKey
  let limit: Float
  var operands: [Buffer?] { [buffer] }
  func run(on pool: ThreadPool) {
    fillUniform(pool, count: count, buffer.floats, key: key, low: -limit, high: limit)
  }
}

extension Context {
  /// Fills a buffer with the initial value of the parameter called `name`.
  ///
  /// - Throws: `ShapeError` when given values are of another number.
  public func initialise(_ buffer: Buffer, _ shape: Shape, _ initial: InitialValue, name: String) throws {
    let count = shape.count
    let key = random.key(name)
    switch initial {
    case .constant(let value): device.perform(FillKernel(buffer: buffer, count: count, value: value))
    case .normal(let deviation):
      device.perform(
        FillNormalKernel(
          count: count, buffer: buffer, key: key, deviation: Float(deviation), truncatedAt: nil))
    case .truncatedNormal(let deviation):
      device.perform(
        FillNormalKernel(count: count, buffer: buffer, key: key, deviation: Float(deviation), truncatedAt: 2))
    case .uniform(let limit):
      device.perform(FillUniformKernel(count: count, buffer: buffer, key: key, limit: Float(limit)))
    case .values(let values):
      try expect(
        values.count == count, "values", in: name, expected: "\(count) values for \(shape)",
        actual: "\(values.count) values")
      if let bytes = buffer.bytes { values.withUnsafeBytes { bytes.copyMemory(from: $0) } }
    }
  }
}
