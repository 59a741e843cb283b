import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

@Suite struct AttentionGradientTests {
  @Test(arguments: 0..<24)
  func agreesWithTheTwin(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (batch, time) = (numbers.integer(1...2), numbers.choose([1, 2, 9, 70]))
    let shared = numbers.integer(1...2)
    let heads = shared * numbers.integer(1...2)
    let headWidth = numbers.choose([1, 3, 8, 10])
    let mask = numbers.choose(["bidirectional", "causal", "window", "documents"])
    let rangeBatch = numbers.flag() ? 1 : batch
    let ranges = (0..<rangeBatch * time).flatMap { row -> [Int32] in
      let (query, cut) = (row % time, time / 2)
      switch mask {
      case "causal": return [0, Int32(query + 1)]
      case "window": return [Int32(max(0, query - 3)), Int32(min(time, query + 4))]
      case "documents": return query < cut ? [0, Int32(cut)] : [Int32(cut), Int32(time)]
      default: return [0, Int32(time)]
      }
    }
    let slopes = numbers.flag() ? numbers.floats(heads).map { abs($0) } : nil
    let rate = numbers.choose([0, 0.25])
    let packedWidth = (heads + 2 * shared) * headWidth
    let packed = Input(["batch": batch, "time": time, "width": packedWidth], &numbers, scale: 2)
    let weights = numbers.floats(batch * time * heads * headWidth)
    let shape = AttentionShape(
      batch: batch, queryTime: time, keyTime: time, heads: heads, keyValueHeads: shared, headWidth: headWidth,
      queryStride: packedWidth, keyStride: packedWidth, valueStride: packedWidth,
      outputStride: heads * headWidth, scale: Float(1 / Double(headWidth).squareRoot()), queryOffset: 0)
    let key = RandomStream(seed: 1).key("layer.dropout", step: 3)
    try checkGradients(
      [packed], "\(mask) \(shape), slopes \(slopes != nil), dropout \(rate)",
      loss: { pass, inputs in
        let visible = try pass.context.indices(ranges, ["batch": rangeBatch, "time": time, "bounds": 2])
        let options = AttentionOptions(
          heads: heads, keyValueHeads: shared, headWidth: headWidth, visible: visible,
          slopes: try slopes.map { try pass.context.tensor($0, ["heads": heads]) }, dropoutRate: rate)
        return try pass.weightedSum(try pass.attention(inputs[0], options, name: "layer"), weights)
      },
      twin: { inputs in
        let q = inputs[0]
        let result = Reference.attentionForward(
          shape, q: q, k: Array(q[(heads * headWidth)...]), v: Array(q[((heads + shared) * headWidth)...]),
          ranges: ranges, rangeBatch: rangeBatch, slopes: slopes?.map(Double.init),
          dropout: rate > 0 ? Dropout(rate: Float(rate), key: key) : nil)
        return weightedSum(result.output, weights)
      })
  }

  /// Looking at the probabilities changes no bit of the result.
  @Test func sinkReceivesEveryLayerAndChangesNothing() throws {
    let context = try Context.tested(threads: 2)
    var numbers = Numbers(seed: 1)
    let packed = try context.tensor(numbers.floats(2 * 5 * 24), ["batch": 2, "time": 5, "width": 24])
    let ranges = (0..<5).flatMap { query -> [Int32] in [0, Int32(query + 1)] }
    let visible = try context.indices(ranges, ["batch": 1, "time": 5, "bounds": 2])
    let options = AttentionOptions(heads: 2, keyValueHeads: 2, headWidth: 4, visible: visible)
    var seen: [(String, Tensor)] = []
    let looking = Pass.inference(context) { seen.append(($0, $1)) }
    let watched = try looking.attention(packed, options, name: "blocks.0.attention")
    let alone = try Pass.inference(context).attention(packed, options, name: "blocks.0.attention")
    #expect(watched.values() == alone.values())
    #expect(seen.map(\.0) == ["blocks.0.attention"])
    #expect(seen.first?.1.shape == ["batch": 2, "heads": 2, "query": 5, "key": 5])
    let first = try #require(seen.first?.1.values())
    #expect(Array(first[..<5]) == [1, 0, 0, 0, 0])
  }

  @Test func wrongShapesAreNamed() throws {
    let context = try Context.tested(threads: 1)
    let packed = try context.tensor([Float](repeating: 0, count: 30), ["batch": 1, "time": 3, "width": 10])
    let visible = try context.indices([0, 1, 0, 2, 0, 3], ["batch": 1, "time": 3, "bounds": 2])
    let options = AttentionOptions(heads: 2, keyValueHeads: 1, headWidth: 4, visible: visible)
    #expect(throws: ShapeError.self) {
      try Pass.inference(context).attention(packed, options, name: "blocks.0.attention")
    }
  }
}
