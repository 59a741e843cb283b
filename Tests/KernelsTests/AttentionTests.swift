import Kernels
import References
import Testing

/// A random case of attention on packed rows, and its results by kernel and by twin.
private struct AttentionCase: CustomStringConvertible {
  var shape: AttentionShape
  var rangeBatch: Int
  var ranges: [Int32]
  var slopes: [Float]?
  var dropout: Dropout?
  var packed: [Float]
  var dOut: [Float]
  var mask: String

  var description: String {
    "\(mask) ranges \(rangeBatch) slopes \(slopes != nil) dropout \(dropout != nil) \(shape)"
  }
  var keyOffset: Int { shape.heads * shape.headWidth }
  var valueOffset: Int { (shape.heads + shape.keyValueHeads) * shape.headWidth }

  init(seed: Int, longest: Int = 90) {
    var random = Operands(seed: seed)
    let batch = random.integer(1...3)
    let time = random.choose([1, 2, 7, random.integer(1...longest), longest])
    let shared = random.integer(1...3)
    let heads = shared * random.choose([1, 1, 2, 3])
    let width = random.choose([1, 3, 8, 13, 16, 32])
    let stride = (heads + 2 * shared) * width
    shape = AttentionShape(
      batch: batch, queryTime: time, keyTime: time, heads: heads, keyValueHeads: shared, headWidth: width,
      queryStride: stride, keyStride: stride, valueStride: stride, outputStride: heads * width,
      scale: 1 / Float(width).squareRoot(), queryOffset: 0)
    rangeBatch = random.flag() ? 1 : batch
    mask = random.choose(["bidirectional", "causal", "prefix", "window", "documents", "anything"])
    ranges = []
    for _ in 0..<rangeBatch {
      let (prefix, cut) = (random.integer(0...time), random.integer(0...time))
      let window = random.integer(1...time)
      for query in 0..<time {
        let range: (Int, Int)
        switch mask {
        case "causal": range = (0, query + 1)
        case "prefix": range = (0, max(query + 1, prefix))
        case "window": range = (max(0, query - window + 1), min(time, query + window))
        case "documents": range = query < cut ? (0, cut) : (cut, query + 1)
        case "anything":
          let start = random.integer(0...time)
          range = (start, random.integer(start...time))
        default: range = (0, time)
        }
        ranges += [Int32(range.0), Int32(range.1)]
      }
    }
    slopes = random.flag() ? random.floats(heads).map { abs($0) } : nil
    dropout = random.flag() ? Dropout(rate: 0.3, key: PhiloxKey(low: UInt32(seed), high: 7)) : nil
    packed = random.floats(batch * time * stride, scale: 2)
    dOut = random.floats(batch * time * heads * width)
  }

  struct Results {
    var output: [Float]
    var logSumExp: [Float]
    var sink: [Float]
    var packedGradient: [Float]
    var forwardFlops: UInt64
    var backwardFlops: UInt64
  }

  func compute(on pool: ThreadPool, withSink: Bool = true) -> Results {
    var output = [Float](repeating: .nan, count: dOut.count)
    var logSumExp = [Float](repeating: .nan, count: shape.batch * shape.heads * shape.queryTime)
    var sink = [Float](repeating: .nan, count: logSumExp.count * shape.keyTime)
    var gradient = [Float](repeating: .nan, count: packed.count)
    var scratch = [Float](repeating: .nan, count: attentionScratch(shape, threads: pool.threads))
    var backwardScratch = [Float](
      repeating: .nan, count: attentionBackwardScratch(shape, threads: pool.threads))
    var flops: [UInt64] = [pool.matrixFlops]
    withSlopes { slopes in
      ranges.withUnsafeBufferPointer { ranges in
        packed.withUnsafeBufferPointer { packed in
          guard let ranges = ranges.baseAddress, let q = packed.baseAddress else { return }
          let extras = AttentionExtras(
            ranges: ranges, rangeBatch: rangeBatch, slopes: slopes, dropout: dropout)
          sink.withUnsafeMutableBufferPointer { sink in
            attentionForward(
              pool, shape, extras, q: q, k: q + keyOffset, v: q + valueOffset, out: &output,
              logSumExp: &logSumExp, sink: withSink ? sink.baseAddress : nil, scratch: &scratch)
          }
          flops.append(pool.matrixFlops)
          gradient.withUnsafeMutableBufferPointer { gradient in
            guard let dq = gradient.baseAddress else { return }
            attentionBackward(
              pool, shape, extras, q: q, k: q + keyOffset, v: q + valueOffset, out: output, dOut: dOut,
              logSumExp: logSumExp, dq: dq, dk: dq + keyOffset, dv: dq + valueOffset,
              scratch: &backwardScratch)
          }
          flops.append(pool.matrixFlops)
        }
      }
    }
    return Results(
      output: output, logSumExp: logSumExp, sink: sink, packedGradient: gradient,
      forwardFlops: flops[1] - flops[0], backwardFlops: flops[2] - flops[1])
  }

