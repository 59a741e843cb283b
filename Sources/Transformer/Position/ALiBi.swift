import Foundation
import Settings
import Tensors

/// A score loses slope·distance, each head with a slope of its own: near keys win unless content says
/// otherwise.
///
/// The causal form looks back only, as published; the symmetric form counts the distance on both sides; in the one-sided
/// form a position that sees both sides loses with the distance to its left alone. Behind a causal mask all three are
/// the same.
///
/// - Source: Press et al., "Train short, test long", 2022; the other forms: the discussion of encoders beside its code.
struct ALiBiPosition: Position {
  /// Whether keys on the right of a query lose nothing.
  var isOneSided = false

  func headPosition(_ layout: HeadLayout, _ scope: Scope) throws -> HeadPosition {
    let slopes = Self.slopes(heads: layout.heads)
    if isOneSided { return HeadPosition(bias: { try Self.leftBias(slopes, batch: $0, time: $1, $2) }) }
    return HeadPosition(slopes: try scope.constant(slopes, ["heads": layout.heads]))
  }

  /// What scores lose with the distance to the left, `[1 or batch, heads, query, key]`.
  private static func leftBias(_ slopes: [Float], batch: Int, time: Int, _ pass: Pass) throws -> Tensor {
    let queries = try pass.positions(batch: batch, time: time)
    let rows = pass.continued == nil ? 1 : batch
    let keys = Int(queries.prefix(rows * time).max() ?? 0) + 1
    var values: [Float] = []
    values.reserveCapacity(rows * slopes.count * time * keys)
    for row in 0..<rows {
      for slope in slopes {
        for query in queries[row * time..<(row + 1) * time] {
          for key in 0..<keys { values.append(-slope * Float(max(0, Int(query) - key))) }
        }
      }
    }
    return try pass.context.tensor(
      values, ["batch": rows, "heads": slopes.count, "query": time, "key": keys])
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
  enum Form: String, CaseIterable, Sendable {
    case causal, symmetric
    case oneSided = "one-sided"
  }

  static let form = Key.choice(
    "form", default: Form.causal,
    help:
      "causal: with a causal mask, as published; for bidirectional masks, symmetric: distances on both sides, one-sided: distances to the left only"
  )

  fileprivate static let causalNeedsCausalMask = Rule(
    name: "causal-alibi-needs-causal-mask", reason: "the causal form has no distance to keys on the right",
    about: "architecture"
  ) { model in
    guard let mask = model.value(of: ModelSettings.mask), mask.type != "causal",
      let position = model.value(of: ModelSettings.position), position.type == "alibi",
      position[form] == .causal
    else { return [] }
    return [
      Problem(
        path: "position.form", found: "causal", allowed: "symmetric, one-sided (or mask \"causal\")",
        nearest: "symmetric")
    ]
  }
}

extension Registry {
  mutating func addALiBi() throws {
    try add(
      "alibi", to: .position, summary: "scores decrease linearly with distance, with one slope per head",
      keys: [ALiBiPosition.form], source: "Press et al. 2022"
    ) { settings, _, _ in ALiBiPosition(isOneSided: settings[ALiBiPosition.form] == .oneSided) }
    try add(ALiBiPosition.causalNeedsCausalMask)
  }
}
