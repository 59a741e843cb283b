import Foundation

/// The lines of a file, one after the other, in memory that does not grow with the file.
final class LineInput {
  /// A line with its line end, valid until the next one is read.
  struct Line {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Counted from 1.
    let number: Int
    /// Whether it has more bytes than are allowed, which are left out.
    let isTooLong: Bool
  }

  /// The largest line and the largest document, in bytes.
  static let maxBytes = 1 << 26

  private let input: ByteInput
  private let maxBytes: Int
  private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
  private var held = 0..<0
  private var number = 0
  private var isAtEnd = false

  /// The lines of an input.
  ///
  /// - Parameter maxBytes: of what is longer only the beginning is kept.
  init(_ input: ByteInput, maxBytes: Int = maxBytes) {
    self.input = input
    self.maxBytes = maxBytes
  }

  deinit { buffer.deallocate() }

  /// The next line; nil at the end.
  ///
  /// - Throws: `TextError` when the file cannot be read.
  func next() throws -> Line? {
    var searched = 0
    while true {
      if let end = lineEnd(from: held.lowerBound + searched) { return take(to: end) }
      searched = held.count
      guard !isAtEnd else { return held.isEmpty ? nil : take(to: held.upperBound) }
      if held.count > maxBytes { return try skipLong() }
      try fill()
    }
  }

  /// The first bytes of what is not read yet.
  ///
  /// - Throws: `TextError` when the file cannot be read.
  func peek() throws -> UnsafeRawBufferPointer {
    if held.isEmpty, !isAtEnd { try fill() }
    return UnsafeRawBufferPointer(rebasing: buffer[held])
  }

  private func lineEnd(from start: Int) -> Int? {
    guard let base = buffer.baseAddress, start < held.upperBound else { return nil }
    let found = memchr(base + start, Int32(UInt8(ascii: "\n")), held.upperBound - start)
    return found.map { UnsafeRawPointer(base).distance(to: $0) + 1 }
  }

  private func take(to end: Int) -> Line {
    number += 1
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[held.lowerBound..<end]).bindMemory(to: UInt8.self)
    held = end..<held.upperBound
    return Line(bytes: bytes, number: number, isTooLong: bytes.count > maxBytes)
  }

  /// Reads on to the end of a line that is too long, without keeping it.
  private func skipLong() throws -> Line {
    number += 1
    repeat {
      held = 0..<0
      try fill()
    } while !isAtEnd && lineEnd(from: held.lowerBound) == nil
    held = (lineEnd(from: held.lowerBound) ?? held.upperBound)..<held.upperBound
    return Line(bytes: UnsafeBufferPointer(start: nil, count: 0), number: number, isTooLong: true)
  }

  private func fill() throws {
    if held.lowerBound > 0 {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[held]))
      held = 0..<held.count
    }
    if held.count == buffer.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * buffer.count, alignment: 16)
      larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
      buffer.deallocate()
      buffer = larger
    }
    let count = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[held.upperBound...]))
    if count == 0 { isAtEnd = true }
    held = held.lowerBound..<held.upperBound + count
  }
}
