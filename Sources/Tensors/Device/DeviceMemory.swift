/// The bytes behind the offsets of a `MemoryArena`.
///
/// An arena keeps the books and never looks at a byte: a memory may lie anywhere, on this machine or not. The host
/// reads and writes it by the calls below alone. They may come from another thread than the kernels', for bytes that no
/// running kernel writes (a checkpoint is written while training goes on).
public protocol DeviceMemory: AnyObject {
  /// How many bytes it has.
  var capacity: Int { get }
  /// Whether the system granted less than was asked for; `MemoryArena.trim` then keeps less.
  var isScarce: Bool { get }
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
  /// Gives what lies above `bytes` back for good, where that is possible.
  func shrink(to bytes: Int)
}

/// The memory of a dry device: addresses without bytes.
final class NoMemory: DeviceMemory {
  let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  var isScarce: Bool { false }
  var holdsValues: Bool { false }
  var hostAddress: UnsafeMutableRawPointer? { nil }
  func upload(_ bytes: UnsafeRawBufferPointer, to offset: Int) {}
  func withHostBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result) throws
    -> Result
  {
    throw NoValuesError()
  }
  func discard(_ range: Range<Int>) {}
  func shrink(to bytes: Int) {}
}

/// Values were asked for of a device that only counts.
public struct NoValuesError: Error, CustomStringConvertible {
  /// The error.
  public init() {}

  public var description: String {
    "a dry device holds no values; use a context on the processor (Context.cpu)"
  }
}
