import Kernels
import References
import Testing

private struct NormCase: CustomStringConvertible {
  let kind: NormKind
  let rows: Int
  let width: Int
  let x: [Float]
  let branch: [Float]?
  let dropout: Dropout?
  let weight: [Float]?
  let bias: [Float]?
  let dy: [Float]
  /// What is in the gradients before; nil: they are replaced.
  let before: (dx: [Float], parameters: [Float])?
  let epsilon: Float = 1e-5

  var description: String {
    "\(kind) \(rows)×\(width), branch \(branch != nil), dropout \(dropout != nil), weight \(weight != nil)"
  }

  init(seed: Int) {
    var random = Operands(seed: seed)
    kind = random.choose(NormKind.allCases)
    rows = random.choose([1, 3, 40, 200])
    width = random.choose([1, 2, 7, 8, 33, 64, 384, 1000])
    x = random.floats(rows * width, scale: 2)
    branch = random.flag() ? random.floats(rows * width) : nil
    let key = PhiloxKey(low: UInt32(seed), high: 1)
    dropout = random.flag() && branch != nil ? Dropout(rate: 0.4, key: key) : nil
    weight = random.flag() ? random.floats(width) : nil
    bias = random.flag() ? random.floats(width) : nil
    dy = random.floats(rows * width)
    before = random.flag() ? (random.floats(rows * width), random.floats(width)) : nil
  }

  /// sum, y, mean, inverse, dx, weight gradient, bias gradient.
  func compute(on pool: ThreadPool) -> [[Float]] {
    var sum = [Float](repeating: .nan, count: x.count)
    var y = sum
    var mean = [Float](repeating: kind == .layer ? .nan : 0, count: rows)
    var inverse = [Float](repeating: .nan, count: rows)
    withOptional(branch) { branch in
      withOptional(weight) { weight in
        withOptional(bias) { bias in
          mean.withUnsafeMutableBufferPointer { mean in
            sum.withUnsafeMutableBufferPointer { sum in
              normForward(
                pool, kind: kind, rows: rows, width: width, x: x, branch: branch, dropout: dropout,
                sum: branch == nil ? nil : sum.baseAddress, weight: weight, bias: bias, epsilon: epsilon,
                y: &y, mean: kind == .layer ? mean.baseAddress : nil, inverse: &inverse)
            }
          }
        }
      }
    }
    if branch == nil { sum = x }
    var dx = before?.dx ?? [Float](repeating: .nan, count: x.count)
    var weightGradient = before?.parameters ?? [Float](repeating: .nan, count: width)
    var biasGradient = weightGradient
    var scratch = [Float](repeating: .nan, count: normBackwardScratch(rows: rows, width: width))
    withOptional(weight) { weight in
      withOptional(kind == .layer ? mean : nil) { mean in
        normBackward(
          pool, kind: kind, rows: rows, width: width, x: sum, mean: mean, inverse: inverse, weight: weight,
          dy: dy, dx: &dx, accumulate: before != nil, weightGradient: &weightGradient,
          biasGradient: &biasGradient, accumulateParameters: before != nil, scratch: &scratch)
      }
    }
    return [sum, y, mean, inverse, dx, weightGradient, biasGradient]
  }

  func reference() -> [[Double]] {
    let forward = Reference.normForward(
      kind: kind, rows: rows, width: width, x: x.doubles, branch: branch?.doubles, dropout: dropout,
      weight: weight?.doubles, bias: bias?.doubles, epsilon: Double(epsilon))
    let backward = Reference.normBackward(
      kind: kind, rows: rows, width: width, x: forward.sum, mean: forward.mean, inverse: forward.inverse,
      weight: weight?.doubles, dy: dy.doubles)
    func added(_ before: [Float]?, _ gradient: [Double]) -> [Double] {
      before.map { zip($0, gradient).map { Double($0) + $1 } } ?? gradient
    }
    return [
      forward.sum, forward.y, forward.mean, forward.inverse, added(before?.dx, backward.dx),
      added(before?.parameters, backward.weightGradient), added(before?.parameters, backward.biasGradient),
    ]
  }
}

/// The base address of an array that may be absent.
func withOptional(_ values: [Float]?, _ body: (UnsafePointer<Float>?) -> Void) {
  guard let values else { return body(nil) }
  values.withUnsafeBufferPointer { body($0.baseAddress) }
}

