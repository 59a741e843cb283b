import Foundation
import Settings
import Tensors
import TestSupport
import Testing

@testable import Transformer

/// Disentangled attention against its formula, written out pair by pair in double precision.
@Suite struct DisentangledTests {
  /// Buckets of `make_log_bucket_position` in transformers.
  @Test(arguments: [
    (
      256, 512,
      [
        0: 0, 1: 1, 127: 127, 128: 128, 129: 129, 130: 130, 200: 169, 255: 192, 256: 192, 300: 207, 400: 233,
        511: 255, 512: 256, 600: 270,
      ]
    ),
    (6, 10, [0: 0, 3: 3, 4: 4, 5: 4, 6: 5, 9: 5, 10: 6, 12: 6]),
    (8, 40, [4: 4, 5: 5, 8: 5, 9: 6, 18: 6, 19: 7, 39: 7, 40: 8]),
  ])
  func bucketsAreThePublishedOnes(_ buckets: Int, _ maxDistance: Int, _ known: [Int: Int]) {
    func bucket(_ distance: Int) -> Int {
      DisentangledPosition.bucket(distance, buckets: buckets, maxDistance: maxDistance)
    }
    for (distance, wanted) in known {
      #expect(bucket(distance) == wanted && bucket(-distance) == -wanted, "\(distance)")
    }
    for distance in 0..<2 * maxDistance { #expect(bucket(distance) <= bucket(distance + 1)) }
    #expect(DisentangledPosition.bucket(-77, buckets: nil, maxDistance: 5) == -77)
  }

  /// The sum of all 1023 buckets times their distances, as transformers computes it.
  @Test func roundingIsThatOfTransformers() {
    let sum = (-511...511).reduce(0) {
      $0 + $1 * DisentangledPosition.bucket($1, buckets: 256, maxDistance: 512)
    }
    #expect(sum == 54_914_426)
  }

  struct Case: CustomTestStringConvertible {
    let position: String
    let attention: String
    let (heads, keyHeads, headWidth): (Int, Int, Int)
    var scale: Double?
    /// The row of a distance in the table.
    let row: @Sendable (Int) -> Int
    var testDescription: String { "\(position) \(attention)" }
  }

  static let cases = [
    Case(
      position: "{ type: 'disentangled' }", attention: "{ heads: 2 }", heads: 2, keyHeads: 2, headWidth: 4,
      row: { 16 + $0 }),
    Case(
      position: "{ type: 'disentangled', maxDistance: 2 }", attention: "{ heads: 2, scale: 0.9 }", heads: 2,
      keyHeads: 2, headWidth: 4, scale: 0.9, row: { min(max(2 + $0, 0), 3) }),
    Case(
      position: "{ type: 'disentangled', buckets: 4, maxDistance: 5 }",
      attention: "{ type: 'grouped-query', heads: 4, keyValueHeads: 2, headWidth: 3 }", heads: 4, keyHeads: 2,
      headWidth: 3, row: { min(max(4 + max(min($0, 3), -3), 0), 7) }),
  ]

  @Test(arguments: cases) func isItsFormula(_ one: Case) throws {
    let parts = try PartFixture(position: one.position)
    let attention = try parts.block("{ attention: \(one.attention) }").attend
    #expect(!attention.usesCache)
    func values(_ name: String) throws -> [Double] {
      try #require(parts.store[name]).tensor.values().map(Double.init)
    }
    // Biases begin at zero, where they would not be seen.
    for parameter in parts.store.all where parameter.name.hasSuffix(".bias") {
      try parameter.tensor.buffer.upload(
        (0..<parameter.tensor.shape.count).map { 0.3 * Float(($0 * 5) % 7) - 0.8 })
    }
    let (time, width, stride) = (6, 8, (one.heads + 2 * one.keyHeads) * one.headWidth)
    let x = try parts.input(["batch": 1, "time": time, "width": width])
    let found = try attention(x, try parts.visibility(time: time), .inference(parts.context)).values()

    func map(_ x: ArraySlice<Double>, _ name: String, outputs: Int) throws -> [Double] {
      let (weight, bias) = (
        try values("block.attention.\(name).weight"), try values("block.attention.\(name).bias")
      )
      let row = Array(x)
      return (0..<outputs).map { output in
        row.indices.reduce(bias[output]) { $0 + weight[output * row.count + $1] * row[$1] }
      }
    }
    let table = try values("position.weight")
    let content = try (0..<time).map {
      try map(x.values().map(Double.init)[$0 * width..<($0 + 1) * width], "projection", outputs: stride)
    }
    let places = try (0..<table.count / width).map {
      try map(table[$0 * width..<($0 + 1) * width], "projection", outputs: stride)
    }
    func dot(_ a: [Double], _ first: Int, _ b: [Double], _ second: Int) -> Double {
      (0..<one.headWidth).reduce(0) {
        $0 + a[first * one.headWidth + $1] * b[second * one.headWidth + $1]
      }
    }
    let scale = one.scale ?? 1 / (3 * Double(one.headWidth)).squareRoot()
    for i in 0..<time {
      var mixed: [Double] = []
      for head in 0..<one.heads {
        let shared = head * one.keyHeads / one.heads
        let key = one.heads + shared
        let scores = (0...i).map { j -> Double in
          let place = places[one.row(i - j)]
          return scale
            * (dot(content[i], head, content[j], key) + dot(content[i], head, place, key)
              + dot(content[j], key, place, head))
        }
        let total = scores.reduce(0) { $0 + exp($1) }
        for channel in 0..<one.headWidth {
          let value = (one.heads + one.keyHeads + shared) * one.headWidth + channel
          mixed.append((0...i).reduce(0) { $0 + exp(scores[$1]) / total * content[$1][value] })
        }
      }
      let wanted = try map(mixed[...], "output", outputs: width)
      for channel in 0..<width {
        #expect(abs(Double(found[i * width + channel]) - wanted[channel]) < 1e-5)
      }
    }
  }

  /// The table has the model's width, whatever that of the tokens is, and the norm is the first layer's.
  @Test func theTableHasTheWidthOfTheModel() throws {
    let descriptor = try ModelFixture.descriptor(
      text:
        "{ embedding: { tokenWidth: 6 }, head: 'masked-lm', block: { norm: 'rms' }, position: { type: 'disentangled', buckets: 4, norm: true } }"
    )
    let (model, _) = try ModelFixture.build(descriptor)
    #expect(model.parameters["embedding.position.weight"]?.tensor.shape.sizes == [8, 16])
    #expect(model.parameters["embedding.position.norm.weight"]?.tensor.shape.sizes == [16])
    #expect(model.parameters["embedding.position.norm.bias"] == nil)
  }
}
