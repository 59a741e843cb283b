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
/// - Source: Su et al., "RoFormer", 2021; on a part of the channels: Black et al., "GPT-NeoX", 2022.
final class RotaryPosition: Position {
  let base: Double
  let fraction: Double
  let context: Int
  /// Layers with heads of one width share a table.
  private var tables: [Int: Tensor] = [:]

  init(base: Double, fraction: Double, context: Int) {
    self.base = base
    self.fraction = fraction
    self.context = context
  }

  func headPosition(heads: Int, headWidth: Int, _ scope: Scope) throws -> HeadPosition {
    if let table = tables[headWidth] { return HeadPosition(rotaryTable: table) }
    let rotated = Self.rotatedWidth(headWidth: headWidth, fraction: fraction)
    try expect(
      rotated > 0, "head width", in: scope.path + " (rotary)",
      expected: "at least one pair of channels to turn",
      actual: "\(headWidth) channels, of which \(fraction) turn")
    let pairs = rotated / 2
    var values: [Float] = []
    values.reserveCapacity(context * rotated)
    for position in 0..<context {
      let angles = (0..<pairs).map {
        Double(position) * angularFrequency(pair: $0, width: rotated, base: base)
      }
      values += angles.map { Float(cosine($0)) } + angles.map { Float(sine($0)) }
    }
    let table = try scope.constant(values, ["positions": context, "rotated": rotated])
    tables[headWidth] = table
    return HeadPosition(rotaryTable: table)
  }

  /// How many channels of a head turn: the even number at or below the wanted fraction.
  static func rotatedWidth(headWidth: Int, fraction: Double) -> Int {
    Int((Double(headWidth) * fraction).rounded(.down)) / 2 * 2
  }
}

extension RotaryPosition {
  static let base = Key.number("base", 1...1e9, default: 10_000, help: "longest wavelength over 2π")
  static let fraction = Key.number(
    "fraction", 0.01...1, default: 1, help: "fraction of each head's channels that are rotated")

  fileprivate static let needsPairs = Rule(
    name: "rotary-needs-pairs", reason: "rotary positions rotate channels in pairs", about: "architecture"
  ) { model in
    guard let position = model.value(of: ModelSettings.position), position.type == "rotary" else { return [] }
    let fraction = position[fraction]
    return AttentionSettings.headed(in: model).compactMap { attention in
      guard let headWidth = AttentionSettings.headWidth(of: attention, in: model),
        fraction == 1 && !headWidth.isMultiple(of: 2) || Int(Double(headWidth) * fraction) < 2
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
      keys: [RotaryPosition.base, RotaryPosition.fraction], source: "Su et al. 2021"
    ) { settings, _, build in
      RotaryPosition(
        base: settings[RotaryPosition.base], fraction: settings[RotaryPosition.fraction],
        context: build.dimensions.context)
    }
    try add(RotaryPosition.needsPairs)
  }
}