  private func withSlopes(_ body: (UnsafePointer<Float>?) -> Void) {
    if let slopes { slopes.withUnsafeBufferPointer { body($0.baseAddress) } } else { body(nil) }
  }

  func reference() -> (
    output: [Double], logSumExp: [Double], probabilities: [Double], packedGradient: [Double]
  ) {
    let q = packed.doubles
    let (k, v) = (Array(q[keyOffset...]), Array(q[valueOffset...]))
    let forward = Reference.attentionForward(
      shape, q: q, k: k, v: v, ranges: ranges, rangeBatch: rangeBatch, slopes: slopes?.doubles,
      dropout: dropout)
    let backward = Reference.attentionBackward(
      shape, q: q, k: k, v: v, ranges: ranges, rangeBatch: rangeBatch, slopes: slopes?.doubles,
      dropout: dropout, dOut: dOut.doubles)
    var gradient = backward.dq
    for (index, value) in backward.dk.enumerated() { gradient[index + keyOffset] += value }
    for (index, value) in backward.dv.enumerated() { gradient[index + valueOffset] += value }
    return (forward.output, forward.logSumExp, forward.probabilities, gradient)
  }

  /// The rows of the sink times the values, head by head: the output, if nothing is dropped.
  func weightedValues(_ probabilities: [Float]) -> [Double] {
    var output = [Double](repeating: 0, count: dOut.count)
    let (time, width) = (shape.queryTime, shape.headWidth)
    for row in 0..<shape.batch * shape.heads * time {
      let (sequence, head, query) = (row / time / shape.heads, row / time % shape.heads, row % time)
      for key in 0..<shape.keyTime {
        let from = (sequence * time + key) * shape.valueStride + valueOffset + head / shape.group * width
        let into = (sequence * time + query) * shape.outputStride + head * width
        for channel in 0..<width {
          output[into + channel] +=
            Double(probabilities[row * shape.keyTime + key]) * Double(packed[from + channel])
        }
      }
    }
    return output
  }
}

@Suite struct AttentionTests {
  @Test(arguments: 0..<60)
  func agreesWithTheTwin(seed: Int) {
    let one = AttentionCase(seed: seed)
    let (actual, expected) = (one.compute(on: poolsOfAllSizes[1]), one.reference())
    #expect(difference(actual.output, expected.output) < 3e-6, "\(one)")
    #expect(difference(actual.logSumExp, expected.logSumExp) < 2e-6, "\(one)")
    #expect(difference(actual.sink, expected.probabilities) < 3e-6, "\(one)")
    #expect(difference(actual.packedGradient, expected.packedGradient) < 1e-5, "\(one)")
  }

  /// More keys than one strip holds: running sums are corrected from strip to strip.
  @Test(arguments: 100..<104)
  func agreesWithTheTwinOverSeveralStrips(seed: Int) {
    var next = seed
    var one = AttentionCase(seed: seed)
    while one.shape.queryTime < 1100 || one.shape.headWidth > 8 || one.shape.batch * one.shape.heads > 3 {
      next += 1000
      one = AttentionCase(seed: next, longest: 1100)
    }
    // A score of some hundreds has few digits after the point, in any order of computing.
    one.slopes = one.slopes?.map { $0 / 10 }
    let (actual, expected) = (one.compute(on: poolsOfAllSizes[1]), one.reference())
    #expect(difference(actual.output, expected.output) < 1e-5, "\(one)")
    #expect(difference(actual.sink, expected.probabilities) < 1e-5, "\(one)")
    #expect(difference(actual.packedGradient, expected.packedGradient) < 3e-5, "\(one)")
  }

