import Foundation

/// Memory of this process: one range of addresses, whose pages become real when they are first touched.
package final class HostMemory: DeviceMemory {
  /// The smallest range of addresses that is worth a try where the system grants no larger one.
  private static let smallestRange = 64 << 20
  /// Bytes of addresses that stay free, if possible, where the system grants fewer than were asked for.
  private static let leftToOthers = 1 << 30

  package private(set) var capacity: Int
  package let isScarce: Bool
  private let base: UnsafeMutableRawPointer

  /// A range of `limit` bytes.
  ///
  /// - Parameter limit: defaults to the memory that this process may fill, or to as much of it as the system grants
  ///   addresses for (`ulimit -v`).
  /// - Throws: `MemoryError` when the system refuses the range of addresses.
  package init(limit: Int?) throws {
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
    isScarce = size < wanted
    capacity = size
    base = range
  }

  deinit { munmap(base, capacity) }

  private static func reserve(_ size: Int) -> UnsafeMutableRawPointer? {
    let range = mmap(
      nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    return range == MAP_FAILED ? nil : range
  }

  package var holdsValues: Bool { true }
  package var hostAddress: UnsafeMutableRawPointer? { base }

  package func upload(_ bytes: UnsafeRawBufferPointer, to offset: Int) {
    if let source = bytes.baseAddress { (base + offset).copyMemory(from: source, byteCount: bytes.count) }
  }

  package func withHostBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// A page that is partly outside the range stays.
  package func discard(_ range: Range<Int>) {
    let page = Self.page
    let (start, end) = ((range.lowerBound + page - 1) / page * page, range.upperBound / page * page)
    if start < end { madvise(base + start, end - start, MADV_DONTNEED) }
  }

  package func shrink(to bytes: Int) {
    let kept = (bytes + Self.page - 1) / Self.page * Self.page
    if kept < capacity, munmap(base + kept, capacity - kept) == 0 { capacity = kept }
  }

  private static let page = sysconf(Int32(_SC_PAGESIZE))
}
