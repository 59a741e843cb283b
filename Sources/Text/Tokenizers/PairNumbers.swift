/// Numbers that belong to pairs of symbols.
///
/// An open-addressing table: in the loops that learn and apply merges, where nearly all time goes into
/// looking up pairs, it is several times faster than a dictionary, whose hash guards against attacks.
struct PairNumbers: Sendable {
  /// A pair as one number; `number` is negative when the slot is free.
  private struct Slot {
    var key: UInt64 = 0
    var number: Int32 = -1
  }

  private var slots = [Slot](repeating: Slot(), count: 64)
  /// Takes the bits of a hash that number the slots, the highest ones.
  private var shift: UInt64 = 64 - 6
  private var count = 0

  /// A pair as one number, ordered by its left symbol first.
  @inline(__always)
  static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The number of a pair; nil when it has none.
  @inline(__always)
  func number(_ left: Int32, _ right: Int32) -> Int32? {
    let number = slots[slot(of: Self.key(left, right))].number
    return number >= 0 ? number : nil
  }

  /// The number of a pair, which is `number` when it had none.
  @inline(__always)
  mutating func number(_ left: Int32, _ right: Int32, orNew number: Int32) -> Int32 {
    let key = Self.key(left, right)
    let slot = slot(of: key)
    let known = slots[slot].number
    if known >= 0 { return known }
    slots[slot] = Slot(key: key, number: number)
    count += 1
    if count * 2 > slots.count { grow() }
    return number
  }

  /// The slot of a pair, or the free one where it belongs.
  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    slots.withUnsafeBufferPointer { slots in
      var slot = Int(truncatingIfNeeded: scattered(key) &>> shift)
      while slots[slot].number >= 0, slots[slot].key != key { slot = (slot + 1) & (slots.count - 1) }
      return slot
    }
  }

  @inline(never)
  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 2)
    shift -= 1
    for known in old where known.number >= 0 { slots[slot(of: known.key)] = known }
  }
}
