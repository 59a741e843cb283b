import Settings
import Zoo

/// Settings of a recipe that only together make sense. They are checked where somebody writes a recipe, not where
/// one is read back from a run: what was trained can always be read.
enum TrainingRules {
  /// What does not fit together.
  ///
  /// - Parameter written: the tree without the defaults of a command, which are no mistake of a user.
  static func problems(_ recipe: Recipe, written: Node) -> [Problem] {
    maskShares(recipe) + warmup(recipe, written)
  }

  private static func maskShares(_ recipe: Recipe) -> [Problem] {
    let objective = recipe.settings.component("objective")
    guard objective.type == "masked-lm" else { return [] }
    let (mask, random) = (objective.number("mask"), objective.number("random"))
    // Shares such as 0.7 and 0.3 need not add up to exactly 1.
    guard mask + random > 1 + 1e-9 else { return [] }
    return [
      Problem(
        path: "objective.random", found: "random \(random) with mask \(mask)",
        allowed: "mask and random that add up to 1 or less",
        reason: "a predicted position becomes either [MASK] or a random token",
        nearest: "random=\(((1 - mask) * 1e6).rounded() / 1e6)",
        place: recipe.node.place(at: "objective.random"))
    ]
  }

  private static func warmup(_ recipe: Recipe, _ written: Node) -> [Problem] {
    guard case .steps(let steps) = recipe.budget, let schedule = written["schedule"], schedule.isObject else {
      return []
    }
    let settings = recipe.settings.component("schedule")
    let warmup = settings.integer("warmup")
    let rising = schedule["warmup"] != nil
    if rising, warmup > steps {
      return [
        Problem(
          path: "schedule.warmup", found: "\(warmup) steps in a run of \(steps)", allowed: "at most \(steps)",
          reason: "the learning rate would still rise when the run ends", nearest: "\(max(1, steps / 10))",
          place: schedule.place(at: "warmup"))
      ]
    }
    guard settings.declares("decay"), rising || schedule["decay"] != nil else { return [] }
    let fall = Int((settings.number("decay") * Double(steps)).rounded())
    guard warmup <= steps, warmup + fall > steps else { return [] }
    return [
      Problem(
        path: "schedule.decay", found: "a rise of \(warmup) and a fall of \(fall) in a run of \(steps) steps",
        allowed: "together at most \(steps)", reason: "the fall would begin before the rise ends",
        place: schedule.place(at: "decay"))
    ]
  }
}
