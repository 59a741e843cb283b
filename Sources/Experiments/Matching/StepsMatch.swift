import Reporting
import Settings
import Training
import Zoo

/// Gives an arm so many steps that what it brings over the whole training is what the first arm brings, as
/// near as whole steps allow.
struct StepsMatch: ArmMatch {
  let kind: MatchKind
  /// What is counted, in words.
  let unit: String
  /// The budget of a command line that every arm can be given instead.
  let flag: String
  /// What one step brings of it.
  let measure: (StepYield) -> Double

  func match(_ arm: MatchSide, to first: MatchSide) throws -> (ArmPlan, MatchedArm) {
    let (own, others) = (try arm.yield(), try first.yield())
    guard let length = steps(first, others) else {
      throw refusal(
        first, found: first.plan.recipe.budget.description,
        allowed: "steps, tokens, supervised tokens, FLOPs or bytes",
        reason: "the size of its budget is unknown before a step has been timed",
        nearest: "\(flag), which gives every arm the same amount")
    }
    let wanted = Double(length) * measure(others)
    let exact = wanted / measure(own)
    guard exact >= 0.5 else {
      let least = Int((measure(own) / measure(others)).rounded(.up))
      throw refusal(
        arm, found: "\(shown(measure(own))) in one step",
        reason: "a single step has more than twice the \(shown(wanted)) of all steps of "
          + first.plan.name, nearest: "at least \(Number.counted(least, "step")) for \(first.plan.name)")
    }
    let nearest = max(1, Int(min(exact, 1e15).rounded()))
    let before = steps(arm, own)
    let isChanged = before != nearest
    let done = MatchedArm(
      kind, arm.plan.name,
      changes: isChanged
        ? ["steps \(before.map { "\($0)" } ?? arm.plan.recipe.budget.description) → \(nearest)"] : [],
      wanted: shown(wanted), reached: shown(Double(nearest) * measure(own)))
    return (isChanged ? try lasting(nearest, arm) : arm.plan, done)
  }

  private func steps(_ side: MatchSide, _ yield: StepYield) -> Int? {
    side.plan.recipe.budget.steps(yield, bytesPerToken: side.data.bytesPerToken)
  }

  private func shown(_ value: Double) -> String { "\(Number.grouped(Int(min(value, 9e18)))) \(unit)" }

  /// The arm with a budget of that many steps in place of its own.
  private func lasting(_ steps: Int, _ arm: MatchSide) throws -> ArmPlan {
    let recipe = arm.plan.recipe
    return arm.plan.replacing(
      recipe: try recipe.applying(recipe.edits(toLast: steps), title: arm.plan.name, arm.registry))
  }
}
