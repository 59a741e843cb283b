import Reporting
import Settings
import Transformer

/// Brings the number of trained values as near to the first arm's as whole widths of the feed-forward allow.
///
/// The feed-forward is what changes the number without changing what a position sees, how heads divide the
/// width, or the width itself, on which everything else depends.
struct ParameterMatch: ArmMatch {
  let kind = MatchKind.parameters
  /// The widths that a feed-forward's declaration allows.
  private static let widths = 1...1_000_000

  func match(_ arm: MatchSide, to first: MatchSide) throws -> (ArmPlan, MatchedArm) {
    let (wanted, now) = (try first.model().parameters.count, try arm.model().parameters.count)
    func done(_ plan: ArmPlan, _ count: Int, _ changes: [String]) -> (ArmPlan, MatchedArm) {
      (
        plan,
        MatchedArm(
          kind, arm.plan.name, changes: changes, wanted: "\(Number.grouped(wanted)) parameters",
          reached: "\(Number.grouped(count)) parameters")
      )
    }
    if now == wanted { return done(arm.plan, now, []) }
    try expectOneWidth(arm)

    func edited(_ width: Int) throws -> ArmPlan {
      try arm.edited(["blocks.*.feedForward.hidden=\(width)"])
    }
    func count(_ width: Int) throws -> Int {
      var side = arm
      side.plan = try edited(width)
      return try side.model().parameters.count
    }
    let narrowest = try count(1)
    let each = try count(2) - narrowest
    guard each > 0 else {
      throw refusal(arm, reason: "its number of parameters does not depend on the feed-forward width")
    }
    let nearest = 1 + Int((Double(wanted - narrowest) / Double(each)).rounded())
    guard Self.widths.contains(nearest) else {
      let limit = nearest < 1 ? narrowest : try count(Self.widths.upperBound)
      throw refusal(
        arm, found: "\(Number.grouped(limit)) parameters",
        reason: "with the \(nearest < 1 ? "narrowest" : "widest") feed-forward it has "
          + "\(nearest < 1 ? "more" : "fewer") than the \(Number.grouped(wanted)) of \(first.plan.name)",
        nearest: "other layers or another width, such as \(arm.plan.name) with "
          + (nearest < 1 ? "fewer layers" : "more layers"))
    }
    let before = 1 + (now - narrowest) / each
    if before == nearest { return done(arm.plan, now, []) }
    return done(
      try edited(nearest), try count(nearest), ["feed-forward width \(before) → \(nearest)"])
  }

  /// One number can only replace one number: all blocks must have a feed-forward of one kind and width.
  private func expectOneWidth(_ arm: MatchSide) throws {
    let blocks = ModelSettings.blocks(of: arm.plan.descriptor.settings)
    let parts = blocks.compactMap { $0.value(of: BlockSettings.feedForward) }
    func hasWidth(_ part: Resolved) -> Bool { part.declares(FeedForwardSettings.hidden) }
    guard let one = parts.first, parts.count == blocks.count, parts.allSatisfy(hasWidth) else {
      throw refusal(
        arm, found: parts.first { !hasWidth($0) }?.type ?? "no feed-forward",
        reason: "its feed-forward has no width to change (setting \"hidden\")")
    }
    let widths = Set(
      parts.map { "\($0.type), hidden \($0[FeedForwardSettings.hidden].map { "\($0)" } ?? "auto")" })
    guard widths.count == 1 else {
      throw refusal(
        arm, found: widths.sorted().joined(separator: " and "),
        reason:
          "its blocks have feed-forwards of several kinds or widths, and one number cannot replace them",
        nearest: "one for all blocks: block.feedForward=\(one.type)")
    }
  }
}
