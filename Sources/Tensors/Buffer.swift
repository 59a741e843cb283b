/// A handle on a piece of a device's memory. Releasing the last reference gives it back.
///
/// Only a device opens a buffer; everything above passes the handle on.
public final class Buffer {
  /// The size that was asked for, in bytes.
  public let byteCount: Int
  /// What the buffer is for.
  public let kind: MemoryKind

  /// How many gradient slots hold this buffer now. A gradient that flows unchanged to several
  /// tensors (the two sides of a residual join) is shared, and copied only before it is changed.
  var holders = 0

  private let arena: MemoryArena
  private let offset: Int
  private let reserved: Int

  init(arena: MemoryArena, offset: Int, byteCount: Int, reserved: Int, kind: MemoryKind) {
    self.arena = arena
    self.offset = offset
    self.byteCount = byteCount
    self.reserved = reserved
    self.kind = kind
  }

  deinit { arena.release(offset: offset, size: reserved, kind: kind) }

  /// The bytes themselves; nil on a dry device.
  public var bytes: UnsafeMutableRawBufferPointer? {
    arena.address(offset).map { UnsafeMutableRawBufferPointer(start: $0, count: byteCount) }
  }

  /// The memory as floats, for a kernel that runs on the CPU.
  ///
  /// - Precondition: the buffer has memory (no kernel body ever runs on a dry device).
  public var floats: UnsafeMutablePointer<Float> { typed(Float.self) }

  /// The memory as 32-bit integers (token ids, indices).
  ///
  /// - Precondition: the buffer has memory.
  public var integers: UnsafeMutablePointer<Int32> { typed(Int32.self) }

  private func typed<Element>(_ type: Element.Type) -> UnsafeMutablePointer<Element> {
    guard let address = arena.address(offset) else {
      preconditionFailure("a kernel body opened a buffer of a dry device")
    }
    return address.assumingMemoryBound(to: type)
  }
}
