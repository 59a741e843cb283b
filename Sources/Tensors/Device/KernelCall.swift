import Kernels

/// One call of a kernel: sizes and buffer handles, never pointers.
///
/// It says what is to be computed. How it is computed is in the table of each device (`KernelTable`); a dry device
/// only counts it.
public protocol KernelCall {
  /// Floating-point operations in matrix products, Σ 2·m·n·k: what the dry device counts.
  /// The CPU counts for itself, at each product.
  var matrixFlops: UInt64 { get }
  /// The buffers that the kernel reads or writes, for the count of bytes moved.
  var operands: [Buffer?] { get }
}

extension KernelCall {
  public var matrixFlops: UInt64 { 0 }
}

/// A kernel with its own code for the processor, for operations of plugins. On a device
/// that has no such kernel in its table, the operation ends with a `MissingKernelError`.
public protocol Kernel: KernelCall {
  /// Does the work on the processor. Here, and only here, may the memory of its buffers be read and written directly
  /// (`Buffer.floats`, `Buffer.integers`).
  func run(on pool: ThreadPool)
}