  @Test(arguments: 200..<220)
  func sinkChangesNoBitAndHoldsProbabilities(seed: Int) {
    var one = AttentionCase(seed: seed, longest: 600)
    one.dropout = nil
    let with = one.compute(on: poolsOfAllSizes[1])
    let without = one.compute(on: poolsOfAllSizes[1], withSink: false)
    #expect(with.output.map(\.bitPattern) == without.output.map(\.bitPattern), "\(one)")
    #expect(with.logSumExp.map(\.bitPattern) == without.logSumExp.map(\.bitPattern), "\(one)")
    var (hiddenRows, wrongSums) = (0, 0)
    for row in 0..<with.logSumExp.count {
      let (sequence, query) = (row / one.shape.queryTime / one.shape.heads, row % one.shape.queryTime)
      let place = 2 * ((one.rangeBatch == 1 ? 0 : sequence) * one.shape.queryTime + query)
      let visible = Int(one.ranges[place])..<Int(one.ranges[place + 1])
      let probabilities = with.sink[row * one.shape.keyTime..<(row + 1) * one.shape.keyTime]
      let fits = zip(0..., probabilities).allSatisfy { visible.contains($0) ? $1 >= 0 : $1 == 0 }
      let total = probabilities.reduce(0.0) { $0 + Double($1) }
      if !fits { hiddenRows += 1 }
      // Also when the sum is NaN.
      if !(abs(total - (visible.isEmpty ? 0 : 1)) < 1e-5) { wrongSums += 1 }
    }
    #expect(hiddenRows == 0, "rows with weight on keys that they do not see: \(one)")
    #expect(wrongSums == 0, "rows that do not sum to 1: \(one)")
    #expect(difference(with.output, one.weightedValues(with.sink)) < 3e-6, "\(one)")
  }

  @Test(arguments: 300..<312)
  func numberOfThreadsChangesNoBit(seed: Int) {
    let one = AttentionCase(seed: seed, longest: 300)
    let (_, areEqual) = sameOnAllPools { pool in
      let results = one.compute(on: pool)
      return [results.output, results.logSumExp, results.sink, results.packedGradient]
    }
    #expect(areEqual, "\(one)")
  }

  @Test(arguments: 400..<420)
  func plannedFlopsAreTheCountedOnes(seed: Int) {
    let one = AttentionCase(seed: seed, longest: 700)
    // A pool of this test's own: others count on theirs at the same time.
    let actual = one.compute(on: ThreadPool(threads: 2))
    let planned = attentionFlops(one.shape, ranges: one.ranges, rangeBatch: one.rangeBatch)
    #expect(planned.forward == actual.forwardFlops, "\(one)")
    #expect(planned.backward == actual.backwardFlops, "\(one)")
  }

  /// The masked half of causal attention costs nothing but the blocks on the diagonal.
  @Test func maskedBlocksAreSkipped() {
    let time = 1024
    let shape = AttentionShape(
      batch: 2, queryTime: time, keyTime: time, heads: 3, keyValueHeads: 3, headWidth: 16, queryStride: 144,
      keyStride: 144, valueStride: 144, outputStride: 48, scale: 0.25, queryOffset: 0)
    let all = (0..<time).flatMap { _ -> [Int32] in [0, Int32(time)] }
    let causal = (0..<time).flatMap { query -> [Int32] in [0, Int32(query + 1)] }
    let window = (0..<time).flatMap { query -> [Int32] in [Int32(max(0, query - 63)), Int32(query + 1)] }
    let full = attentionFlops(shape, ranges: all, rangeBatch: 1).forward
    #expect(full == UInt64(4 * 2 * 3 * time * time * 16))
    #expect(Double(attentionFlops(shape, ranges: causal, rangeBatch: 1).forward) < 0.54 * Double(full))
    #expect(Double(attentionFlops(shape, ranges: window, rangeBatch: 1).forward) < 0.13 * Double(full))
  }

  /// What a position must not see changes none of its bits.
  @Test func hiddenKeysChangeNoBit() {
    var one = AttentionCase(seed: 0)
    for seed in 1...1000 where one.mask != "causal" || one.shape.queryTime < 70 {
      one = AttentionCase(seed: seed)
    }
    let before = one.compute(on: poolsOfAllSizes[1])
    let (time, stride) = (one.shape.queryTime, one.shape.queryStride)
    for index in (time - 1) * stride..<time * stride { one.packed[index] = 50 }
    let after = one.compute(on: poolsOfAllSizes[1])
    let seen = (time - 1) * one.shape.outputStride
    #expect(before.output[..<seen].map(\.bitPattern) == after.output[..<seen].map(\.bitPattern))
    let changed = seen..<seen + one.shape.outputStride
    #expect(before.output[changed] != after.output[changed])
  }
}
