import Foundation
import Settings
import Tensors

/// A score loses slope·distance, each head with a slope of its own: near keys win unless content says
/// otherwise.
///
/// The causal form looks back only, as published; the symmetric form counts the distance on both sides.
/// Behind a causal mask the two are the same.
///
/// - Source: Press et al., "Train short, test long", 2022.
struct ALiBiPosition: Position {
  func headPosition(heads: Int, headWidth: Int, _ scope: Scope) throws -> HeadPosition {
    HeadPosition(slopes: try scope.constant(Self.slopes(heads: heads), ["heads": heads]))
  }

  /// A geometric series from 2^(−8/n); between powers of two every other slope of the next one fills up.
  static func slopes(heads: Int) -> [Float] {
    let power = 1 << (Int.bitWidth - 1 - heads.leadingZeroBitCount)
    func series(_ count: Int) -> [Float] {
      (1...count).map { Float(pow(2, -8 * Double($0) / Double(count))) }
    }
    guard power < heads else { return series(power) }
    let between = series(2 * power).enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    return series(power) + between.prefix(heads - power)
  }
}

extension ALiBiPosition {
  /// To which sides distances count.
  enum Form: String, CaseIterable, Sendable { case causal, symmetric }

  static let form = Key.choice(
    "form", default: Form.causal, help: "whether distances count to the left only, or to both sides")

  fileprivate static let causalNeedsCausalMask = Rule(
    name: "causal-alibi-needs-causal-mask", reason: "its causal form has no distance to the right",
    about: "architecture"
  ) { model in
    guard let mask = model.value(of: ModelSettings.mask), mask.type != "causal",
      let position = model.value(of: ModelSettings.position), position.type == "alibi",
      position[form] == .causal
    else { return [] }
    return [
      Problem(
        path: "position.form", found: "causal", allowed: "symmetric (or mask \"causal\")",
        reason: "the causal form has no distance to keys on the right", nearest: "symmetric")
    ]
  }
}

extension Registry {
  mutating func addALiBi() throws {
    try add(
      "alibi", to: .position, summary: "scores lose with distance, at a slope of each head's own",
      keys: [ALiBiPosition.form], source: "Press et al. 2022"
    ) { _, _, _ in ALiBiPosition() }
    try add(ALiBiPosition.causalNeedsCausalMask)
  }
}
