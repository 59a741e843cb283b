import Foundation
import Settings
import Tensors
import TestSupport
import Testing

@testable import Transformer

/// Every setting of attention against the formula in double precision, written out head by head.
@Suite struct SoftmaxAttentionTests {
  /// Settings of the twin, and the same as a descriptor.
  struct Case: CustomTestStringConvertible {
    var text: String
    var heads = 2
    var keyHeads = 2
    var headWidth = 4
    var scale = 0.5
    var cap: Double?
    var clip: Double?
    var hasSinks = false
    var hasBiases = (projection: true, output: true)
    /// What QK-norm normalises together, and whether it has gains.
    var norm: (span: QueryKeyNormSpan, hasGain: Bool)?
    var testDescription: String { text }
  }

  static let cases = [
    Case(text: "{ heads: 2 }"),
    Case(text: "{ heads: 2, headWidth: 3 }", headWidth: 3, scale: 1 / 3.0.squareRoot()),
    Case(
      text: "{ type: 'grouped-query', heads: 6, keyValueHeads: 3, headWidth: 5 }", heads: 6, keyHeads: 3,
      headWidth: 5, scale: 1 / 5.0.squareRoot()),
    Case(
      text: "{ type: 'multi-query', heads: 3, headWidth: 4, scale: 2 }", heads: 3, keyHeads: 1, scale: 2),
    Case(text: "{ heads: 2, cap: 0.75 }", cap: 0.75),
    Case(text: "{ heads: 2, clip: 0.4 }", clip: 0.4),
    Case(text: "{ heads: 2, clip: 0.4, queryKeyNorm: true }", clip: 0.4, norm: (.head, true)),
    Case(text: "{ heads: 2, sinks: true }", hasSinks: true),
    Case(text: "{ heads: 2, scale: 3, cap: 2, sinks: true }", scale: 3, cap: 2, hasSinks: true),
    Case(text: "{ heads: 2, bias: false }", hasBiases: (false, false)),
    Case(text: "{ heads: 2, outputBias: false }", hasBiases: (true, false)),
    Case(text: "{ heads: 2, bias: false, projectionBias: true }", hasBiases: (true, false)),
    Case(text: "{ heads: 2, projectionBias: false }", hasBiases: (false, true)),
    Case(text: "{ heads: 2, bias: false, outputBias: true }", hasBiases: (false, true)),
    Case(text: "{ heads: 2, queryKeyNorm: true }", norm: (.head, true)),
    Case(text: "{ heads: 2, queryKeyNorm: true, queryKeyNormGain: false }", norm: (.head, false)),
    Case(text: "{ heads: 2, queryKeyNorm: true, queryKeyNormSpan: 'all' }", norm: (.all, true)),
    Case(
      text:
        "{ type: 'grouped-query', heads: 6, keyValueHeads: 2, headWidth: 4, queryKeyNorm: true, queryKeyNormSpan: 'all' }",
      heads: 6, keyHeads: 2, norm: (.all, true)),
    Case(
      text:
        "{ type: 'multi-query', heads: 2, queryKeyNorm: true, queryKeyNormSpan: 'all', queryKeyNormGain: false }",
      keyHeads: 1, norm: (.all, false)),
  ]

