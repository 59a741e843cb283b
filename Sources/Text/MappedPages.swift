import Foundation
import Synchronization

/// The files that texts are mapped from. A pass over a large text lets go of the pages that it has read, so that they do
/// not fill the memory of the process; the system reads them again where they are needed.
enum MappedPages {
  /// Bytes of each mapping by its first address.
  private static let mappings = Mutex<[UInt: Int]>([:])

  /// Notes a mapping.
  static func add(_ pages: UnsafeMutableRawPointer, count: Int) {
    mappings.withLock { $0[UInt(bitPattern: pages)] = count }
  }

  /// Forgets a mapping that is about to end.
  static func remove(_ pages: UnsafeMutableRawPointer?) {
    _ = mappings.withLock { $0.removeValue(forKey: UInt(bitPattern: pages)) }
  }

  /// Lets go of the whole pages among some bytes, if they are mapped from a file. Bytes of the process's own memory stay
  /// as they are.
  static func release(_ bytes: UnsafeBufferPointer<UInt8>) {
    let first = UInt(bitPattern: bytes.baseAddress)
    let last = first + UInt(bytes.count)
    let isMapped = mappings.withLock { mappings in
      mappings.contains { start, count in start <= first && last <= start + UInt(count) }
    }
    let size = UInt(sysconf(Int32(_SC_PAGESIZE)))
    let (begin, end) = ((first + size - 1) / size * size, last / size * size)
    guard isMapped, begin < end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: begin), Int(end - begin), MADV_DONTNEED)
  }
}
