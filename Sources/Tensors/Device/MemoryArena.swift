import Foundation

/// The purpose of a buffer: the rows of the memory table.
public enum MemoryKind: Int, CaseIterable, Sendable {
  case parameters, gradients, optimiser, activations

  /// The name that reports show.
  public var name: String { "\(self)" }
}

/// The memory of a context was not enough.
public struct MemoryError: Error, CustomStringConvertible {
  /// Bytes that one more buffer would have brought the total to.
  public let needed: Int
  /// Bytes that the arena may grow to.
  public let limit: Int
  /// Bytes of addresses that the process may have (`ulimit -v`), where it is they that are too few; nil elsewhere.
  public var addressLimit: Int?

  public var description: String {
    func gibibytes(_ bytes: Int) -> String { String(format: "%.2f GiB", Double(bytes) / Double(1 << 30)) }
    let addresses =
      addressLimit.map { " by the limit of address space (ulimit -v) of \(gibibytes($0))" } ?? ""
    return "out of memory: \(gibibytes(needed)) needed, \(gibibytes(limit)) allowed\(addresses); "
      + "a smaller batch or context needs less"
  }
}

/// The bookkeeping of a context's memory: a single range of offsets from which buffers are allocated.
///
/// Best fit with coalescing over offsets. The range grows with what is used and its pages become real when
/// they are first touched, so the highest offset ever used is what the process holds: the **peak**.
/// A dry arena keeps the same books without any bytes, which is why the peak that it
/// predicts is the one that a run reaches, to the byte.
///
/// - Complexity: allocation and release are linear in the number of holes, a few dozen in practice.
public final class MemoryArena {
  /// Every buffer starts on a boundary of this many bytes: one cache line, one AVX-512 vector.
  package static let alignment = 64

  /// The maximum size of the arena, in bytes.
  public private(set) var limit: Int
  /// Bytes that `trim` lets the arena grow to at least, for later uses of a trained model.
  package static let keptRange = 4 << 30
  /// The bytes that buffers are cut from.
  package let memory: any DeviceMemory
  /// The highest number of bytes ever in use at once, holes between buffers included.
  public private(set) var peak = 0
  /// Bytes in buffers that are alive now.
  public private(set) var live = 0
  /// The largest sum of live bytes so far.
  package private(set) var livePeak = 0
  /// Live bytes by kind when `livePeak` was reached.
  public private(set) var kindsAtPeak = [Int](repeating: 0, count: MemoryKind.allCases.count)
  /// How many buffers were cut so far.
  package private(set) var allocations = 0

  private var top = 0
  private var holes: [Hole] = []
  private var kinds = [Int](repeating: 0, count: MemoryKind.allCases.count)

  private struct Hole {
    var offset: Int
    var size: Int
  }

  /// An arena of at most `limit` bytes of this process.
  ///
  /// - Parameters:
  ///   - limit: defaults to the memory that this process may fill, or to as much of it as there are addresses for.
  ///   - dry: keep the books only.
  /// - Throws: `MemoryError` when the system grants no addresses.
  public convenience init(limit: Int? = nil, dry: Bool) throws {
    self.init(dry ? NoMemory(capacity: limit ?? 1 << 46) : try HostMemory(limit: limit))
  }

  /// An arena over any memory.
  public init(_ memory: any DeviceMemory) {
    self.memory = memory
    limit = memory.capacity
  }

  /// A new buffer of `bytes` bytes with undefined content.
  ///
  /// - Throws: `MemoryError` when the limit would be passed.
  public func allocate(bytes: Int, kind: MemoryKind) throws -> Buffer {
    let size = max(1, (bytes + Self.alignment - 1) / Self.alignment) * Self.alignment
    let offset = try place(size)
    allocations += 1
    live += size
    kinds[kind.rawValue] += size
    if live > livePeak {
      livePeak = live
      kindsAtPeak = kinds
    }
    return Buffer(arena: self, offset: offset, byteCount: bytes, reserved: size, kind: kind)
  }

  /// Forgets the peaks so far, so that a phase can be measured by itself.
  package func resetPeaks() {
    peak = top
    livePeak = live
    kindsAtPeak = kinds
  }

  /// Gives the pages that no buffer uses back to the system, and the addresses behind the last buffer, for a context
  /// that lives on after its training. They are had again when they are used.
  ///
  /// What the arena may grow to becomes less, too: a process has places for some 30 ranges that may grow to 2 TiB, and
  /// a comparison may keep more models than that.
  ///
  /// - Parameter kept: bytes that it may still grow to at least; twice the peak stays in any case.
  package func trim(kept: Int = keptRange) {
    for hole in holes { memory.discard(hole.offset..<hole.offset + hole.size) }
    limit = min(limit, max(kept, 2 * peak))
    memory.shrink(to: top, limit: limit)
    limit = min(limit, memory.capacity)
  }

  private func place(_ size: Int) throws -> Int {
    var best = -1
    for index in holes.indices where holes[index].size >= size {
      if best < 0 || holes[index].size < holes[best].size { best = index }
      if holes[best].size == size { break }
    }
    if best >= 0 {
      let offset = holes[best].offset
      if holes[best].size == size {
        holes.remove(at: best)
      } else {
        holes[best].offset += size
        holes[best].size -= size
      }
      return offset
    }
    guard top + size <= limit else {
      throw MemoryError(needed: top + size, limit: limit, addressLimit: memory.addressLimit)
    }
    guard memory.grow(to: top + size) else {
      throw MemoryError(
        needed: top + size, limit: memory.mappedBytes, addressLimit: MachineMemory.addressLimit)
    }
    let offset = top
    top += size
    peak = max(peak, top)
    return offset
  }

  /// Takes a buffer's bytes back; neighbouring holes become one, and a hole at the top disappears.
  func release(offset: Int, size: Int, kind: MemoryKind) {
    live -= size
    kinds[kind.rawValue] -= size
    var low = 0
    var high = holes.count
    while low < high {
      let middle = (low + high) / 2
      if holes[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    holes.insert(Hole(offset: offset, size: size), at: low)
    if low + 1 < holes.count, offset + size == holes[low + 1].offset {
      holes[low].size += holes.remove(at: low + 1).size
    }
    if low > 0, holes[low - 1].offset + holes[low - 1].size == offset {
      holes[low - 1].size += holes.remove(at: low).size
    }
    if let last = holes.last, last.offset + last.size == top {
      top = last.offset
      holes.removeLast()
    }
  }
}
