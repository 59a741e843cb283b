/// A value for every scalar, in pages of 256 of which equal ones are kept once.
struct ScalarPages<Value: Hashable & Sendable>: Sendable {
  private let pages: [UInt16]
  private let values: [Value]

  /// - Parameter page: the 256 values from a scalar on.
  init(_ page: (_ start: UInt32) -> [Value]) {
    var (pages, values) = ([UInt16](), [Value]())
    var known: [[Value]: UInt16] = [:]
    for start in stride(from: UInt32(0), to: 0x110000, by: 256) {
      let content = page(start)
      if let number = known[content] {
        pages.append(number)
      } else {
        let number = UInt16(known.count)
        known[content] = number
        pages.append(number)
        values += content
      }
    }
    self.pages = pages
    self.values = values
  }

  @inline(__always)
  subscript(scalar: UInt32) -> Value { values[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)] }
}