@Suite struct NormTests {
  @Test(arguments: 0..<80)
  func agreesWithTheTwinOnAnyThreads(seed: Int) {
    let one = NormCase(seed: seed)
    let (actual, areEqual) = sameOnAllPools { one.compute(on: $0) }
    #expect(areEqual, "\(one)")
    let names = ["sum", "y", "mean", "inverse", "dx", "weight gradient", "bias gradient"]
    for (name, (actual, expected)) in zip(names, zip(actual, one.reference())) {
      // Where the variance is hardly more than ε (width 1 and 2), errors grow with 1/√ε.
      #expect(difference(actual, expected) < (one.width < 3 ? 2e-4 : 5e-6), "\(name): \(one)")
    }
  }

  /// A mean that is large beside the deviation costs no digits of the variance.
  @Test func largeMean() {
    let x: [Float] = (0..<64).map { 1000 + Float($0 % 4) / 4 }
    var y = [Float](repeating: 0, count: 64)
    normForward(
      poolsOfAllSizes[0], kind: .layer, rows: 1, width: 64, x: x, branch: nil, dropout: nil, sum: nil,
      weight: nil, bias: nil, epsilon: 1e-5, y: &y, mean: nil, inverse: nil)
    let expected = Reference.normForward(
      kind: .layer, rows: 1, width: 64, x: x.doubles, branch: nil, dropout: nil, weight: nil, bias: nil,
      epsilon: 1e-5)
    #expect(difference(y, expected.y) < 1e-5)
  }
}

@Suite struct HeadNormTests {
  @Test(arguments: 0..<30)
  func agreesWithTheTwinOnAnyThreads(seed: Int) {
    var random = Operands(seed: seed)
    let rows = random.choose([1, 5, 100])
    let (queryHeads, keyHeads) = (random.integer(1...4), random.integer(1...2))
    let headWidth = random.choose([1, 3, 8, 20, 64])
    let (heads, stride) = (queryHeads + keyHeads, (queryHeads + 2 * keyHeads) * headWidth)
    let (x, dy) = (random.floats(rows * stride, scale: 3), random.floats(rows * stride))
    let (queryWeight, keyWeight) = (random.floats(headWidth), random.floats(headWidth))
    let before = random.flag() ? random.floats(headWidth) : nil
    let (actual, areEqual) = sameOnAllPools { pool in
      var y = [Float](repeating: .nan, count: x.count)
      var dx = y
      var inverse = [Float](repeating: .nan, count: rows * heads)
      var queryGradient = before ?? [Float](repeating: .nan, count: headWidth)
      var keyGradient = queryGradient
      var scratch = [Float](repeating: .nan, count: headNormBackwardScratch(rows: rows, headWidth: headWidth))
      headNormForward(
        pool, rows: rows, stride: stride, queryHeads: queryHeads, keyHeads: keyHeads, headWidth: headWidth,
        queryWeight: queryWeight, keyWeight: keyWeight, epsilon: 1e-2, x: x, y: &y, inverse: &inverse)
      headNormBackward(
        pool, rows: rows, stride: stride, queryHeads: queryHeads, keyHeads: keyHeads, headWidth: headWidth,
        queryWeight: queryWeight, keyWeight: keyWeight, x: x, inverse: inverse, dy: dy, dx: &dx,
        queryWeightGradient: &queryGradient, keyWeightGradient: &keyGradient,
        accumulateParameters: before != nil, scratch: &scratch)
      return [y, inverse, dx, queryGradient, keyGradient]
    }
    #expect(areEqual)
    let forward = Reference.headNormForward(
      rows: rows, stride: stride, queryHeads: queryHeads, keyHeads: keyHeads, headWidth: headWidth,
      queryWeight: queryWeight.doubles, keyWeight: keyWeight.doubles, epsilon: 1e-2, x: x.doubles)
    let backward = Reference.headNormBackward(
      rows: rows, stride: stride, queryHeads: queryHeads, keyHeads: keyHeads, headWidth: headWidth,
      queryWeight: queryWeight.doubles, keyWeight: keyWeight.doubles, x: x.doubles, inverse: forward.inverse,
      dy: dy.doubles)
    let start = before?.doubles ?? [Double](repeating: 0, count: headWidth)
    let expected = [
      forward.y, forward.inverse, backward.dx, zip(start, backward.queryWeightGradient).map(+),
      zip(start, backward.keyWeightGradient).map(+),
    ]
    for (index, (actual, expected)) in zip(actual, expected).enumerated() {
      #expect(difference(actual, expected) < 5e-6, "result \(index), rows \(rows), head width \(headWidth)")
    }
  }
}
