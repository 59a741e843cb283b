import Kernels

/// The processor of this machine.
public final class CPUDevice: Device {
  public let arena: MemoryArena
  public let pool: ThreadPool

  /// A device with memory of its own on `pool`.
  ///
  /// - Throws: `MemoryError` when no memory can be reserved.
  public convenience init(pool: ThreadPool, memoryLimit: Int? = nil) throws {
    self.init(pool: pool, arena: try MemoryArena(limit: memoryLimit, dry: false))
  }

  /// A device on `pool` whose buffers are cut from `arena`.
  ///
  /// - Precondition: the arena's memory has an address on the host.
  package init(pool: ThreadPool, arena: MemoryArena) {
    precondition(arena.memory.hostAddress != nil, "the processor computes in memory that it can reach")
    self.pool = pool
    self.arena = arena
  }

  public var name: String { "cpu" }
  public var threads: Int { pool.threads }
  public var isDry: Bool { false }
  public var matrixFlops: UInt64 { pool.matrixFlops }

  public func perform<K: KernelCall>(_ kernel: K) throws {
    guard let entry = CPUKernels.table.entry(for: K.self) else {
      guard let own = kernel as? any Kernel else {
        throw MissingKernelError(
          kernel: "\(K.self)", device: name,
          suggestion: "let it conform to Kernel, which brings its code for the processor")
      }
      return withExtendedLifetime(kernel) { own.run(on: pool) }
    }
    let bytes = entry.scratchBytes(for: kernel, threads: threads)
    let scratch = bytes == 0 ? nil : try arena.allocate(bytes: bytes, kind: .activations)
    // The kernel's raw pointers are only good while its buffers are alive.
    withExtendedLifetime((kernel, scratch)) { entry.body(kernel, CPUResources(pool: pool, buffer: scratch)) }
  }

  public func sumOfSquares(_ buffer: Buffer, count: Int) -> Double {
    withExtendedLifetime(buffer) { Kernels.sumOfSquares(pool, count: count, x: buffer.floats) }
  }
}

/// What a kernel has on the processor: threads, and the scratch memory that its entry in the table requested.
package struct CPUResources {
  package let pool: ThreadPool
  let buffer: Buffer?

  /// The scratch memory, with undefined content.
  ///
  /// - Precondition: the kernel's entry in the table requested some.
  package var scratch: UnsafeMutablePointer<Float> {
    guard let buffer else { preconditionFailure("this kernel asked for no scratch memory") }
    return buffer.floats
  }
}
