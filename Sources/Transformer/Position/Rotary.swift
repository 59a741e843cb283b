import Foundation
import Settings
import Tensors

/// The angle that the pair of channels `pair` turns by from one position to the next.
func angularFrequency(pair: Int, width: Int, base: Double) -> Double {
  pow(base, -2 * Double(pair) / Double(width))
}

func sine(_ angle: Double) -> Double { Foundation.sin(angle) }
func cosine(_ angle: Double) -> Double { Foundation.cos(angle) }

/// Rotary positions: queries and keys turn by angles that grow with their position, so that a score
/// depends on the distance alone.
///
/// - Source: Su et al., "RoFormer", 2021; on a part of the channels: Black et al., "GPT-NeoX", 2022; a base for
///   layers with a window: Gemma Team, "Gemma 3", 2025; layers without rotation: Yang et al., "RoPE to NoPE and back
///   again", 2025.
final class RotaryPosition: Position {
  let base: Double
  let localBase: Double?
  let fraction: Double
  let skipEvery: Int?
  let scaling: any RotaryScaling
  let context: Int
  /// Layers whose heads turn alike share a table.
  private var tables: [Turn: Tensor] = [:]

  /// What a table depends on.
  private struct Turn: Hashable {
    let headWidth: Int
    let isLocal: Bool
  }

  init(
    base: Double, localBase: Double?, fraction: Double, skipEvery: Int?, scaling: any RotaryScaling,
    context: Int
  ) {
    self.base = base
    self.localBase = localBase
    self.fraction = fraction
    self.skipEvery = skipEvery
    self.scaling = scaling
    self.context = context
  }

  func headPosition(_ layout: HeadLayout, _ scope: Scope) throws -> HeadPosition {
    if let skipEvery, let layer = layout.layer, (layer + 1).isMultiple(of: skipEvery) {
      return HeadPosition()
    }
    let headWidth = layout.headWidth
    let turn = Turn(headWidth: headWidth, isLocal: localBase != nil && layout.window != nil)
    if let table = tables[turn] { return HeadPosition(rotaryTable: table) }
    let rotated = rotatedChannels(ofHead: headWidth, fraction: fraction)
    try expect(
      rotated > 0, "head width", in: scope.path + " (rotary)",
      expected: "at least one pair of channels to turn",
      actual: "\(headWidth) channels, of which \(fraction) turn")
    let table = try scope.constant(
      values(rotated: rotated, isLocal: turn.isLocal), ["positions": context, "rotated": rotated])
    tables[turn] = table
    return HeadPosition(rotaryTable: table)
  }

  /// Cosines, then sines, of each position, `[context, rotated]`.
  private func values(rotated: Int, isLocal: Bool) -> [Float] {
    let scaling = isLocal ? NoRotaryScaling() : scaling
    let base = isLocal ? localBase ?? base : base
    let frequencies = (0..<rotated / 2).map { pair in
      scaling.frequency(
        angularFrequency(pair: pair, width: rotated, base: base), pair: pair, width: rotated, base: base)
    }
    var values: [Float] = []
    values.reserveCapacity(context * rotated)
    for position in 0..<context {
      let angles = frequencies.map { Double(position) * $0 }
      values += angles.map { Float(cosine($0) * scaling.magnitude) }
      values += angles.map { Float(sine($0) * scaling.magnitude) }
    }
    return values
  }
}

/// How many channels of a head turn: the even number at or below the wanted fraction. A fraction such as 10/24 gives
/// 10 of 24 channels, although its product with 24 may be rounded to less.
package func rotatedChannels(ofHead width: Int, fraction: Double) -> Int {
  Int((Double(width) * fraction + 1e-9).rounded(.down)) / 2 * 2
}

extension RotaryPosition {
  static let base = Key.number("base", 1...1e9, default: 10_000, help: "longest wavelength over 2π")
  static let localBase = Key.optionalNumber(
    "localBase", 1...1e9,
    help: "base in layers with a window, which scaling leaves as they are; null: as base")
  static let skipEvery = Key.optionalInteger(
    "skipEvery", 2...1000,
    help: "one layer in this many, the last of each group, is not rotated; null: all are")
  static let scaling = Key.component(
    "scaling", of: .rotaryScaling, default: "none",
    help: "slower rotation, for inputs longer than in training")
  static let fraction = Key.number(
    "fraction", 0.01...1, default: 1, help: "fraction of each head's channels that are rotated")

  fileprivate static let needsPairs = Rule(
    name: "rotary-needs-pairs", reason: "rotary positions rotate channels in pairs", about: "architecture"
  ) { model in
    guard let position = model.value(of: ModelSettings.position), position.type == "rotary" else { return [] }
    let fraction = position[fraction]
    return AttentionSettings.headed(in: model).compactMap { attention in
      guard let headWidth = AttentionSettings.headWidth(of: attention, in: model),
        fraction == 1 && !headWidth.isMultiple(of: 2)
          || rotatedChannels(ofHead: headWidth, fraction: fraction) < 2
      else { return nil }
      let own = attention.value(of: AttentionSettings.headWidth) ?? nil
      return Problem(
        path: attention.path + (own == nil ? ".heads" : ".headWidth"),
        found: "\(attention[AttentionSettings.heads]) heads of width \(headWidth)",
        allowed: "heads of an even width of which at least 2 channels are rotated")
    }
  }
}

extension Registry {
  mutating func addRotary() throws {
    try add(
      "rotary", to: .position, summary: "queries and keys are rotated by their position",
      keys: [
        RotaryPosition.base, RotaryPosition.localBase, RotaryPosition.fraction, RotaryPosition.skipEvery,
        RotaryPosition.scaling,
      ], source: "Su et al. 2021"
    ) { settings, scope, build in
      RotaryPosition(
        base: settings[RotaryPosition.base], localBase: settings[RotaryPosition.localBase],
        fraction: settings[RotaryPosition.fraction], skipEvery: settings[RotaryPosition.skipEvery],
        scaling: try build.make(.rotaryScaling, settings[RotaryPosition.scaling], scope),
        context: build.dimensions.context)
    }
    try addRotaryScalings()
    try add(RotaryPosition.needsPairs)
  }
}
