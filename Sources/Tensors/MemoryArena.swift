import Foundation

/// What a buffer is for: the rows of the memory table.
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

  public var description: String {
    let gibibyte = Double(1 << 30)
    return String(
      format: "out of memory: %.2f GiB needed, %.2f GiB allowed; a smaller batch or context needs less",
      Double(needed) / gibibyte, Double(limit) / gibibyte)
  }
}

/// All memory of one context: a single range of addresses from which buffers are cut.
///
/// Best fit with coalescing over offsets. The range is reserved once and its pages become real when
/// they are first touched, so the highest offset ever used is what the process holds: the **peak**.
/// A dry arena does the same book-keeping without any memory behind it, which is why the peak that it
/// predicts is the one that a run reaches, to the byte.
///
/// - Complexity: allocation and release are linear in the number of holes, a few dozen in practice.
public final class MemoryArena {
  /// Every buffer starts on a boundary of this many bytes: one cache line, one AVX-512 vector.
  public static let alignment = 64

  /// The most bytes that the arena may hold.
  public private(set) var limit: Int
  /// Bytes of addresses that `trim` keeps at least, for what a trained model is asked later.
  public static let keptRange = 4 << 30
  /// The smallest range of addresses that is worth a try where the system grants no larger one.
  private static let smallestRange = 64 << 20
  /// Bytes of addresses that stay free, if possible, where the system grants fewer than were asked for.
  private static let leftToOthers = 1 << 30
  /// The highest number of bytes ever in use at once, holes between buffers included.
  public private(set) var peak = 0
  /// Bytes in buffers that are alive now.
  public private(set) var live = 0
  /// The largest sum of live bytes so far.
  public private(set) var livePeak = 0
  /// Live bytes by kind when `livePeak` was reached.
  public private(set) var kindsAtPeak = [Int](repeating: 0, count: MemoryKind.allCases.count)
  /// How many buffers were cut so far.
  public private(set) var allocations = 0

  /// Whether the system granted fewer addresses than were asked for.
  private let isCutShort: Bool
  private let base: UnsafeMutableRawPointer?
  private var top = 0
  private var holes: [Hole] = []
  private var kinds = [Int](repeating: 0, count: MemoryKind.allCases.count)

  private struct Hole {
    var offset: Int
    var size: Int
  }

  /// An arena of at most `limit` bytes.
  ///
  /// - Parameters:
  ///   - limit: defaults to the memory that this process may fill, or to as much of it as the system grants
  ///     addresses for (`ulimit -v`).
  ///   - dry: keep the books only.
  /// - Throws: `MemoryError` when the system refuses the range of addresses.
  public init(limit: Int? = nil, dry: Bool) throws {
    guard !dry else {
      self.limit = limit ?? 1 << 46
      isCutShort = false
      base = nil
      return
    }
    let wanted = limit ?? MachineMemory.here.bytes
    var size = wanted
    var range = Self.reserve(size)
    // Who names a limit means it; the default may be less.
    while range == nil, limit == nil, size / 2 >= Self.smallestRange {
      size /= 2
      range = Self.reserve(size)
    }
    // Where addresses are scarce, other contexts and the rest of the process need some, too.
    if size < wanted, let whole = range {
      let least = max(size / 4, Self.smallestRange, size - Self.leftToOthers)
      let own = (least + Self.smallestRange - 1) / Self.smallestRange * Self.smallestRange
      if own < size, munmap(whole + own, size - own) == 0 { size = own }
    }
    guard let range else { throw MemoryError(needed: wanted, limit: 0) }
    isCutShort = size < wanted
    self.limit = size
    base = range
  }

  private static func reserve(_ size: Int) -> UnsafeMutableRawPointer? {
    let range = mmap(
      nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    return range == MAP_FAILED ? nil : range
  }

  deinit {
    if let base { munmap(base, limit) }
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

  /// The address of an offset; nil in a dry arena.
  func address(_ offset: Int) -> UnsafeMutableRawPointer? { base.map { $0 + offset } }

  /// Forgets the peaks so far, so that a phase can be measured by itself.
  public func resetPeaks() {
    peak = top
    livePeak = live
    kindsAtPeak = kinds
  }

  /// Gives the pages that no buffer uses back to the system, for a context that lives on after its
  /// training. They become real again when they are touched.
  ///
  /// Addresses far above what was ever used are given back for good, and `limit` becomes smaller: a process has
  /// addresses for some 60 ranges of 2 TiB, and a comparison may keep more models than that.
  ///
  /// - Parameter kept: bytes of addresses that stay at least; twice the peak stays in any case.
  public func trim(kept: Int = keptRange) {
    guard let base else { return }
    let page = sysconf(Int32(_SC_PAGESIZE))
    // Above the top everything was released; a hole keeps the pages that it shares with its neighbours.
    for hole in holes + [Hole(offset: top, size: peak - top)] {
      let start = (hole.offset + page - 1) / page * page
      let end = (hole.offset + hole.size) / page * page
      if start < end { madvise(base + start, end - start, MADV_DONTNEED) }
    }
    let kept = isCutShort ? min(kept, Self.smallestRange) : kept
    let range = (max(kept, 2 * peak) + page - 1) / page * page
    if range < limit, munmap(base + range, limit - range) == 0 { limit = range }
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
    guard top + size <= limit else { throw MemoryError(needed: top + size, limit: limit) }
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
