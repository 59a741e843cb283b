import Foundation
import Kernels

/// One call of a kernel: sizes and buffer handles, never pointers.
///
/// A kernel is a value; the device decides what to do with it. The CPU device runs it, the dry device
/// only counts it. A device of another kind would add one requirement here.
public protocol Kernel {
  /// Floating-point operations in matrix products, Σ 2·m·n·k: what the dry device counts.
  /// The CPU counts for itself, at each product.
  var matrixFlops: UInt64 { get }
  /// The buffers that the kernel reads or writes, for the count of bytes moved.
  var operands: [Buffer?] { get }
  /// Does the work on the CPU.
  func run(on pool: ThreadPool)
}

extension Kernel {
  public var matrixFlops: UInt64 { 0 }
}

/// Where buffers live and kernels run.
public protocol Device: AnyObject {
  /// The memory that buffers are cut from.
  var arena: MemoryArena { get }
  /// How many threads kernels run on: scratch memory depends on it, results never do.
  var threads: Int { get }
  /// Whether kernels are only counted.
  var isDry: Bool { get }
  /// FLOPs of matrix products so far.
  var matrixFlops: UInt64 { get }
  /// Runs (or counts) one kernel.
  func perform<K: Kernel>(_ kernel: K)
  /// The sum of squares of the first `count` floats; 0 on a dry device.
  func sumOfSquares(_ buffer: Buffer, count: Int) -> Double
}

/// The processor of this machine.
public final class CPUDevice: Device {
  public let arena: MemoryArena
  public let pool: ThreadPool

  /// A device with memory of its own on `pool`.
  ///
  /// - Throws: `MemoryError` when no memory can be reserved.
  public init(pool: ThreadPool, memoryLimit: Int? = nil) throws {
    self.pool = pool
    arena = try MemoryArena(limit: memoryLimit, dry: false)
  }

  public var threads: Int { pool.threads }
  public var isDry: Bool { false }
  public var matrixFlops: UInt64 { pool.matrixFlops }

  public func perform<K: Kernel>(_ kernel: K) {
    // The kernel's raw pointers are only good while its buffers are alive.
    withExtendedLifetime(kernel) { kernel.run(on: pool) }
  }

  public func sumOfSquares(_ buffer: Buffer, count: Int) -> Double {
    withExtendedLifetime(buffer) { Kernels.sumOfSquares(pool, count: count, x: buffer.floats) }
  }
}

/// A device that computes nothing: the same code runs over it with shapes only, and parameters, FLOPs
/// and peak memory of a run are known before it starts.
public final class DryDevice: Device {
  public let arena: MemoryArena
  public let threads: Int
  public private(set) var matrixFlops: UInt64 = 0

  /// A dry device that counts for a run on `threads` threads.
  ///
  /// - Throws: never in practice; a dry arena reserves nothing.
  public init(threads: Int) throws {
    self.threads = threads
    arena = try MemoryArena(dry: true)
  }

  public var isDry: Bool { true }
  public func perform<K: Kernel>(_ kernel: K) { matrixFlops += kernel.matrixFlops }
  public func sumOfSquares(_ buffer: Buffer, count: Int) -> Double { 0 }
}
