import References
import Testing

@testable import Kernels

/// Products with few rows, and what else a cache of keys and values needs.
@Suite struct FewRowsTests {
  @Test(arguments: 0..<40)
  func productAgreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let rows = seed % FewRows.most + 1
    let (inputs, outputs) = (random.choose([1, 3, 8, 17, 64, 129, 600]), random.choose([1, 3, 4, 6, 70]))
    let (xStride, weightStride) = (inputs + random.integer(0...3), inputs + random.integer(0...3))
    let yStride = outputs + random.integer(0...3)
    let first = random.integer(0...outputs - 1)
    let (x, weight) = (random.floats(rows * xStride), random.floats(outputs * weightStride))
    // A pool of its own: other tests count on the shared ones.
    let pool = ThreadPool(threads: 1)
    var y = [Float](repeating: 7, count: rows * yStride)
    let flops = pool.matrixFlops
    FewRows.product(
      pool, rows: rows, inputs: inputs, outputs: first..<outputs, factor: 0.5, x: x, xStride: xStride,
      weight: weight, weightStride: weightStride, y: &y, yStride: yStride)
    #expect(pool.matrixFlops - flops == UInt64(2 * rows * inputs * (outputs - first)))
    func dense(_ values: [Float], _ count: Int, _ stride: Int) -> [Double] {
      (0..<count).flatMap { values[$0 * stride..<$0 * stride + inputs].map(Double.init) }
    }
    let product = Reference.matrixMultiply(
      m: rows, n: outputs, k: inputs, dense(x, rows, xStride), transposeA: false,
      dense(weight, outputs, weightStride), transposeB: true,
      c: [Double](repeating: 0, count: rows * outputs), beta: 0)
    var expected = [Double](repeating: 7, count: y.count)
    for row in 0..<rows {
      for output in first..<outputs { expected[row * yStride + output] = product[row * outputs + output] / 2 }
    }
    #expect(difference(y, expected) < 1e-5, "rows \(rows) inputs \(inputs) outputs \(first)..<\(outputs)")
  }

  /// What a batch of texts relies on to give each the same as alone.
  @Test(arguments: [(512, 70), (65, 33), (7, 5)])
  func aRowHasTheSameBitsAloneAndAmongOthers(inputs: Int, outputs: Int) {
    var random = Operands(seed: inputs)
    let (x, weight) = (random.floats(FewRows.most * inputs), random.floats(outputs * inputs))
    let bias = random.floats(outputs)
    func linear(_ rows: Range<Int>) -> [UInt32] {
      var y = [Float](repeating: .nan, count: rows.count * outputs)
      linearForward(
        poolsOfAllSizes[1], rows: rows.count, inputs: inputs, outputs: outputs,
        x: Array(x[rows.lowerBound * inputs..<rows.upperBound * inputs]), weight: weight, bias: bias,
        activation: .gelu, preactivation: nil, y: &y)
      return y.map(\.bitPattern)
    }
    let alone = (0..<FewRows.most).flatMap { linear($0..<$0 + 1) }
    for rows in 1...FewRows.most { #expect(linear(0..<rows)[...] == alone[..<(rows * outputs)]) }
  }

  @Test(arguments: 0..<20)
  func weightedSumAgreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let (count, width) = (random.choose([1, 2, 9, 70]), random.choose([1, 5, 8, 31, 32, 64, 77]))
    let stride = width + random.integer(0...4)
    let (weights, x, old) = (random.floats(count), random.floats(count * stride), random.floats(width))
    let pool = ThreadPool(threads: 1)
    var y = seed.isMultiple(of: 2) ? old : [Float](repeating: .nan, count: width)
    let flops = pool.matrixFlops
    FewRows.weightedSum(
      pool, count: count, width: width, weights: weights, x: x, stride: stride, y: &y,
      accumulate: seed.isMultiple(of: 2))
    #expect(pool.matrixFlops - flops == UInt64(2 * count * width))
    let dense = (0..<count).flatMap { x[$0 * stride..<$0 * stride + width].map(Double.init) }
    let expected = Reference.matrixMultiply(
      m: 1, n: width, k: count, weights.doubles, transposeA: false, dense, transposeB: false, c: old.doubles,
      beta: seed.isMultiple(of: 2) ? 1 : 0)
    #expect(difference(y, expected) < 1e-5, "count \(count) width \(width)")
  }

  @Test(arguments: [(1, 1, 5), (3, 4, 33), (5, 40, 700)])
  func rowsAreStoredWhereASequenceGoesOn(batch: Int, time: Int, width: Int) {
    var random = Operands(seed: width)
    let (capacity, xStride) = (time + 6, width + 3)
    let starts = (0..<batch).map { _ in Int32(random.integer(0...6)) }
    let (x, old) = (random.floats(batch * time * xStride), random.floats(batch * capacity * width))
    var expected = old
    for sequence in 0..<batch {
      for step in 0..<time {
        for channel in 0..<width {
          expected[(sequence * capacity + Int(starts[sequence]) + step) * width + channel] =
            x[(sequence * time + step) * xStride + channel]
        }
      }
    }
    for pool in poolsOfAllSizes {
      var y = old
      storeRows(
        pool, batch: batch, time: time, width: width, capacity: capacity, starts: starts, x: x,
        xStride: xStride, y: &y, yStride: width)
      #expect(y == expected)
    }
  }

  /// Queries of sequences that have come to different places, over keys and values that lie elsewhere.
  @Test(arguments: 0..<40)
  func attentionOverACacheAgreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let (batch, time) = (random.integer(1...3), random.choose([1, 1, 2, 9, 70]))
    let (shared, group, width) = (
      random.integer(1...2), random.integer(1...3), random.choose([3, 8, 32, 40])
    )
    let longest = random.choose([5, 40, 600])
    let starts = (0..<batch).map { _ in Int32(random.integer(0...longest)) }
    let window = random.choose([4, 100_000])
    let (capacity, heads) = (longest + time + random.integer(0...5), shared * group)
    var shape = AttentionShape(
      batch: batch, queryTime: time, keyTime: capacity, heads: heads, keyValueHeads: shared, headWidth: width,
      queryStride: heads * width + 2, keyStride: 2 * shared * width, valueStride: 2 * shared * width,
      outputStride: heads * width, scale: 0.7, queryOffset: 0)
    let ranges = starts.flatMap { start in
      (Int(start)..<Int(start) + time).flatMap { [Int32(max(0, $0 - window + 1)), Int32($0 + 1)] }
    }
    let slopes = random.flag() ? random.floats(heads).map { abs($0) } : nil
    let (q, cache) = (
      random.floats(batch * time * shape.queryStride), random.floats(batch * capacity * shape.keyStride)
    )
    func attend(_ pool: ThreadPool) -> [[Float]] {
      var output = [Float](repeating: .nan, count: batch * time * shape.outputStride)
      var scratch = [Float](repeating: .nan, count: attentionScratch(shape, threads: pool.threads))
      slopes.withPointer { slopes in
        cache.withUnsafeBufferPointer { cache in
          ranges.withUnsafeBufferPointer { ranges in
            starts.withUnsafeBufferPointer { starts in
              guard let keys = cache.baseAddress, let ranges = ranges.baseAddress else { return }
              attentionForward(
                pool, shape,
                AttentionExtras(
                  ranges: ranges, rangeBatch: batch, slopes: slopes, dropout: nil,
                  queryOffsets: starts.baseAddress), q: q, k: keys, v: keys + shared * width, out: &output,
                logSumExp: nil, sink: nil, scratch: &scratch)
            }
          }
        }
      }
      return [output]
    }
    let counted = ThreadPool(threads: 2)
    _ = attend(counted)
    #expect(counted.matrixFlops == attentionFlops(shape, ranges: ranges, rangeBatch: batch).forward)
    let (results, areEqual) = sameOnAllPools(attend)
    #expect(areEqual)
    shape.batch = 1
    for sequence in 0..<batch {
      shape.queryOffset = Int(starts[sequence])
      let keys = Array(cache[(sequence * capacity * shape.keyStride)...].prefix(capacity * shape.keyStride))
      let expected = Reference.attentionForward(
        shape, q: Array(q[(sequence * time * shape.queryStride)...]).doubles, k: keys.doubles,
        v: Array(keys[(shared * width)...]).doubles,
        ranges: Array(ranges[(2 * sequence * time)...].prefix(2 * time)), rangeBatch: 1,
        slopes: slopes?.doubles, dropout: nil
      ).output
      let size = time * shape.outputStride
      #expect(
        difference(Array(results[0][(sequence * size)..<(sequence + 1) * size]), expected) < 1e-5,
        "time \(time) start \(starts[sequence]) window \(window) slopes \(slopes != nil)")
    }
  }
}
