import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

/// Attention on separate operands, with every term that its scores may have.
@Suite struct GeneralAttentionTests {
  /// The sizes of a random case.
  struct Case: CustomStringConvertible {
    let batch, queryTime, keyTime, heads, shared, headWidth, valueWidth: Int
    let isCausal, hasBias, sharesBias, hasSinks: Bool
    let cap: Double?
    let rate: Double
    let ranges: [Int32]
    var description: String {
      "\(batch)×\(queryTime) queries, \(keyTime) keys, heads \(heads)/\(shared)×\(headWidth)/\(valueWidth), "
        + "causal \(isCausal), bias \(hasBias) shared \(sharesBias), sinks \(hasSinks), cap \(cap ?? 0), rate \(rate)"
    }

    init(_ numbers: inout Numbers) {
      batch = numbers.integer(1...3)
      queryTime = numbers.choose([1, 2, 9, 70])
      isCausal = numbers.flag()
      keyTime = isCausal ? queryTime : numbers.choose([1, 5, 33, 300])
      shared = numbers.integer(1...2)
      heads = shared * numbers.integer(1...2)
      headWidth = numbers.choose([1, 3, 8])
      valueWidth = numbers.choose([headWidth, 2, 16])
      hasBias = numbers.flag()
      sharesBias = numbers.flag()
      hasSinks = numbers.flag()
      cap = numbers.flag() ? 1.5 : nil
      rate = numbers.choose([0, 0.25])
      let (isCausal, keyTime) = (isCausal, keyTime)
      // One query that sees nothing.
      ranges = (0..<queryTime).flatMap { query -> [Int32] in
        query == 3 ? [0, 0] : [0, Int32(isCausal ? query + 1 : keyTime)]
      }
    }

    var inputs: [Shape] {
      [
        ["batch": batch, "query": queryTime, "width": heads * headWidth],
        ["batch": batch, "key": keyTime, "width": shared * headWidth],
        ["batch": batch, "key": keyTime, "width": shared * valueWidth],
        ["batch": sharesBias ? 1 : batch, "heads": heads, "query": queryTime, "key": keyTime],
        ["heads": heads],
      ]
    }

    var shape: AttentionShape {
      AttentionShape(
        batch: batch, queryTime: queryTime, keyTime: keyTime, heads: heads, keyValueHeads: shared,
        headWidth: headWidth, valueWidth: valueWidth, queryStride: heads * headWidth,
        keyStride: shared * headWidth, valueStride: shared * valueWidth, outputStride: heads * valueWidth,
        scale: 0.7, cap: Float(cap ?? 0), queryOffset: 0)
    }
  }

  @Test(arguments: 0..<40)
  func agreesWithTheReference(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let item = Case(&numbers)
    let weights = numbers.floats(item.batch * item.queryTime * item.heads * item.valueWidth)
    let key = RandomStream(seed: 1).key("layer.dropout", step: 3)
    try checkGradients(
      item.inputs.map { Input($0, &numbers, scale: 2) }, tolerance: 2e-5, "\(item)",
      loss: { pass, inputs in
        let visible = try pass.context.indices(
          item.ranges, ["batch": 1, "query": item.queryTime, "bounds": 2])
        let options = AttentionOptions(
          heads: item.heads, keyValueHeads: item.shared, headWidth: item.headWidth,
          valueWidth: item.valueWidth, visible: visible, bias: item.hasBias ? inputs[3] : nil,
          sinks: item.hasSinks ? inputs[4] : nil, scale: 0.7, cap: item.cap, dropoutRate: item.rate)
        let y = try pass.attention(
          queries: inputs[0], keys: inputs[1], values: inputs[2], options, name: "layer")
        // What a case leaves out has a gradient of its own: every input of a case must have one.
        return try pass.add(
          try pass.weightedSum(y, weights),
          try pass.add(
            try pass.sum(try pass.reshape(inputs[3], to: ["count": inputs[3].shape.count]), axis: 0),
            try pass.sum(inputs[4], axis: 0)))
      },
      twin: { inputs in
        let result = Reference.attentionForward(
          item.shape, q: inputs[0], k: inputs[1], v: inputs[2], ranges: item.ranges, rangeBatch: 1,
          slopes: nil,
          dropout: item.rate > 0 ? Dropout(rate: Float(item.rate), key: key) : nil,
          bias: item.hasBias ? inputs[3] : nil, biasBatch: item.sharesBias ? 1 : item.batch,
          sinks: item.hasSinks ? inputs[4] : nil)
        return weightedSum(result.output, weights) + inputs[3].reduce(0, +) + inputs[4].reduce(0, +)
      })
  }

