import Kernels

/// A device that computes nothing: the same code runs over it with shapes only, and parameters, FLOPs
/// and peak memory of a run are known before it starts.
///
/// Its books are those of the processor: scratch memory is as large as `CPUDevice` would need it.
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

  public var name: String { "dry" }
  public var isDry: Bool { true }

  public func perform<K: KernelCall>(_ kernel: K) throws {
    matrixFlops += kernel.matrixFlops
    let bytes = CPUKernels.table.entry(for: K.self)?.scratchBytes(for: kernel, threads: threads) ?? 0
    if bytes > 0 { _ = try arena.allocate(bytes: bytes, kind: .activations) }
  }

  public func sumOfSquares(_ buffer: Buffer, count: Int) -> Double { 0 }
}
