import Kernels
import Testing

@Suite struct TransposeTests {
  /// Sizes below, at and beyond the squares of 64.
  @Test(arguments: [(1, 1), (1, 65), (65, 1), (64, 64), (63, 130), (129, 66), (0, 3), (3, 0)])
  func rowsBecomeColumns(_ rows: Int, _ columns: Int) {
    let x = (0..<rows * columns).map(Float.init)
    var y = [Float](repeating: -1, count: x.count + 1)
    transpose(x, rows: rows, columns: columns, into: &y)
    #expect(y.last == -1)
    let wanted = (0..<columns).flatMap { column in (0..<rows).map { x[$0 * columns + column] } }
    #expect(Array(y.dropLast()) == wanted)
  }
}