  /// Tokens read one after the other through a cache give what they give when read at once.
  @Test(arguments: 0..<12)
  func aCacheChangesNothing(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let context = try Context.tested(threads: 2)
    let (batch, time, heads, headWidth, valueWidth) = (2, 13, 2, 4, 3)
    let (hasBias, hasSinks) = (numbers.flag(), numbers.flag())
    func tensor(_ shape: Shape) throws -> Tensor { try context.tensor(numbers.floats(shape.count), shape) }
    let queries = try tensor(["batch": batch, "query": time, "width": heads * headWidth])
    let keys = try tensor(["batch": batch, "key": time, "width": heads * headWidth])
    let values = try tensor(["batch": batch, "key": time, "width": heads * valueWidth])
    let bias = try tensor(["batch": 1, "heads": heads, "query": time, "key": time])
    let sinks = try tensor(["heads": heads])

    /// Attention of the queries `range`; without a cache the keys begin at 0.
    func attend(_ range: Range<Int>, _ pass: Pass) throws -> [Float] {
      func cut(_ x: Tensor, axis: Int) throws -> Tensor {
        let size = x.shape.sizes[axis]
        return try pass.split(
          x, sizes: [range.lowerBound, range.count, size - range.upperBound], axis: axis)[1]
      }
      let visible = try context.indices(
        range.flatMap { [0, Int32($0 + 1)] }, ["batch": 1, "query": range.count, "bounds": 2])
      let options = AttentionOptions(
        heads: heads, keyValueHeads: heads, headWidth: headWidth, valueWidth: valueWidth, visible: visible,
        bias: hasBias ? try cut(bias, axis: 2) : nil, sinks: hasSinks ? sinks : nil, cap: 2)
      return try pass.attention(
        queries: try cut(queries, axis: 1), keys: try cut(keys, axis: 1), values: try cut(values, axis: 1),
        options, name: "layer"
      ).values()
    }
    let whole = try attend(0..<time, .inference(context))
    let cache = KeyValueCache(sequences: batch, capacity: time, in: context)
    var start = 0
    for count in [5, 1, 1, 4, 2] {
      let range = start..<start + count
      let part = try attend(range, try .inference(context, continuing: 0..<batch, of: cache))
      cache.advance(0..<batch, by: count)
      let width = heads * valueWidth
      for sequence in 0..<batch {
        let expected = whole[(sequence * time + start) * width..<(sequence * time + start + count) * width]
        let actual = part[sequence * count * width..<(sequence + 1) * count * width]
        for (a, b) in zip(actual, expected) { #expect(abs(a - b) < 2e-6, "query \(start), bias \(hasBias)") }
      }
      start += count
    }
  }

  @Test func anotherBiasIsRefused() throws {
    let context = try Context.tested(threads: 1)
    let x = try context.tensor([Float](repeating: 0, count: 12), ["batch": 1, "time": 3, "width": 4])
    let visible = try context.indices([0, 1, 0, 2, 0, 3], ["batch": 1, "time": 3, "bounds": 2])
    let bias = try context.tensor([Float](repeating: 0, count: 18), ["b": 1, "heads": 2, "q": 3, "k": 3])
    let options = AttentionOptions(
      heads: 1, keyValueHeads: 1, headWidth: 4, visible: visible, bias: bias)
    #expect(
      throws: ShapeError(
        component: "layer", role: "bias", expected: "[1 or 1, 1, 3, 3]", actual: "[b 1, heads 2, q 3, k 3]")
    ) {
      try Pass.inference(context).attention(queries: x, keys: x, values: x, options, name: "layer")
    }
  }
}
