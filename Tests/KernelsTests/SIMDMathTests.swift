import Foundation
import Testing

@testable import Kernels

@Suite struct SIMDMathTests {
  /// The largest relative error over evenly spread numbers, and over numbers of every size.
  private func relativeError(
    _ fast: (SIMD8<Float>) -> SIMD8<Float>, _ exact: (Double) -> Double, from low: Float, to high: Float
  ) -> Double {
    var worst = 0.0
    func measure(_ x: SIMD8<Float>) {
      let result = fast(x)
      for lane in 0..<8 where (low...high).contains(x[lane]) {
        let expected = exact(Double(x[lane]))
        guard expected.magnitude >= Double(Float.leastNormalMagnitude) else { continue }
        worst = max(worst, abs(Double(result[lane]) / expected - 1))
      }
    }
    let count = 200_000
    for index in 0..<count / 8 {
      measure(SIMD8((0..<8).map { low + (high - low) * Float(index * 8 + $0) / Float(count) }))
    }
    for exponent in -40..<8 {
      for step in 0..<64 {
        let magnitude = Float(sign: .plus, exponent: exponent, significand: 1 + Float(step) / 64)
        measure(SIMD8(repeating: magnitude))
        measure(SIMD8(repeating: -magnitude))
      }
    }
    return worst
  }

  @Test func exponential() {
    #expect(relativeError({ exp($0) }, { Foundation.exp($0) }, from: -87.33, to: 88.72) < 2.5e-7)
  }
  @Test func hyperbolicTangent() {
    #expect(relativeError({ tanh($0) }, { Foundation.tanh($0) }, from: -20, to: 20) < 5e-7)
  }
  @Test func errorFunction() {
    #expect(relativeError({ erf($0) }, { Foundation.erf($0) }, from: -8, to: 8) < 6e-7)
  }
  @Test func logisticFunction() {
    #expect(relativeError({ sigmoid($0) }, { 1 / (1 + Foundation.exp(-$0)) }, from: -80, to: 80) < 5e-7)
  }

  @Test func root() {
    #expect(relativeError({ squareRoot($0) }, { $0.squareRoot() }, from: 0, to: 1e6) < 2e-7)
    for exponent in -126...127 {
      let x = Float(sign: .plus, exponent: exponent, significand: 1.37)
      #expect(abs(Double(squareRoot(SIMD8(repeating: x))[3]) / Double(x).squareRoot() - 1) < 2e-7)
    }
    let tiny = Float.leastNonzeroMagnitude
    let edges = squareRoot(
      SIMD8(0, tiny, 100 * tiny, .greatestFiniteMagnitude, .infinity, .nan, -.nan, 4))
    #expect(edges[0] == 0 && edges[1] < 1.1e-19 && edges[2] < 1.1e-19 && edges[7] == 2)
    #expect(abs(edges[3] / 1.844_674_4e19 - 1) < 1e-6 && edges[4] == edges[3])
    #expect(edges[5].isNaN && edges[6].isNaN)
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
