import Foundation

/// Memory of this process, mapped as it is used: see `AddressRange`.
package final class HostMemory: DeviceMemory {
  package var capacity: Int { min(wanted, range.limit) }
  package let addressLimit: Int?
  private let wanted: Int
  private let range: AddressRange

  /// Memory that may grow to `limit` bytes.
  ///
  /// - Parameter limit: defaults to the memory that this process may fill, or to as much of it as there are addresses
  ///   for.
  /// - Throws: `MemoryError` when the system grants no addresses.
  package init(limit: Int?) throws {
    wanted = limit ?? MachineMemory.here.bytes
    // Who names a limit means it; the default may be less.
    guard let range = AddressRange(limit: max(wanted, MemoryArena.alignment), isExact: limit != nil) else {
      throw MemoryError(needed: wanted, limit: 0, addressLimit: MachineMemory.addressLimit)
    }
    addressLimit =
      limit == nil && MachineMemory.here.limit == .addressSpace ? MachineMemory.addressLimit : nil
    self.range = range
  }

  package var mappedBytes: Int { range.size }
  package var holdsValues: Bool { true }
  package var hostAddress: UnsafeMutableRawPointer? { range.base }

  package func grow(to bytes: Int) -> Bool { range.grow(to: bytes) }

  package func upload(_ bytes: UnsafeRawBufferPointer, to offset: Int) {
    if let source = bytes.baseAddress {
      (range.base + offset).copyMemory(from: source, byteCount: bytes.count)
    }
  }

  package func withHostBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try body(UnsafeRawBufferPointer(start: self.range.base + range.lowerBound, count: range.count))
  }

  /// A page that is partly outside the range stays.
  package func discard(_ range: Range<Int>) {
    let page = Self.page
    let (start, end) = ((range.lowerBound + page - 1) / page * page, range.upperBound / page * page)
    if start < end { madvise(self.range.base + start, end - start, MADV_DONTNEED) }
  }

  package func shrink(to bytes: Int, limit: Int) {
    range.shrink(to: bytes, limit: (limit + Self.page - 1) / Self.page * Self.page)
  }

  private static let page = sysconf(Int32(_SC_PAGESIZE))
}
