import Foundation

/// Numbers of byte strings, to be found quickly. Nothing is added after it is made.
///
/// Tokens are compared byte by byte: two texts that Swift's `String` counts as equal may be different tokens.
final class PieceTable: @unchecked Sendable {
  // Safe to share: nothing is written after `init`.
  private let bytes: UnsafeMutablePointer<UInt8>
  private let starts: UnsafeMutablePointer<UInt32>
  private let slots: UnsafeMutablePointer<Slot>
  private let mask: Int
  /// How many there are.
  let count: Int
  /// Bytes of the longest.
  let maxLength: Int

  private struct Slot {
    var hash: UInt32
    /// Negative when it is free.
    var number: Int32
  }

  /// Strings with the numbers 0 and up; of equal ones the last counts.
  init(_ pieces: [[UInt8]]) {
    count = pieces.count
    maxLength = pieces.reduce(0) { max($0, $1.count) }
    bytes = .allocate(capacity: max(1, pieces.reduce(0) { $0 + $1.count }))
    starts = .allocate(capacity: count + 1)
    var size = 16
    while size < count * 2 { size *= 2 }
    mask = size - 1
    slots = .allocate(capacity: size)
    slots.initialize(repeating: Slot(hash: 0, number: -1), count: size)
    var place = 0
    for (number, piece) in pieces.enumerated() {
      starts[number] = UInt32(place)
      for byte in piece {
        bytes[place] = byte
        place += 1
      }
      starts[number + 1] = UInt32(place)
      piece.withUnsafeBufferPointer { piece in
        let hash = Self.hash(piece)
        let slot = slot(of: piece, hash)
        slots[slot] = Slot(hash: hash, number: Int32(number))
      }
    }
    if count == 0 { starts[0] = 0 }
  }

  deinit {
    bytes.deallocate()
    starts.deallocate()
    slots.deallocate()
  }

  /// The string with a number.
  subscript(number: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(number >= 0 && number < count)
    return UnsafeBufferPointer(
      start: bytes + Int(starts[number]), count: Int(starts[number + 1] - starts[number]))
  }

  /// The number of a string; negative where it is not there.
  @inline(__always)
  func number(of piece: UnsafeBufferPointer<UInt8>) -> Int32 {
    if piece.count > maxLength { return -1 }
    return slots[slot(of: piece, Self.hash(piece))].number
  }

  func number(of piece: some Collection<UInt8>) -> Int32 {
    Array(piece).withUnsafeBufferPointer { number(of: $0) }
  }

  @inline(__always)
  private func slot(of piece: UnsafeBufferPointer<UInt8>, _ hash: UInt32) -> Int {
    var slot = Int(hash) & mask
    while true {
      let found = slots[slot]
      if found.number < 0 { return slot }
      if found.hash == hash {
        let start = Int(starts[Int(found.number)])
        if Int(starts[Int(found.number) + 1]) - start == piece.count,
          piece.count == 0 || memcmp(bytes + start, piece.baseAddress!, piece.count) == 0
        {
          return slot
        }
      }
      slot = (slot + 1) & mask
    }
  }

  @inline(__always)
  static func hash(_ piece: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let value = wordHash(piece)
    return UInt32(truncatingIfNeeded: value ^ value >> 32)
  }
}

/// A hash of bytes, eight at a time.
@inline(__always)
func wordHash(_ piece: UnsafeBufferPointer<UInt8>) -> UInt64 {
  var hash = UInt64(piece.count) &* 0x9E37_79B9_7F4A_7C15
  let raw = UnsafeRawBufferPointer(piece)
  var place = 0
  while place + 8 <= piece.count {
    hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    place += 8
  }
  var rest: UInt64 = 0
  var shift: UInt64 = 0
  while place < piece.count {
    rest |= UInt64(piece[place]) &<< shift
    shift &+= 8
    place += 1
  }
  return mixed(hash ^ rest)
}

/// Both halves of one long product.
@inline(__always)
func mixed(_ value: UInt64) -> UInt64 {
  let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xBF58_476D_1CE4_E5B9)
  return product.high ^ product.low
}
