import References
import Testing

@testable import Kernels

@Suite struct MatrixMultiplyTests {
  /// Random sizes, among them 1, odd ones and ones that are cut.
  private func sizes(_ random: inout Operands) -> (Int, Int, Int) {
    let choices = [1, 1, 3, 8, 17, 64, 65, random.integer(1...90), 130]
    return (random.choose(choices), random.choose(choices), random.choose(choices))
  }

  @Test(arguments: 0..<60)
  func agreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let (m, n, k) = seed == 0 ? (600, 40, 40) : seed == 1 ? (30, 700, 33) : sizes(&random)
    let (transposeA, transposeB, accumulate) = (random.flag(), random.flag(), random.flag())
    let (a, b, c) = (random.floats(m * k), random.floats(k * n), random.floats(m * n))
    let (results, areEqual) = sameOnAllPools { pool in
      var result = accumulate ? c : [Float](repeating: .nan, count: m * n)
      matrixMultiply(
        pool, m: m, n: n, k: k, a, aStride: transposeA ? m : k, transposeA: transposeA, b,
        bStride: transposeB ? k : n, transposeB: transposeB, &result, cStride: n, accumulate: accumulate)
      return [result]
    }
    let expected = Reference.matrixMultiply(
      m: m, n: n, k: k, a.doubles, transposeA: transposeA, b.doubles, transposeB: transposeB, c: c.doubles,
      beta: accumulate ? 1 : 0)
    #expect(areEqual, "m \(m) n \(n) k \(k)")
    #expect(difference(results[0], expected) < 1e-5, "m \(m) n \(n) k \(k) \(transposeA) \(transposeB)")
  }

  @Test(arguments: 0..<60)
  func linearAgreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let (rows, inputs, outputs) = seed == 0 ? (600, 40, 40) : seed == 1 ? (5, 65, 900) : sizes(&random)
    let activation = Activation.allCases[seed % Activation.allCases.count]
    let (x, weight) = (random.floats(rows * inputs), random.floats(outputs * inputs))
    let bias = random.flag() ? random.floats(outputs) : nil
    let keepsInner = random.flag()
    let (results, areEqual) = sameOnAllPools { pool in
      var y = [Float](repeating: .nan, count: rows * outputs)
      var inner = y
      let flops = pool.matrixFlops
      inner.withUnsafeMutableBufferPointer { inner in
        bias.withPointer { bias in
          linearForward(
            pool, rows: rows, inputs: inputs, outputs: outputs, x: x, weight: weight, bias: bias,
            activation: activation, preactivation: keepsInner ? inner.baseAddress : nil, y: &y)
        }
      }
      #expect(pool.matrixFlops - flops >= UInt64(2 * rows * inputs * outputs))
      return keepsInner ? [y, inner] : [y]
    }
    let expected = Reference.linear(
      rows: rows, inputs: inputs, outputs: outputs, x: x.doubles, weight: weight.doubles,
      bias: bias?.doubles, activation: activation)
    #expect(areEqual)
    #expect(difference(results[0], expected.y) < 2e-5, "\(rows) \(inputs) \(outputs) \(activation)")
    if keepsInner { #expect(difference(results[1], expected.preactivation) < 2e-5) }
  }

  @Test(arguments: 0..<60)
  func biasActivationBackwardAgreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let rows = random.choose([1, 3, 40, 700])
    let width = random.choose([1, 5, 8, 33, 128])
    let activation = Activation.allCases[seed % Activation.allCases.count]
    let (inner, dy) = (random.floats(rows * width, scale: 3), random.floats(rows * width))
    let old = random.floats(width)
    let accumulate = random.flag()
    let (results, areEqual) = sameOnAllPools { pool in
      var (gradient, biasGradient) = (dy, accumulate ? old : [Float](repeating: .nan, count: width))
      var scratch = [Float](repeating: .nan, count: biasActivationScratch(rows: rows, width: width))
      biasActivationBackward(
        pool, rows: rows, width: width, activation: activation, preactivation: inner, dy: &gradient,
        biasGradient: &biasGradient, accumulate: accumulate, scratch: &scratch)
      return [gradient, biasGradient]
    }
    let expected = Reference.biasActivationBackward(
      width: width, activation: activation, preactivation: inner.doubles, dy: dy.doubles)
    #expect(areEqual)
    #expect(difference(results[0], expected.inner) < 1e-5)
    // The same bits from slopes that are at hand.
    let pool = ThreadPool(threads: 1)
    var (slope, gradient) = (inner, dy)
    let ones = [Float](repeating: 1, count: rows * width)
    activationBackward(pool, count: rows * width, activation: activation, x: inner, dy: ones, dx: &slope)
    var biasGradient = accumulate ? old : [Float](repeating: .nan, count: width)
    var scratch = [Float](repeating: .nan, count: biasActivationScratch(rows: rows, width: width))
    biasActivationBackward(
      pool, rows: rows, width: width, activation: activation, preactivation: slope, holdsSlope: true,
      dy: &gradient, biasGradient: &biasGradient, accumulate: accumulate, scratch: &scratch)
    #expect([gradient, biasGradient] == results)
    let sums = accumulate ? Reference.add(expected.biasGradient, old.doubles) : expected.biasGradient
    #expect(difference(results[1], sums) < 1e-5)
  }

  @Test func cutsCoverEverythingOnce() {
    for m in [1, 31, 32, 33, 255, 256, 257, 768, 2048, 50_257] {
      for n in [1, 32, 128, 384, 3072, 50_257] {
        let cut = ProductCut(m: m, n: n, k: 128)
        var next = 0
        for tile in 0..<cut.tiles {
          #expect(cut.range(tile).lowerBound == next && !cut.range(tile).isEmpty)
          next = cut.range(tile).upperBound
        }
        #expect(next == (cut.cutsRows ? m : n))
      }
    }
  }
}

extension Optional {
  /// Lends the elements, or nil.
  func withPointer<Element>(_ body: (UnsafePointer<Element>?) -> Void) where Wrapped == [Element] {
    if let self { self.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
  }
}
