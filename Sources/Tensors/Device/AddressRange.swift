import Foundation
import Synchronization

/// Memory at addresses that never change, which grows and shrinks at its end.
///
/// No other range of this process is placed where it may grow to. Only what it has grown to is mapped, and counts
/// against the limit of address space (`ulimit -v`); pages become real when they are first touched.
final class AddressRange {
  /// The first address.
  let base: UnsafeMutableRawPointer
  /// Bytes that are mapped.
  private(set) var size: Int
  /// Bytes that the range may grow to.
  private(set) var limit: Int

  /// Bytes that ranges begin and grow at multiples of: the size of a huge page.
  static let step = 2 << 20
  /// The smallest range that is worth a try where no larger one has room.
  private static let smallest = 64 << 20
  /// Where ranges are placed: far from where Linux places programs, heaps, stacks and libraries, on processors whose
  /// addresses have 47 bits or more.
  private static let places = 0x1000_0000_0000..<0x5000_0000_0000
  /// What the ranges of this process have taken, by address.
  private static let taken = Mutex<[Range<Int>]>([])

  /// A range that may grow to `limit` bytes, of which few are mapped now.
  ///
  /// - Parameter isExact: whether a range that may only grow to less is of no use.
  /// - Returns: nil where the system grants no addresses.
  init?(limit: Int, isExact: Bool) {
    let least = isExact ? limit : min(limit, Self.smallest)
    let sizes = sequence(first: limit) { $0 / 2 >= least ? $0 / 2 : nil }
    for wanted in sizes {
      let first = min(Self.step, Self.pages(wanted))
      guard let place = Self.take(wanted, first) else { continue }
      (base, size, self.limit) = (place, first, wanted)
      return
    }
    // Where addresses have fewer bits the system chooses the place, and the whole range is mapped.
    for wanted in sizes {
      guard let place = Self.map(nil, Self.pages(wanted)) else { continue }
      (base, size, self.limit) = (place, Self.pages(wanted), wanted)
      return
    }
    return nil
  }

  deinit {
    munmap(base, size)
    Self.giveBack(base, from: 0)
  }

  /// Maps at least the first `needed` bytes.
  ///
  /// - Returns: false where the system grants no more addresses.
  /// - Complexity: a system call for each quarter that the range grows by.
  func grow(to needed: Int) -> Bool {
    guard needed > size else { return true }
    guard needed <= limit else { return false }
    let steps = (max(needed, size + size / 4) + Self.step - 1) / Self.step * Self.step
    for end in [min(steps, Self.pages(limit)), Self.pages(needed)]
    where Self.map(base + size, end - size) != nil {
      size = end
      return true
    }
    return false
  }

  /// Gives back what lies behind the first `kept` bytes, and lets the range grow to `limit` bytes at most again.
  func shrink(to kept: Int, limit: Int) {
    let kept = Self.pages(max(kept, 1))
    if kept < size, munmap(base + kept, size - kept) == 0 { size = kept }
    self.limit = min(self.limit, max(limit, size))
    Self.giveBack(base, from: self.limit)
  }

  private static func pages(_ bytes: Int) -> Int {
    let page = sysconf(Int32(_SC_PAGESIZE))
    return (bytes + page - 1) / page * page
  }

  /// Takes a place for a range of `bytes` bytes and maps the first ones.
  private static func take(_ bytes: Int, _ first: Int) -> UnsafeMutableRawPointer? {
    taken.withLock { taken in
      // Something else may lie there already: then the next place is tried, some times.
      for _ in 0..<8 {
        // Free addresses between two ranges, so that one that is overrun ends the process.
        let room = (bytes + 2 * step - 1) / step * step
        var (start, index) = (places.lowerBound, 0)
        while index < taken.count, taken[index].lowerBound - start < room {
          start = taken[index].upperBound
          index += 1
        }
        guard index < taken.count || places.upperBound - start >= room else { return nil }
        taken.insert(start..<start + room, at: index)
        guard let place = UnsafeMutableRawPointer(bitPattern: start) else { return nil }
        if let mapped = map(place, first) { return mapped }
        if errno != EEXIST {
          taken.removeAll { $0.lowerBound == start }
          return nil
        }
      }
      return nil
    }
  }

  /// Lets other ranges have the addresses of a range behind its first `kept` bytes.
  private static func giveBack(_ base: UnsafeMutableRawPointer, from kept: Int) {
    let start = Int(bitPattern: base)
    taken.withLock { taken in
      guard let index = taken.firstIndex(where: { $0.lowerBound == start }) else { return }
      if kept == 0 {
        taken.remove(at: index)
      } else {
        let end = start + (kept + 2 * step - 1) / step * step
        taken[index] = start..<min(end, taken[index].upperBound)
      }
    }
  }

  /// Maps memory at a place, or anywhere for nil; nil with `errno` where that is refused.
  private static func map(_ place: UnsafeMutableRawPointer?, _ bytes: Int) -> UnsafeMutableRawPointer? {
    guard bytes > 0 else { return nil }
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (place == nil ? 0 : fixedUnlessTaken)
    guard let mapped = mmap(place, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), mapped != MAP_FAILED else {
      return nil
    }
    // Linux before 4.17 takes the place for a hint.
    if let place, mapped != place {
      munmap(mapped, bytes)
      errno = EEXIST
      return nil
    }
    return mapped
  }

  /// `MAP_FIXED_NOREPLACE`, which Glibc's module does not export everywhere.
  private static let fixedUnlessTaken: Int32 = 0x100000
}