  @Test(arguments: cases) func isItsFormula(_ one: Case) throws {
    let parts = try PartFixture()
    let attention = try parts.block("{ attention: \(one.text) }").attend
    func values(_ name: String) -> [Double]? {
      parts.store["block.attention." + name]?.tensor.values().map(Double.init)
    }
    // Biases and sinks begin at zero, where they would not be seen.
    for parameter in parts.store.all
    where parameter.name.hasSuffix(".bias") || parameter.name.hasSuffix("sinks")
      || parameter.name.hasSuffix("Norm.weight")
    {
      try parameter.tensor.buffer.upload(
        (0..<parameter.tensor.shape.count).map { 0.3 * Float(($0 * 5) % 7) - 0.8 })
    }
    #expect((values("projection.bias") != nil) == one.hasBiases.projection)
    #expect((values("output.bias") != nil) == one.hasBiases.output)
    #expect((values("sinks")?.count == one.heads) == one.hasSinks)

    let (time, width) = (5, 8)
    let x = try parts.input(["batch": 1, "time": time, "width": width])
    let found = try attention(x, try parts.visibility(time: time), .inference(parts.context)).values()
    let wanted = Self.formula(
      one, x: x.values().map(Double.init), time: time, width: width,
      projection: (try #require(values("projection.weight")), values("projection.bias")),
      output: (try #require(values("output.weight")), values("output.bias")), sinks: values("sinks"),
      gains: (values("queryNorm.weight"), values("keyNorm.weight")))
    #expect((values("queryNorm.weight") != nil) == (one.norm?.hasGain ?? false))
    #expect(distance(found, wanted.map(Float.init)) < 1e-5)
    #expect(wanted.contains { abs($0) > 0.1 })
  }

  typealias Map = (weight: [Double], bias: [Double]?)

  /// Causal attention of one sequence, `[time, width]`.
  static func formula(
    _ one: Case, x: [Double], time: Int, width: Int, projection: Map, output: Map, sinks: [Double]?,
    gains: (queries: [Double]?, keys: [Double]?)
  ) -> [Double] {
    let (d, group) = (one.headWidth, one.heads / one.keyHeads)
    let keyStart = one.heads * d
    let valueStart = keyStart + one.keyHeads * d
    var packed = apply(projection, to: x, inputs: width)
    let stride = packed.count / time
    if let clip = one.clip { packed = packed.map { min(max($0, -clip), clip) } }
    if let norm = one.norm {
      for row in 0..<time {
        for (start, heads, gain) in [
          (0, one.heads, gains.queries), (keyStart, one.keyHeads, gains.keys),
        ] {
          let span = norm.span == .head ? d : heads * d
          for first in Swift.stride(
            from: row * stride + start, to: row * stride + start + heads * d, by: span)
          {
            let channels = first..<first + span
            let square = channels.reduce(0) { $0 + packed[$1] * packed[$1] } / Double(span)
            for channel in channels {
              packed[channel] *= (gain?[channel - first] ?? 1) / (square + 1e-6).squareRoot()
            }
          }
        }
      }
    }
    var mixed = [Double](repeating: 0, count: time * one.heads * d)
    for head in 0..<one.heads {
      for query in 0..<time {
        let scores = (0...query).map { key -> Double in
          let product = (0..<d).reduce(0) {
            $0 + packed[query * stride + head * d + $1]
              * packed[key * stride + keyStart + head / group * d + $1]
          }
          return one.cap.map { $0 * tanh(one.scale * product / $0) } ?? one.scale * product
        }
        let weights = scores.map(exp)
        let sum = weights.reduce(0, +) + (sinks.map { exp($0[head]) } ?? 0)
        for channel in 0..<d {
          mixed[query * one.heads * d + head * d + channel] = weights.indices.reduce(0) {
            $0 + weights[$1] / sum * packed[$1 * stride + valueStart + head / group * d + channel]
          }
        }
      }
    }
    return apply(output, to: mixed, inputs: one.heads * d)
  }

  private static func apply(_ map: Map, to x: [Double], inputs: Int) -> [Double] {
    let outputs = map.weight.count / inputs
    return (0..<x.count / inputs).flatMap { row in
      (0..<outputs).map { out in
        (0..<inputs).reduce(map.bias?[out] ?? 0) { $0 + x[row * inputs + $1] * map.weight[out * inputs + $1] }
      }
    }
  }

  /// With a large epsilon a norm hardly enlarges what is small: the setting reaches the product.
  @Test func theEpsilonOfTheHeadNormIsTheOneThatIsSet() throws {
    func output(_ epsilon: String) throws -> [Float] {
      let parts = try PartFixture()
      let block = try parts.block(
        "{ attention: { heads: 2, queryKeyNorm: true, queryKeyNormEpsilon: \(epsilon) } }")
      let x = try parts.input(["batch": 1, "time": 4, "width": 8])
      return try block.attend(x, try parts.visibility(time: 4), .inference(parts.context)).values()
    }
    #expect(distance(try output("1e-6"), try output("1e-2")) > 1e-5)
    #expect(distance(try output("1e-6"), try output("1.0e-6")) == 0)
  }
}
