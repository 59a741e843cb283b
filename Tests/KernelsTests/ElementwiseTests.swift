import References
import Testing

@testable import Kernels

@Suite struct ElementwiseTests {
  /// Ends of vectors, of dropout groups and of chunks.
  static let counts = [1, 2, 7, 8, 9, 63, 64, 65, 1000, 16_384, 32_767, 32_768, 50_001]

  private func check(
    _ expected: [Double], _ name: String, within bound: Double = 1e-6,
    _ compute: (ThreadPool) -> [Float]
  ) {
    let (results, areEqual) = sameOnAllPools { [compute($0)] }
    #expect(areEqual, "\(name): bits depend on threads")
    #expect(difference(results[0], expected) < bound, "\(name)")
  }

  @Test(arguments: counts)
  func agreeWithTheirTwins(count: Int) {
    var random = Operands(seed: count)
    let (a, b) = (random.floats(count, scale: 3), random.floats(count, scale: 3))
    let dropout = Dropout(rate: 0.2, key: PhiloxKey(low: 3, high: UInt32(count)))
    let undefined = [Float](repeating: .nan, count: count)
    check([Double](repeating: 1.5, count: count), "fill") { pool in
      var y = undefined
      fill(pool, count: count, &y, value: 1.5)
      return y
    }
    for factor: Float in [1, -0.5] {
      check(a.doubles.map { $0 * Double(factor) }, "scale") { pool in
        var y = undefined
        scale(pool, count: count, x: a, by: factor, y: &y)
        return y
      }
    }
    check(Reference.addScaled(x: a.doubles, scale: 0.7, y: b.doubles), "addScaled") { pool in
      var y = b
      addScaled(pool, count: count, x: a, scale: 0.7, y: &y)
      return y
    }
    check(Reference.add(a.doubles, b.doubles), "add") { pool in
      var y = undefined
      add(pool, count: count, a: a, b: b, y: &y)
      return y
    }
    check(Reference.multiply(a.doubles, b.doubles), "multiply") { pool in
      var y = undefined
      multiply(pool, count: count, a: a, b: b, y: &y)
      return y
    }
    check(Reference.dropout(a.doubles, dropout), "dropout") { pool in
      var y = undefined
      dropoutForward(pool, count: count, x: a, dropout: dropout, y: &y)
      return y
    }
    for mask in [dropout, nil] {
      check(Reference.addDropped(x: a.doubles, branch: b.doubles, dropout: mask), "addDropped") { pool in
        var y = undefined
        addDropped(pool, count: count, x: a, branch: b, dropout: mask, y: &y)
        return y
      }
    }
  }

  @Test(arguments: counts)
  func sumOfSquaresAgreesWithItsTwin(count: Int) {
    var random = Operands(seed: count)
    let x = random.floats(count, scale: 100)
    let sums = poolsOfAllSizes.map { sumOfSquares($0, count: count, x: x) }
    #expect(sums.allSatisfy { $0 == sums[0] })
    #expect(abs(sums[0] / Reference.sumOfSquares(x.doubles) - 1) < 1e-6)
  }

  @Test(arguments: Activation.allCases)
  func activationsAgreeWithTheirTwins(activation: Activation) {
    for count in [1, 9, 40_000] {
      var random = Operands(seed: count)
      let (x, dy) = (random.floats(count, scale: 12), random.floats(count))
      check(x.map { Reference.activation(activation, Double($0)) }, "\(activation)") { pool in
        var y = [Float](repeating: .nan, count: count)
        activationForward(pool, count: count, activation: activation, x: x, y: &y)
        return y
      }
      let slopes = zip(x, dy).map { Double($1) * Reference.activationSlope(activation, Double($0)) }
      check(slopes, "\(activation) backward", within: 2e-6) { pool in
        var dx = [Float](repeating: .nan, count: count)
        activationBackward(pool, count: count, activation: activation, x: x, dy: dy, dx: &dx)
        return dx
      }
    }
  }

