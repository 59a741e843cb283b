/// The bytes behind the offsets of a `MemoryArena`.
///
/// An arena keeps the books and never looks at a byte: a memory may lie anywhere, on this machine or not. The host
/// reads and writes it by the calls below alone. They may come from another thread than the kernels', for bytes that no
/// running kernel writes (a checkpoint is written while training continues).
public protocol DeviceMemory: AnyObject {
  /// How many bytes it may have.
  var capacity: Int { get }
  /// The limit of address space that `capacity` follows from (`ulimit -v`), in bytes; nil where it does not.
  var addressLimit: Int? { get }
  /// Bytes of addresses that it takes in this process now.
  var mappedBytes: Int { get }
  /// Whether bytes are there at all; false on a dry device.
  var holdsValues: Bool { get }
  /// Where it begins in the address space of this process; nil where kernels on the processor cannot reach it.
  var hostAddress: UnsafeMutableRawPointer? { get }
  /// Copies bytes of the host to `offset`; nothing where no values are held.
  ///
  /// - Throws: what a transfer to the device throws.
  func upload(_ bytes: UnsafeRawBufferPointer, to offset: Int) throws
  /// Calls `body` with the bytes of a range, which are good only inside it; without a copy where the host can reach
  /// them.
  ///
  /// - Throws: `NoValuesError` where no values are held; what a transfer from the device throws; what `body` throws.
  func withHostBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result) throws
    -> Result
  /// Notes that the content of a range is needed no more: its pages may go back to the system until they are written
  /// again.
  func discard(_ range: Range<Int>)
  /// Makes at least the first `bytes` there.
  ///
  /// - Returns: false where the system grants no more.
  func grow(to bytes: Int) -> Bool
  /// Gives back what lies behind the first `bytes` until it is needed again, and has `limit` bytes at most from now on.
  func shrink(to bytes: Int, limit: Int)
}

extension DeviceMemory {
  public var addressLimit: Int? { nil }
  public var mappedBytes: Int { 0 }
  public func grow(to bytes: Int) -> Bool { true }
  public func shrink(to bytes: Int, limit: Int) {}
}

/// The memory of a dry device: addresses without bytes.
final class NoMemory: DeviceMemory {
  let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  var holdsValues: Bool { false }
  var hostAddress: UnsafeMutableRawPointer? { nil }
  func upload(_ bytes: UnsafeRawBufferPointer, to offset: Int) {}
  func withHostBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result) throws
    -> Result
  {
    throw NoValuesError()
  }
  func discard(_ range: Range<Int>) {}
}

/// Values were read from a device that only counts.
public struct NoValuesError: Error, CustomStringConvertible {
  /// The error.
  package init() {}

  public var description: String {
    "a dry device holds no values; use a context on the processor (Context.cpu)"
  }
}
