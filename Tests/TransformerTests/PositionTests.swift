import Foundation
import Settings
import Tensors
import TestSupport
import Testing

@testable import Transformer

@Suite struct PositionTests {
  @Test func slopesAreThePublishedOnes() {
    #expect(ALiBiPosition.slopes(heads: 8) == (1...8).map { Float(pow(2, -Double($0))) })
    #expect(ALiBiPosition.slopes(heads: 1) == [Float(pow(2, -8.0))])
    // Between powers of two: those of 8 heads, then every other one of 16.
    let twelve = ALiBiPosition.slopes(heads: 12)
    #expect(twelve.prefix(8) == ALiBiPosition.slopes(heads: 8)[...])
    #expect(twelve.suffix(4) == [0.5, 1.5, 2.5, 3.5].map { Float(pow(2, -$0)) }[...])
    for heads in 1...40 {
      let slopes = ALiBiPosition.slopes(heads: heads)
      #expect(slopes.count == heads && Set(slopes).count == heads && slopes.allSatisfy { $0 > 0 && $0 < 1 })
    }
  }

  @Test func sinusoidsAreThePublishedOnes() {
    let (positions, width) = (7, 6)
    let table = sinusoids(positions: positions, width: width, base: 10_000)
    for position in 0..<positions {
      for pair in 0..<width / 2 {
        let angle = Double(position) / pow(10_000, 2 * Double(pair) / Double(width))
        #expect(abs(Double(table[position * width + 2 * pair]) - sin(angle)) < 1e-6)
        #expect(abs(Double(table[position * width + 2 * pair + 1]) - cos(angle)) < 1e-6)
      }
    }
  }

  @Test func onlyWholePairsTurn() {
    for (width, fraction, turned) in [
      (8, 1.0, 8), (8, 0.5, 4), (8, 0.4, 2), (7, 1.0, 6), (8, 0.2, 0), (24, 10.0 / 24, 10), (10, 0.6, 6),
    ] {
      #expect(rotatedChannels(ofHead: width, fraction: fraction) == turned)
    }
  }

  /// Attention with rotary or ALiBi positions depends on distances alone: the same three vectors mix
  /// alike wherever they stand; with a learned table in the scores' place nothing would change at all.
  @Test(arguments: [
    "'rotary'", "{ type: 'rotary', fraction: 0.5 }", "{ type: 'alibi', form: 'symmetric' }", "'disentangled'",
    "{ type: 'disentangled', buckets: 4 }",
  ])
  func onlyDistancesMatter(_ position: String) throws {
    let parts = try PartFixture(position: position)
    let settings = try parts.resolve("{ type: 'multi-head', heads: 2, window: 2 }", family: "attention")
    let attention = try parts.build.make(
      .attention, settings, parts.scope.child("attention"))
    let pass = Pass.inference(parts.context)
    let three = try parts.input(["batch": 1, "time": 3, "width": 8]).values()
    func mixed(at start: Int, order: [Int] = [0, 1, 2]) throws -> [Float] {
      let time = 9
      var values = [Float](repeating: 0.3, count: time * 8)
      for (place, source) in order.enumerated() {
        for channel in 0..<8 { values[(start + place) * 8 + channel] = three[source * 8 + channel] }
      }
      let x = try parts.context.tensor(values, ["batch": 1, "time": time, "width": 8])
      let visibility = try parts.visibility("'bidirectional'", time: time)
      // The middle one sees exactly the three.
      return Array(try attention(x, visibility, pass).values()[(start + 1) * 8..<(start + 2) * 8])
    }
    let first = try mixed(at: 0)
    #expect(distance(first, try mixed(at: 5)) < 1e-5)
    #expect(distance(first, try mixed(at: 2)) < 1e-5)
    let isSymmetric = position.contains("alibi")
    #expect((distance(first, try mixed(at: 0, order: [2, 1, 0])) < 1e-5) == isSymmetric)
  }
}