  @Test(arguments: Activation.allCases)
  func valueAndSlopeTogetherAreWhatTheyAreAlone(activation: Activation) {
    for count in [1, 9, 40_000] {
      var random = Operands(seed: count)
      var x = random.floats(count, scale: 120)
      if count > 4 { x.replaceSubrange(0..<4, with: [.infinity, -.infinity, 0, -0.0]) }
      let ones = [Float](repeating: 1, count: count)
      for pool in poolsOfAllSizes {
        var (y, slope) = (ones, ones)
        activationForward(pool, count: count, activation: activation, x: x, y: &y)
        activationBackward(pool, count: count, activation: activation, x: x, dy: ones, dx: &slope)
        var (again, place) = (ones, x)
        place.withUnsafeMutableBufferPointer { place in
          guard let start = place.baseAddress else { return }
          activationWithSlope(pool, count: count, activation: activation, x: start, y: &again, slope: start)
        }
        #expect(again.map(\.bitPattern) == y.map(\.bitPattern))
        #expect(place.map(\.bitPattern) == slope.map(\.bitPattern))
      }
    }
  }

  @Test(arguments: Activation.allCases)
  func slopesAreTheDerivatives(activation: Activation) {
    for step in -60...60 where step != 0 {
      let (x, h) = (Double(step) / 10, 1e-5)
      let difference =
        (Reference.activation(activation, x + h) - Reference.activation(activation, x - h)) / (2 * h)
      #expect(abs(difference - Reference.activationSlope(activation, x)) < 1e-8)
    }
  }

  @Test(arguments: Activation.allCases)
  func activationsKeepNaN(activation: Activation) {
    let pool = ThreadPool(threads: 1)
    var y = [Float](repeating: 0, count: 9)
    let x: [Float] = [.nan, -.nan, 1, .nan, 1, 1, 1, 1, -.nan]
    activationForward(pool, count: 9, activation: activation, x: x, y: &y)
    for index in 0..<9 { #expect(y[index].isNaN == x[index].isNaN, "\(index)") }
  }

  @Test(arguments: Activation.allCases)
  func activationsOfInfinitiesAreTheirLimits(activation: Activation) {
    let pool = ThreadPool(threads: 1)
    let x: [Float] = [.infinity, -.infinity, 1e30, -1e30]
    let dy = [Float](repeating: 1, count: 4)
    var (y, dx) = ([Float](repeating: .nan, count: 4), [Float](repeating: .nan, count: 4))
    activationForward(pool, count: 4, activation: activation, x: x, y: &y)
    activationBackward(pool, count: 4, activation: activation, x: x, dy: dy, dx: &dx)
    if activation == .reluSquared {
      #expect(y == [.infinity, 0, .infinity, 0] && dx == [.infinity, 0, 2e30, 0])
      return
    }
    let passes = activation == .identity
    #expect(y == [.infinity, passes ? -.infinity : 0, 1e30, passes ? -1e30 : 0])
    #expect(dx == [1, passes ? 1 : 0, 1, passes ? 1 : 0])
  }

  @Test(arguments: Activation.allCases)
  func gatesAgreeWithTheirTwins(activation: Activation) {
    for (rows, width) in [(1, 1), (3, 5), (7, 64), (90, 257)] {
      var random = Operands(seed: rows * width)
      let (x, dy) = (random.floats(rows * 2 * width, scale: 4), random.floats(rows * width))
      check(Reference.gated(activation, rows: rows, width: width, x: x.doubles), "gated") { pool in
        var y = [Float](repeating: .nan, count: rows * width)
        gatedForward(pool, rows: rows, width: width, activation: activation, x: x, y: &y)
        return y
      }
      let expected = Reference.gatedBackward(
        activation, rows: rows, width: width, x: x.doubles, dy: dy.doubles)
      check(expected, "gated backward", within: 2e-6) { pool in
        var dx = [Float](repeating: .nan, count: x.count)
        gatedBackward(pool, rows: rows, width: width, activation: activation, x: x, dy: dy, dx: &dx)
        return dx
      }
    }
  }
}
