import Kernels
import References
import Testing

@Suite struct RotaryTests {
  @Test(arguments: 0..<30)
  func agreesWithTheTwinAndTurnsBack(seed: Int) {
    var random = Operands(seed: seed)
    let (time, offset) = (random.integer(1...20), random.integer(0...5))
    let sequences = random.integer(1...30)
    let rows = time * sequences
    let starts =
      seed.isMultiple(of: 3) ? nil : (0..<sequences).map { _ in Int32(random.integer(0...offset)) }
    let heads = random.integer(1...4)
    let headWidth = random.choose([2, 3, 8, 16, 31, 64])
    let rotatedWidth = random.integer(1...headWidth / 2) * 2
    let stride = heads * headWidth + random.integer(0...9)
    let angles = random.floats((time + offset) * rotatedWidth / 2, scale: 3)
    let half = rotatedWidth / 2
    let table = (0..<time + offset).flatMap { position -> [Float] in
      let angles = angles[position * half..<(position + 1) * half]
      return angles.map { Float.cos($0) } + angles.map { Float.sin($0) }
    }
    let x = random.floats(rows * stride)
    func turn(_ x: [Float], inverse: Bool, inPlace: Bool, _ pool: ThreadPool) -> [Float] {
      var y = inPlace ? x : [Float](repeating: .nan, count: x.count)
      y.withUnsafeMutableBufferPointer { y in
        guard let target = y.baseAddress else { return }
        x.withUnsafeBufferPointer { x in
          guard let source = x.baseAddress else { return }
          starts.withPointer { starts in
            rotary(
              pool, rows: rows, stride: stride, time: time, starts: starts, heads: heads,
              headWidth: headWidth, rotatedWidth: rotatedWidth, table: table, inverse: inverse,
              x: inPlace ? UnsafePointer(target) : source, y: target)
          }
        }
      }
      return y
    }
    let (actual, areEqual) = sameOnAllPools { [turn(x, inverse: false, inPlace: false, $0)] }
    #expect(areEqual)
    let expected = Reference.rotary(
      rows: rows, stride: stride, time: time, starts: starts, heads: heads, headWidth: headWidth,
      rotatedWidth: rotatedWidth, table: table.doubles, inverse: false, x: x.doubles)
    #expect(difference(actual[0], expected) < 1e-6)
    #expect(turn(x, inverse: false, inPlace: true, poolsOfAllSizes[1]) == actual[0])
    #expect(difference(turn(actual[0], inverse: true, inPlace: true, poolsOfAllSizes[1]), x.doubles) < 1e-6)
  }
}

@Suite struct EmbeddingTests {
  @Test(arguments: 0..<30)
  func agreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let (rows, width) = (random.choose([1, 9, 300]), random.choose([1, 5, 8, 100, 384]))
    let entries = random.integer(1...12)
    let tables = (0..<random.integer(1...3)).map { _ in
      (
        ids: (0..<rows).map { _ in Int32(random.integer(0...entries - 1)) },
        table: random.floats(entries * width), scale: random.floats(1)[0]
      )
    }
    let (dy, before) = (random.floats(rows * width), random.floats(entries * width))
    let (actual, areEqual) = sameOnAllPools { pool in
      var y = [Float](repeating: .nan, count: rows * width)
      var gradient = before
      withLookups(tables[...], []) { lookups in
        embeddingForward(pool, rows: rows, width: width, lookups: lookups, y: &y)
      }
      embeddingBackward(
        pool, rows: rows, width: width, ids: tables[0].ids, scale: tables[0].scale, dy: dy,
        tableGradient: &gradient)
      return [y, gradient]
    }
    #expect(areEqual)
    let expected = Reference.embeddingForward(
      rows: rows, width: width, lookups: tables.map { ($0.ids, $0.table.doubles, Double($0.scale)) })
    let gradient = Reference.embeddingBackward(
      rows: rows, width: width, entries: entries, ids: tables[0].ids, scale: Double(tables[0].scale),
      dy: dy.doubles)
    #expect(difference(actual[0], expected) < 1e-6)
    #expect(difference(actual[1], zip(before.doubles, gradient).map(+)) < 5e-6)
  }

  private func withLookups(
    _ tables: ArraySlice<(ids: [Int32], table: [Float], scale: Float)>, _ ready: [Lookup],
    _ body: ([Lookup]) -> Void
  ) {
    guard let first = tables.first else { return body(ready) }
    first.ids.withUnsafeBufferPointer { ids in
      first.table.withUnsafeBufferPointer { table in
        guard let ids = ids.baseAddress, let table = table.baseAddress else { return }
        withLookups(tables.dropFirst(), ready + [Lookup(ids: ids, table: table, scale: first.scale)], body)
      }
    }
  }
}

