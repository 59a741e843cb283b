import Foundation
import Settings
import Tensors
import TestSupport
import Testing

@testable import Transformer

/// Frequencies of scaled rotary positions against the published formulas.
@Suite struct RotaryScalingTests {
  /// The angles of the pairs at position 1, and the factor of cosines and sines, read from the table of a model.
  private func angles(_ position: String, headWidth: Int, window: Int? = nil, layer: Int = 0) throws -> (
    angles: [Double], magnitude: Double
  )? {
    let parts = try PartFixture(position: position)
    let layout = HeadLayout(heads: 2, headWidth: headWidth, window: window, layer: layer)
    guard let table = try parts.build.position.headPosition(layout, parts.scope).rotaryTable else {
      return nil
    }
    let row = table.rows()[1].map(Double.init)
    let pairs = row.count / 2
    let (cosines, sines) = (row.prefix(pairs), row.suffix(pairs))
    let angles = zip(cosines, sines).map { atan2($1, $0) }
    return (angles, hypot(row[0], row[pairs]))
  }

  private func plain(_ pair: Int, _ width: Int, base: Double) -> Double {
    pow(base, -2 * Double(pair) / Double(width))
  }

  @Test func linearDividesAllFrequencies() throws {
    let found = try #require(
      try angles("{ type: 'rotary', base: 100, scaling: { type: 'linear', factor: 3 } }", headWidth: 8))
    for pair in 0..<4 { #expect(abs(found.angles[pair] - plain(pair, 8, base: 100) / 3) < 1e-6) }
    #expect(abs(found.magnitude - 1) < 1e-6)
  }

  /// With wavelengths, as published: shorter than trained/high is kept, longer than trained/low is divided.
  @Test func llama3KeepsHighFrequenciesAndDividesLowOnes() throws {
    let (width, base, factor, low, high, trained) = (16, 1000.0, 8.0, 1.0, 4.0, 64.0)
    let found = try #require(
      try angles(
        "{ type: 'rotary', base: 1000, scaling: { type: 'llama3', factor: 8, low: 1, high: 4, trained: 64 } }",
        headWidth: width))
    var kinds: Set<String> = []
    for pair in 0..<width / 2 {
      let frequency = plain(pair, width, base: base)
      let wavelength = 2 * Double.pi / frequency
      let wanted: Double
      if wavelength < trained / high {
        (wanted, _) = (frequency, kinds.insert("kept"))
      } else if wavelength > trained / low {
        (wanted, _) = (frequency / factor, kinds.insert("divided"))
      } else {
        let smooth = (trained / wavelength - low) / (high - low)
        (wanted, _) = ((1 - smooth) * frequency / factor + smooth * frequency, kinds.insert("between"))
      }
      #expect(abs(found.angles[pair] - wanted) < 1e-6)
    }
    #expect(kinds.count == 3)
  }

  /// The default magnitude is 0.1·ln(factor) + 1; a ramp over the numbers of pairs goes from kept to divided.
  @Test(arguments: [true, false]) func yarnRampsOverPairs(_ truncates: Bool) throws {
    let (width, base, factor, fast, slow, trained) = (16, 1000.0, 4.0, 8.0, 0.5, 64.0)
    let found = try #require(
      try angles(
        """
        { type: 'rotary', base: 1000, scaling: { type: 'yarn', factor: 4, fast: 8, slow: 0.5, trained: 64,
          truncates: \(truncates) } }
        """, headWidth: width))
    func place(_ turns: Double) -> Double {
      Double(width) * log(trained / (turns * 2 * .pi)) / (2 * log(base))
    }
    let first = max(truncates ? floor(place(fast)) : place(fast), 0)
    let last = min(truncates ? ceil(place(slow)) : place(slow), Double(width - 1))
    for pair in 0..<width / 2 {
      let ramp = min(1, max(0, (Double(pair) - first) / (last - first)))
      let frequency = plain(pair, width, base: base)
      #expect(abs(found.angles[pair] - (ramp * frequency / factor + (1 - ramp) * frequency)) < 1e-6)
    }
    #expect(abs(found.magnitude - (0.1 * log(factor) + 1)) < 1e-6)
  }

  @Test func layersWithAWindowMayTurnByAnotherBaseUnscaled() throws {
    let text = "{ type: 'rotary', base: 1000, localBase: 10, scaling: { type: 'linear', factor: 2 } }"
    let (open, local) = (
      try #require(try angles(text, headWidth: 8)), try #require(try angles(text, headWidth: 8, window: 3))
    )
    for pair in 0..<4 {
      #expect(abs(open.angles[pair] - plain(pair, 8, base: 1000) / 2) < 1e-6)
      #expect(abs(local.angles[pair] - plain(pair, 8, base: 10)) < 1e-6)
    }
  }

  @Test func theLastLayerOfAGroupMayStayUnrotated() throws {
    let rotates = try (0..<6).map {
      try angles("{ type: 'rotary', skipEvery: 3 }", headWidth: 8, layer: $0) != nil
    }
    #expect(rotates == [true, true, false, true, true, false])
  }
}
