/// The place of the first NaN or infinity among `count` values; nil where all are finite.
///
/// A finite value times 0 is 0, anything else is NaN: blocks are summed so, and only a block that fails is searched.
package func firstNonFinite(_ values: UnsafePointer<Float>, count: Int) -> Int? {
  let (block, lanes) = (4096, 8)
  for start in stride(from: 0, to: count, by: block) {
    let end = min(count, start + block)
    let whole = start + (end - start) / lanes * lanes
    var sums = SIMD8<Float>(repeating: 0)
    for place in stride(from: start, to: whole, by: lanes) {
      let part = UnsafeRawPointer(values + place).loadUnaligned(as: SIMD8<Float>.self)
      sums.addProduct(part, SIMD8(repeating: 0))
    }
    let isFinite = sums.sum().isFinite && (whole..<end).allSatisfy { values[$0].isFinite }
    if !isFinite { return (start..<end).first { !values[$0].isFinite } }
  }
  return nil
}
