import Kernels
import References
import Testing

@Suite struct MeanRowsTests {
  @Test(arguments: 0..<20)
  func agreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let (rows, width) = (random.integer(1...300), random.choose([1, 7, 64, 300]))
    var ranges: [Range<Int>] = []
    var place = 0
    while place < rows {
      let length = min(random.integer(1...9), rows - place)
      // Some rows are in no range.
      if ranges.isEmpty || random.flag() { ranges.append(place..<place + length) }
      place += length
    }
    let bounds = ranges.flatMap { [Int32($0.lowerBound), Int32($0.upperBound)] }
    let (x, dy) = (random.floats(rows * width), random.floats(ranges.count * width))
    let before = random.floats(rows * width)
    let (actual, areEqual) = sameOnAllPools { pool in
      var y = [Float](repeating: .nan, count: dy.count)
      meanRows(pool, count: ranges.count, width: width, ranges: bounds, x: x, y: &y)
      var replaced = [Float](repeating: .nan, count: x.count)
      var added = before
      meanRowsBackward(
        pool, count: ranges.count, width: width, ranges: bounds, dy: dy, dx: &replaced, rows: rows,
        accumulate: false)
      meanRowsBackward(
        pool, count: ranges.count, width: width, ranges: bounds, dy: dy, dx: &added, rows: rows,
        accumulate: true)
      return [y, replaced, added]
    }
    #expect(areEqual)
    let gradient = Reference.meanRowsBackward(width: width, ranges: ranges, dy: dy.doubles, rows: rows)
    #expect(difference(actual[0], Reference.meanRows(width: width, ranges: ranges, x: x.doubles)) < 1e-6)
    #expect(difference(actual[1], gradient) < 1e-6)
    #expect(difference(actual[2], zip(before.doubles, gradient).map(+)) < 1e-6)
  }
}
