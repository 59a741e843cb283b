import Kernels

/// Where buffers live and kernels run: memory, and a table of kernels of its own.
///
/// Everything above a device passes buffers and calls of kernels on. Values reach its memory by `Buffer.upload` and
/// come back by `Buffer.download` or `Buffer.withHostBytes`; no code above assumes that the processor can reach
/// them otherwise.
public protocol Device: AnyObject {
  /// What errors call it, such as `cpu`.
  var name: String { get }
  /// The memory that buffers are cut from.
  var arena: MemoryArena { get }
  /// How many threads kernels run on: scratch memory depends on it, results never do.
  var threads: Int { get }
  /// Whether kernels are only counted; then buffers hold no values.
  var isDry: Bool { get }
  /// FLOPs of matrix products so far.
  var matrixFlops: UInt64 { get }
  /// Runs (or counts) one kernel, with scratch memory as large as this device needs for it.
  ///
  /// - Throws: `MissingKernelError` when the device has no such kernel; `MemoryError` when the scratch memory does not
  ///   fit.
  func perform<K: KernelCall>(_ kernel: K) throws
  /// The sum of squares of the first `count` floats; 0 on a dry device.
  func sumOfSquares(_ buffer: Buffer, count: Int) -> Double
}

/// A device has no kernel for an operation.
public struct MissingKernelError: Error, CustomStringConvertible, Equatable {
  /// The kernel's type, such as `SquareKernel`.
  public let kernel: String
  /// The device's name.
  public let device: String
  /// The operation that needed it, such as `square.backward`; nil outside an operation.
  public var operation: String?

  /// What to do about it.
  public let suggestion: String

  /// `kernel` is not in the table of `device`.
  ///
  /// - Parameters:
  ///   - kernel: the kernel's type.
  ///   - device: the device's name.
  ///   - operation: the operation that needed it; nil outside an operation.
  ///   - suggestion: what to do about it; nil: what holds for every device.
  public init(kernel: String, device: String, operation: String? = nil, suggestion: String? = nil) {
    self.kernel = kernel
    self.device = device
    self.operation = operation
    self.suggestion =
      suggestion
      ?? "add it to the device's table of kernels, or use a context on the processor (Context.cpu)"
  }

  public var description: String {
    let place = operation.map { "\($0): " } ?? ""
    return "\(place)the device \(device) has no \(kernel); \(suggestion)"
  }
}
