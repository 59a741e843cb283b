import Foundation
import Kernels
import Tensors

/// The processor, in memory that only its kernels and its transfers may touch: a read or a write from anywhere else
/// ends the process with SIGSEGV. What runs here would also run where the host has no addresses for the values.
package final class GuardedDevice: Device {
  private let memory: GuardedMemory
  private let processor: CPUDevice

  /// A device with memory of its own.
  ///
  /// - Throws: `MemoryError` when no memory can be reserved.
  package init(threads: Int) throws {
    memory = GuardedMemory(try HostMemory(limit: 8 << 30))
    processor = CPUDevice(pool: ThreadPool(threads: threads), arena: MemoryArena(memory))
  }

  package var name: String { "guarded" }
  package var arena: MemoryArena { processor.arena }
  package var threads: Int { processor.threads }
  package var isDry: Bool { false }
  package var matrixFlops: UInt64 { processor.matrixFlops }

  package func perform<K: KernelCall>(_ kernel: K) throws {
    try memory.whileOpen { try processor.perform(kernel) }
  }

  package func sumOfSquares(_ buffer: Buffer, count: Int) -> Double {
    memory.whileOpen { processor.sumOfSquares(buffer, count: count) }
  }
}

/// Memory of this process whose pages are inaccessible while nobody has opened it.
private final class GuardedMemory: DeviceMemory {
  private let pages: HostMemory
  private let lock = NSLock()
  /// Calls that have opened it, on any thread: a checkpoint is read while kernels run.
  private var openings = 0

  init(_ pages: HostMemory) {
    self.pages = pages
    protect(PROT_NONE)
  }

  func whileOpen<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.withLock {
      openings += 1
      if openings == 1 { protect(PROT_READ | PROT_WRITE) }
    }
    defer {
      lock.withLock {
        openings -= 1
        if openings == 0 { protect(PROT_NONE) }
      }
    }
    return try body()
  }

  private func protect(_ protection: Int32) {
    let result = mprotect(pages.hostAddress, pages.mappedBytes, protection)
    precondition(result == 0, "the pages cannot be protected: \(String(cString: strerror(errno)))")
  }

  var capacity: Int { pages.capacity }
  var mappedBytes: Int { pages.mappedBytes }
  var holdsValues: Bool { true }
  var hostAddress: UnsafeMutableRawPointer? { pages.hostAddress }

  func upload(_ bytes: UnsafeRawBufferPointer, to offset: Int) {
    whileOpen { pages.upload(bytes, to: offset) }
  }

  func withHostBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result) throws
    -> Result
  {
    try whileOpen { try pages.withHostBytes(range, body) }
  }

  func discard(_ range: Range<Int>) { pages.discard(range) }
  func shrink(to bytes: Int, limit: Int) { lock.withLock { pages.shrink(to: bytes, limit: limit) } }

  func grow(to bytes: Int) -> Bool {
    lock.withLock {
      let (before, grown) = (pages.mappedBytes, pages.grow(to: bytes))
      guard pages.mappedBytes > before else { return grown }
      // A few large pages are protected in less time than many small ones.
      madvise(pages.hostAddress, pages.mappedBytes, MADV_HUGEPAGE)
      if openings == 0 { protect(PROT_NONE) }
      return grown
    }
  }
}
