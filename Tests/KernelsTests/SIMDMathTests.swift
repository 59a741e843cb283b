import Foundation
import Testing

@testable import Kernels

/// The error of a float in units in the last place of the exact result. Results that are no normal float
/// are measured against the least normal one: what is smaller than `flushed` may be zero.
private func unitsInTheLastPlace(_ result: Float, _ exact: Double, flushed: Double) -> Double {
  if result.isInfinite || exact.magnitude > Double(Float.greatestFiniteMagnitude) {
    let limit = Double(Float.greatestFiniteMagnitude) * (1 + 0x1p-25)
    let overflows = exact.magnitude >= Double(Float.greatestFiniteMagnitude) * (1 - 0x1p-20)
    return (result.isInfinite ? overflows : exact.magnitude < limit) ? 0 : .infinity
  }
  let unit = Double(max(Float(exact.magnitude).binade, .leastNormalMagnitude).ulp)
  let error = (Double(result) - exact).magnitude
  let isFlushed = result == 0 && exact.magnitude < flushed
  return isFlushed ? 0 : error / unit
}

@Suite struct SIMDMathTests {
  /// The largest error over the whole range: every 509th of all floats, in order of their bits, with both
  /// signs, subnormal numbers, infinities and everything between; or all from `least` on.
  private func worstError(
    _ fast: (SIMD8<Float>) -> SIMD8<Float>, _ exact: (Double) -> Double, from least: Float? = nil,
    flushed: Double = Double(Float.leastNormalMagnitude) * 1.000_001
  ) -> (ulp: Double, at: Float) {
    var worst = (ulp: 0.0, at: Float(0))
    var patterns = Array(stride(from: least?.bitPattern ?? 0, through: 0x7F80_0000, by: 509)) + [0x7F80_0000]
    if least == nil { patterns += patterns.map { $0 | 0x8000_0000 } }
    patterns += [UInt32](repeating: 0, count: 7)
    for start in stride(from: 0, to: patterns.count - 7, by: 8) {
      let x = SIMD8((0..<8).map { Float(bitPattern: patterns[start + $0]) })
      let result = fast(x)
      for lane in 0..<8 {
        let error = unitsInTheLastPlace(result[lane], exact(Double(x[lane])), flushed: flushed)
        // Written so that a result that is NaN counts as the worst.
        if !(error <= worst.ulp) { worst = (error, x[lane]) }
      }
    }
    return worst
  }

  @Test func exponential() {
    let worst = worstError({ exp($0) }, { Foundation.exp($0) }, flushed: 1.7e-38)
    #expect(worst.ulp < 1.1, "at \(worst.at)")
  }
  @Test(arguments: [(limit: Float(5), bound: 2.3), (20, 2.8), (87.33, 5.1)])
  func exponentialOfWhatIsNotPositive(limit: Float, bound: Double) {
    let worst = worstError(
      { expOfNonpositive(larger(-magnitude($0), SIMD8(repeating: -limit))) },
      { Foundation.exp(max(-abs($0), -Double(limit))) })
    #expect(worst.ulp < bound, "at \(worst.at)")
    let edges = expOfNonpositive(SIMD8(0, -0.0, -87.7, -88, -1e30, -.infinity, .nan, -.nan))
    #expect(edges.lowHalf == SIMD4(1, 1, 0, 0))
    #expect(edges[4] == 0 && edges[5] == 0 && edges[6].isNaN && edges[7].isNaN)
  }
  @Test func hyperbolicTangent() {
    let worst = worstError({ tanh($0) }, { Foundation.tanh($0) })
    #expect(worst.ulp < 2.4, "at \(worst.at)")
  }
  @Test func errorFunction() {
    let worst = worstError({ erf($0) }, { Foundation.erf($0) })
    #expect(worst.ulp < 5.1, "at \(worst.at)")
  }
  @Test func logisticFunction() {
    let worst = worstError({ sigmoid($0) }, { 1 / (1 + Foundation.exp(-$0)) })
    #expect(worst.ulp < 5, "at \(worst.at)")
  }
  @Test func root() {
    for bits in stride(from: UInt32(0), through: Float.infinity.bitPattern, by: 509) {
      let x = Float(bitPattern: bits)
      #expect(squareRoot(SIMD8(repeating: x)) == SIMD8(repeating: x.squareRoot()))
    }
    let edges = squareRoot(SIMD8(.infinity, .nan, -.nan, -1, 4, 1, 9, 0))
    #expect(edges[0] == .infinity && edges[1].isNaN && edges[2].isNaN && edges[3].isNaN)
    #expect(edges.highHalf == SIMD4(2, 1, 3, 0))
  }

  @Test func naturalLogarithm() {
    let (least, most) = (Float.leastNormalMagnitude, Float.greatestFiniteMagnitude)
    let worst = worstError(
      { logarithm(smaller(larger($0, SIMD8(repeating: least)), SIMD8(repeating: most))) },
      { Foundation.log(min(max($0, Double(least)), Double(most))) }, from: least)
    #expect(worst.ulp < 1.9, "at \(worst.at)")
  }
  @Test func sineAndCosineOfHalfTurns() {
    for index in 0...20_000 {
      let u = Float(index) / 20_000 - 0.5
      let (sine, cosine) = sineAndCosine(halfTurns: SIMD8(repeating: u))
      #expect(abs(Double(sine[3]) - Foundation.sin(Double(u) * .pi)) < 1.7e-7, "at \(u)")
      #expect(abs(Double(cosine[5]) - Foundation.cos(Double(u) * .pi)) < 1.7e-7, "at \(u)")
    }
  }

  @Test func infinitiesAndExtremes() {
    let x = SIMD8<Float>(
      .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0, -0.0,
      .leastNonzeroMagnitude, -200)
    let (grown, bent, share, area) = (exp(x), tanh(x), sigmoid(x), erf(x))
    #expect(grown == SIMD8(.infinity, 0, .infinity, 0, 1, 1, 1, 0))
    #expect(bent[0] == 1 && bent[1] == -1 && bent[2] == 1 && bent[3] == -1 && bent[7] == -1)
    #expect(share == SIMD8(1, 0, 1, 0, 0.5, 0.5, 0.5, 0))
    #expect(area[0] == 1 && area[1] == -1 && area[2] == 1 && area[3] == -1)
    #expect(bent[4] == 0 && area[4] == 0 && bent[5].sign == .minus && area[5].sign == .minus)
  }

  @Test func notANumberStays() {
    for bits: UInt32 in [0x7fc0_0000, 0xffc0_0000, 0x7f80_0001, 0xffff_ffff] {
      let x = SIMD8<Float>(repeating: Float(bitPattern: bits))
      for result in [exp(x), tanh(x), sigmoid(x), erf(x)] {
        for lane in 0..<8 { #expect(result[lane].isNaN) }
      }
    }
  }

  @Test func choicesAndPartialLoads() {
    let (a, b) = (SIMD8<Float>(1, 2, 3, 4, 5, 6, 7, 8), SIMD8<Float>(8, 7, 6, 5, 4, 3, 2, 1))
    #expect(larger(a, b) == SIMD8(8, 7, 6, 5, 5, 6, 7, 8))
    #expect(smaller(a, b) == SIMD8(1, 2, 3, 4, 4, 3, 2, 1))
    #expect(sum(a) == 36)
    let memory: [Float] = [1, 2, 3]
    var target = [Float](repeating: 9, count: 4)
    #expect(load(memory, count: 3, filler: -1) == SIMD8(1, 2, 3, -1, -1, -1, -1, -1))
    store(a, &target, count: 2)
    #expect(target == [1, 2, 9, 9])
  }
}
