import References
import Testing

@testable import Kernels

@Suite struct RandomFillTests {
  private let key = PhiloxKey(low: 77, high: 5)

  @Test(arguments: [1, 3, 4, 5, 63, 40_001], [nil, 2, 0.5] as [Float?])
  func normalAgreesWithItsTwin(count: Int, limit: Float?) {
    let (results, areEqual) = sameOnAllPools { pool in
      var y = [Float](repeating: .nan, count: count)
      fillNormal(pool, count: count, &y, key: key, mean: 1, deviation: 0.5, truncatedAt: limit)
      return [y]
    }
    #expect(areEqual)
    let expected = Reference.normal(count: count, key: key, limit: limit.map(Double.init))
    #expect(difference(results[0], expected.map { 1 + 0.5 * $0 }) < 2e-6)
    if let limit { #expect(results[0].allSatisfy { abs($0 - 1) <= limit * 0.5 + 1e-6 }) }
  }

  @Test func uniformAgreesWithItsTwin() {
    for count in [1, 7, 40_001] {
      let (results, areEqual) = sameOnAllPools { pool in
        var y = [Float](repeating: .nan, count: count)
        fillUniform(pool, count: count, &y, key: key, low: -2, high: 3)
        return [y]
      }
      #expect(areEqual)
      #expect(difference(results[0], Reference.uniform(count: count, key: key, low: -2, high: 3)) < 1e-6)
      #expect(results[0].allSatisfy { $0 >= -2 && $0 < 3 })
    }
  }

  @Test func momentsAreRight() {
    let (pool, count) = (ThreadPool(threads: 2), 400_000)
    func moments(_ y: [Float]) -> (mean: Double, variance: Double) {
      let mean = y.doubles.reduce(0, +) / Double(count)
      return (mean, y.doubles.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
    }
    var y = [Float](repeating: 0, count: count)
    fillNormal(pool, count: count, &y, key: key, mean: 0, deviation: 1, truncatedAt: nil)
    #expect(abs(moments(y).mean) < 0.01 && abs(moments(y).variance - 1) < 0.01)
    fillNormal(pool, count: count, &y, key: key, mean: 0, deviation: 1, truncatedAt: 2)
    // The variance of a normal distribution cut at two deviations.
    #expect(abs(moments(y).mean) < 0.01 && abs(moments(y).variance - 0.773_741) < 0.01)
    fillUniform(pool, count: count, &y, key: key, low: -1, high: 1)
    #expect(abs(moments(y).mean) < 0.01 && abs(moments(y).variance - 1.0 / 3) < 0.01)
  }
}

@Suite struct AdamWTests {
  @Test(arguments: [1, 8, 13, 40_001])
  func agreesWithItsTwin(count: Int) {
    var random = Operands(seed: count)
    let (weight, gradient) = (random.floats(count), random.floats(count))
    let first = random.floats(count, scale: 0.1)
    let second = random.floats(count, scale: 0.1).map { abs($0) }
    let step = AdamWStep(
      learningRate: 0.01, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, decay: 0.1, gradientScale: 0.7,
      correction1: 0.19, correction2: 0.0396)
    let (results, areEqual) = sameOnAllPools { pool in
      var (w, m, v) = (weight, first, second)
      adamW(pool, count: count, weight: &w, gradient: gradient, firstMoment: &m, secondMoment: &v, step: step)
      return [w, m, v]
    }
    let expected = Reference.adamW(
      weight: weight.doubles, gradient: gradient.doubles, firstMoment: first.doubles,
      secondMoment: second.doubles, step: step)
    #expect(areEqual)
    #expect(difference(results[0], expected.weight) < 1e-6)
    #expect(difference(results[1], expected.firstMoment) < 1e-6)
    #expect(difference(results[2], expected.secondMoment) < 1e-6)
  }

  @Test func aZeroGradientOnlyDecays() {
    let pool = ThreadPool(threads: 1)
    var (weight, first, second): ([Float], [Float], [Float]) = ([2], [0], [0])
    adamW(
      pool, count: 1, weight: &weight, gradient: [0], firstMoment: &first, secondMoment: &second,
      step: AdamWStep(
        learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0.5, gradientScale: 1,
        correction1: 0.1, correction2: 0.01))
    #expect(weight == [1.9] && first == [0] && second == [0])
  }
}
