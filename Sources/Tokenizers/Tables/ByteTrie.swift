/// Finds all pieces that begin at a place of a text.
final class ByteTrie: Sendable {
  /// A child of a node: the node's number and a byte as key.
  private let slots: [Slot]
  private let mask: Int
  /// The piece that ends at each node; negative: none.
  private let pieces: [Int32]
  /// Children of the root by their byte.
  private let roots: [Int32]

  private struct Slot {
    var key: UInt64
    /// Negative when it is free.
    var node: Int32
  }

  /// Pieces by number; of equal ones the last counts.
  init(_ pieces: [[UInt8]]) {
    var ends: [Int32] = [-1]
    var children: [UInt64: Int32] = [:]
    for (number, piece) in pieces.enumerated() where !piece.isEmpty {
      var node = Int32(0)
      for byte in piece {
        let key = Self.key(node, byte)
        if let child = children[key] {
          node = child
        } else {
          node = Int32(ends.count)
          ends.append(-1)
          children[key] = node
        }
      }
      ends[Int(node)] = Int32(number)
    }
    var size = 16
    while size < children.count * 2 { size *= 2 }
    mask = size - 1
    var slots = [Slot](repeating: Slot(key: 0, node: -1), count: size)
    for (key, node) in children {
      var slot = Int(truncatingIfNeeded: mixed(key)) & (size - 1)
      while slots[slot].node >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Slot(key: key, node: node)
    }
    self.slots = slots
    self.pieces = ends
    roots = (0..<256).map { children[Self.key(0, UInt8($0))] ?? -1 }
  }

  @inline(__always)
  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
    UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
  }

  /// Gives every piece that begins at a place, the shortest first, with its end.
  @inline(__always)
  func forEachPiece(in text: UnsafeBufferPointer<UInt8>, at start: Int, _ body: (Int32, Int) -> Void) {
    slots.withUnsafeBufferPointer { slots in
      var node = roots[Int(text[start])]
      var place = start + 1
      while node >= 0 {
        let piece = pieces[Int(node)]
        if piece >= 0 { body(piece, place) }
        if place == text.count { return }
        let key = Self.key(node, text[place])
        var slot = Int(truncatingIfNeeded: mixed(key)) & mask
        while slots[slot].node >= 0, slots[slot].key != key { slot = (slot + 1) & mask }
        node = slots[slot].node
        place += 1
      }
    }
  }
}
