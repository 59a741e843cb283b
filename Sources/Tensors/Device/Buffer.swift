/// A handle on a piece of a device's memory. Releasing the last reference gives it back.
///
/// Only a device opens a buffer; everything above passes the handle on.
public final class Buffer {
  /// The requested size, in bytes.
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

  /// Whether the buffer holds values; false on a dry device.
  public var holdsValues: Bool { arena.memory.holdsValues }

  /// Copies values of the host into the buffer; nothing where it holds no values.
  ///
  /// - Parameters:
  ///   - values: the values.
  ///   - place: of the first element, counted in elements.
  /// - Precondition: they fit.
  /// - Throws: what a transfer to the device throws; nothing on this machine.
  public func upload<Element: BitwiseCopyable>(_ values: [Element], at place: Int = 0) throws {
    try values.withUnsafeBytes { try upload($0, at: place * MemoryLayout<Element>.stride) }
  }

  /// Copies bytes of the host to `offset`, counted in bytes; otherwise as for values.
  public func upload(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) throws {
    precondition(
      offset >= 0 && offset + bytes.count <= byteCount, "the values are more than the buffer takes")
    try arena.memory.upload(bytes, to: self.offset + offset)
  }

  /// Values of the buffer, copied to the host.
  ///
  /// - Parameters:
  ///   - type: the type of the elements.
  ///   - range: in elements; nil: the whole buffer.
  /// - Precondition: they lie inside the buffer.
  /// - Throws: `NoValuesError` where no values are held; what a transfer from the device throws; nothing on this machine.
  public func download<Element: BitwiseCopyable>(
    _ type: Element.Type = Float.self, _ range: Range<Int>? = nil
  ) throws -> [Element] {
    let range = range ?? 0..<byteCount / MemoryLayout<Element>.stride
    return try withHostValues(type, range) { Array($0) }
  }

  /// Calls `body` with values of the buffer, which are good only inside it; without a copy where the host can reach
  /// them. Otherwise as `download`.
  package func withHostValues<Element: BitwiseCopyable, Result>(
    _ type: Element.Type, _ range: Range<Int>, _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) throws -> Result {
    let stride = MemoryLayout<Element>.stride
    return try withHostBytes(range.lowerBound * stride..<range.upperBound * stride) {
      try $0.withMemoryRebound(to: Element.self, body)
    }
  }

  /// Calls `body` with bytes of the buffer; otherwise as `withHostValues`.
  package func withHostBytes<Result>(
    _ range: Range<Int>? = nil, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let range = range ?? 0..<byteCount
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "the buffer is shorter")
    return try withExtendedLifetime(self) {
      try arena.memory.withHostBytes(offset + range.lowerBound..<offset + range.upperBound, body)
    }
  }

  /// The memory as floats, for a kernel that runs on the CPU. Elsewhere it may not be touched.
  ///
  /// - Precondition: the processor can reach the memory.
  public var floats: UnsafeMutablePointer<Float> { typed(Float.self) }

  /// The memory as 32-bit integers (token ids, indices), as `floats`.
  public var integers: UnsafeMutablePointer<Int32> { typed(Int32.self) }

  private func typed<Element>(_ type: Element.Type) -> UnsafeMutablePointer<Element> {
    guard let address = arena.memory.hostAddress else {
      preconditionFailure("a kernel of the processor opened a buffer that it cannot reach")
    }
    return (address + offset).assumingMemoryBound(to: type)
  }
}
