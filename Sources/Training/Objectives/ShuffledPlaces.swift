import Kernels

/// `count` different places below `length` in random order: the first steps of a Fisher–Yates shuffle.
///
/// - Parameter row: makes the order of one row of a batch another than that of the next.
package func shuffledPlaces(count: Int, of length: Int, row: Int = 0, key: PhiloxKey) -> [Int] {
  var places = Array(0..<length)
  for index in 0..<count {
    let draw = philox(SIMD4(UInt32(index), UInt32(row), 0, 0), key: key)[0]
    places.swapAt(index, index + Int((UInt64(draw) * UInt64(length - index)) >> 32))
  }
  return Array(places[0..<count])
}
