/// The rank of each pair of tokens that may be merged, and what they become.
final class MergeTable: @unchecked Sendable {
  // Safe to share: nothing is written after `init`.
  private let slots: UnsafeMutablePointer<Slot>
  private let mask: Int

  private struct Slot {
    var key: UInt64
    /// The highest bit pattern when it is free.
    var rank: UInt32
    var merged: Int32
  }

  /// Merges by falling priority; of equal pairs the last counts.
  init(_ merges: [(left: Int32, right: Int32, merged: Int32)]) {
    var size = 16
    while size < merges.count * 2 { size *= 2 }
    mask = size - 1
    slots = .allocate(capacity: size)
    slots.initialize(repeating: Slot(key: 0, rank: .max, merged: -1), count: size)
    for (rank, merge) in merges.enumerated() {
      slots[slot(of: Self.key(merge.left, merge.right))] = Slot(
        key: Self.key(merge.left, merge.right), rank: UInt32(rank), merged: merge.merged)
    }
  }

  deinit { slots.deallocate() }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: mixed(key)) & mask
    while slots[slot].rank != .max, slots[slot].key != key { slot = (slot + 1) & mask }
    return slot
  }

  /// The rank of a pair and the merged token; the highest rank where it may not be merged.
  @inline(__always)
  func merge(_ left: Int32, _ right: Int32) -> (rank: UInt32, merged: Int32) {
    let found = slots[slot(of: Self.key(left, right))]
    return (found.rank, found.merged)
  }
}
