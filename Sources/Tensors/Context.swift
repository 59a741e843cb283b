import Foundation
import Kernels

/// All that a computation needs from outside, passed down from the top: device, memory, threads,
/// randomness and profiler. Contexts in one process are independent.
public final class Context {
  /// Where buffers live and kernels run.
  public let device: any Device
  /// The source of every random number.
  public let random: RandomStream
  /// Set to see where time goes; nil costs nothing.
  public var profiler: Profiler?
  /// Whether the result of every operation, forward and backward, is scanned for NaN and infinity: the first one
  /// found is thrown as a `NonFiniteError`. It costs a pass over memory for each result.
  public var checksValues = Context.checksValuesByDefault
  /// Asked before every operation: whether to end the computation by an `Interruption`. Nil: never.
  package var isInterrupted: (() -> Bool)?

  /// Why a kernel did not run.
  private var failure: (any Error)?

  /// A context on a device.
  public init(device: any Device, seed: UInt64) {
    self.device = device
    random = RandomStream(seed: seed)
  }

  /// Memory for a tensor of `shape`, with undefined content.
  ///
  /// - Throws: `MemoryError`.
  public func allocate(_ shape: Shape, kind: MemoryKind = .activations) throws -> Buffer {
    try device.arena.allocate(bytes: shape.count * MemoryLayout<Float>.stride, kind: kind)
  }

  /// Scratch memory of `floats` floats.
  ///
  /// - Throws: `MemoryError`.
  public func scratch(_ floats: Int) throws -> Buffer {
    try device.arena.allocate(bytes: floats * MemoryLayout<Float>.stride, kind: .activations)
  }

  /// A constant tensor from values.
  ///
  /// - Throws: `ShapeError` when the number of values is not the shape's; `MemoryError`.
  public func tensor(_ values: [Float], _ shape: Shape, kind: MemoryKind = .activations) throws -> Tensor {
    try expect(
      values.count == shape.count, "values", in: "tensor", expected: "\(shape.count) values for \(shape)",
      actual: "\(values.count) values")
    let buffer = try allocate(shape, kind: kind)
    try buffer.upload(values)
    return Tensor(shape: shape, buffer: buffer, node: nil)
  }

  /// Integers on the device.
  ///
  /// - Throws: `ShapeError` when the number of values is not the shape's; `MemoryError`.
  public func indices(_ values: [Int32], _ shape: Shape) throws -> Indices {
    try expect(
      values.count == shape.count, "values", in: "indices", expected: "\(shape.count) values for \(shape)",
      actual: "\(values.count) values")
    let buffer = try device.arena.allocate(
      bytes: values.count * MemoryLayout<Int32>.stride, kind: .activations)
    try buffer.upload(values)
    return Indices(shape: shape, buffer: buffer, host: values)
  }

  /// Runs one kernel inside a span of its own when nothing above opened one.
  ///
  /// A kernel that the device cannot run, and everything after it, is left out until `expectPerformed` throws the
  /// error.
  func perform<K: KernelCall>(_ kernel: K) {
    guard failure == nil else { return }
    if let profiler { profiler.count(bytes: kernel.operands.reduce(0) { $0 + ($1?.byteCount ?? 0) }) }
    do { try device.perform(kernel) } catch { failure = error }
  }

  /// Calls `body`, which performs the kernels of an operation, and throws the error of one that could not run.
  func performing<Result>(_ operation: String, _ body: () throws -> Result) throws -> Result {
    do {
      let result = try body()
      try expectPerformed(in: operation)
      return result
    } catch {
      failure = nil
      throw error
    }
  }

  /// Throws the error of a kernel that the device could not run, once; nothing when all have run.
  ///
  /// - Parameter operation: what needed them.
  package func expectPerformed(in operation: String) throws {
    guard let failure else { return }
    self.failure = nil
    guard var missing = failure as? MissingKernelError else { throw failure }
    missing.operation = missing.operation ?? operation
    throw missing
  }

  /// Measures `body` under `name` when the profiler is on.
  public func span<Result>(
    _ name: String, _ detail: @autoclosure () -> String = "", _ body: () throws -> Result
  ) rethrows -> Result {
    guard let profiler else { return try body() }
    profiler.open(name, detail(), flops: device.matrixFlops)
    defer { profiler.close(flops: device.matrixFlops) }
    return try body()
  }
}