@Suite struct GatherRowsTests {
  @Test(arguments: 0..<20)
  func agreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let (sourceRows, width) = (random.integer(1...200), random.choose([1, 7, 64, 300]))
    let indices = (0..<sourceRows).filter { _ in random.integer(0...3) == 0 }.map(Int32.init)
    let (x, before) = (random.floats(sourceRows * width), random.floats(sourceRows * width))
    let (actual, areEqual) = sameOnAllPools { pool in
      var taken = [Float](repeating: .nan, count: indices.count * width)
      var replaced = [Float](repeating: .nan, count: x.count)
      var added = before
      gatherRows(pool, rows: indices.count, width: width, indices: indices, x: x, y: &taken)
      for (y, accumulate) in [([Float]?.none, false), (before, true)] {
        var y = y ?? replaced
        scatterRows(
          pool, rows: indices.count, width: width, indices: indices, x: taken, y: &y,
          destinationRows: sourceRows, accumulate: accumulate)
        if accumulate { added = y } else { replaced = y }
      }
      return [taken, replaced, added]
    }
    #expect(areEqual)
    let taken = Reference.gatherRows(width: width, indices: indices, x: x.doubles)
    let scattered = Reference.scatterRows(
      width: width, indices: indices, x: taken, destinationRows: sourceRows)
    #expect(actual[0].doubles == taken)
    #expect(actual[1].doubles == scattered)
    #expect(difference(actual[2], zip(before.doubles, scattered).map(+)) < 1e-6)
  }
}

@Suite struct SoftmaxCrossEntropyTests {
  @Test(arguments: 0..<40)
  func agreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let (rows, vocabulary) = (random.choose([1, 6, 70]), random.choose([1, 2, 8, 37, 256, 1000]))
    let logits = random.floats(rows * vocabulary, scale: random.choose([0.1, 5, 60]))
    let bias = random.flag() ? random.floats(vocabulary) : nil
    let targets = (0..<rows).map { _ in Int32(random.integer(0...vocabulary - 1)) }
    let cap: Float = seed.isMultiple(of: 4) ? random.choose([0.5, 20]) : 0
    let areWeighted = random.flag()
    let weights = (0..<rows).map { _ in areWeighted ? Float(random.integer(0...8)) / 4 : 1 }
    let scale = 1 / Float(rows)
    func compute(
      _ pool: ThreadPool, gradientScale: Float?
    ) -> (gradient: [Float], losses: [Float], hits: [Int32]) {
      var gradient = logits
      var losses = [Float](repeating: .nan, count: rows)
      var hits = [Int32](repeating: -1, count: rows)
      withOptional(bias) { bias in
        softmaxCrossEntropy(
          pool, rows: rows, vocabulary: vocabulary, logits: &gradient, bias: bias, cap: cap,
          targets: targets, weights: weights, losses: &losses, hits: &hits, gradientScale: gradientScale)
      }
      return (gradient, losses, hits)
    }
    let (actual, areEqual) = sameOnAllPools { pool in
      let result = compute(pool, gradientScale: scale)
      return [result.gradient, result.losses, result.hits.map(Float.init)]
    }
    #expect(areEqual)
    let expected = Reference.softmaxCrossEntropy(
      rows: rows, vocabulary: vocabulary, logits: logits.doubles, bias: bias?.doubles,
      cap: cap > 0 ? Double(cap) : nil, targets: targets, weights: weights.map(Double.init),
      gradientScale: Double(scale))
    #expect(difference(actual[0], expected.gradient) < 1e-6)
    #expect(difference(actual[1], expected.losses) < 1e-6)
    #expect(actual[2] == expected.hits.map(Float.init))
    let evaluated = compute(poolsOfAllSizes[1], gradientScale: nil)
    #expect(evaluated.losses == actual[1], "the loss is the same with and without a gradient")
    #expect(evaluated.hits.map(Float.init) == actual[2])
  }

  /// The first of equal logits counts as the most probable.
  @Test func equalLogitsHitOnce() {
    var logits = [Float](repeating: 1, count: 3 * 20)
    var losses = [Float](repeating: 0, count: 3)
    var hits = [Int32](repeating: -1, count: 3)
    softmaxCrossEntropy(
      poolsOfAllSizes[0], rows: 3, vocabulary: 20, logits: &logits, bias: nil, targets: [0, 1, 19],
      losses: &losses, hits: &hits, gradientScale: nil)
    #expect(hits == [1, 0, 0])
  }

  @Test(arguments: 0..<20)
  func softmaxAgreesWithTheTwin(seed: Int) {
    var random = Operands(seed: seed)
    let (rows, width) = (random.choose([1, 5, 80]), random.choose([1, 3, 8, 33, 500]))
    let x = random.floats(rows * width, scale: 20)
    for logarithm in [false, true] {
      let (actual, areEqual) = sameOnAllPools { pool in
        var y = [Float](repeating: .nan, count: x.count)
        softmaxRows(pool, rows: rows, width: width, x: x, y: &y, logarithm: logarithm)
        return [y]
      }
      #expect(areEqual)
      let expected = Reference.softmaxRows(rows: rows, width: width, x: x.doubles, logarithm: logarithm)
      #expect(difference(actual[0], expected) < 1e-6)
    }
  }
}
