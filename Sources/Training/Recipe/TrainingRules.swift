import Settings
import Transformer
import Zoo

/// Settings of a recipe that only together make sense. They are checked where a recipe is written, not where
/// one is read back from a run: what was trained can always be read.
enum TrainingRules {
  /// What does not fit together, as far as it is known before the text is read.
  static func problems(_ recipe: Recipe, _ registry: Registry) -> [Problem] {
    var problems = registry.problems(of: recipe.settings).map { problem in
      var placed = problem
      placed.place = recipe.node.place(at: problem.path)
      return placed
    }
    if case .steps(let steps) = recipe.budget { problems += schedule(recipe, steps: steps) }
    return problems
  }

  /// What of a written rise and fall of the learning rate does not fit into a run of `steps` steps.
  static func schedule(_ recipe: Recipe, steps: Int) -> [Problem] {
    guard let schedule = recipe.written?["schedule"], schedule.isObject else { return [] }
    let settings = recipe.schedule
    guard let warmup = settings.value(of: ScheduleSettings.warmup) else { return [] }
    let budget = recipe.budget
    let run = if case .steps = budget { "a run of \(steps)" } else { "a run of \(steps) (\(budget))" }
    let rising = schedule["warmup"] != nil
    if rising, warmup > steps {
      return [
        Problem(
          path: "schedule.warmup", found: "\(warmup) steps in \(run)", allowed: "at most \(steps)",
          reason: "the warm-up is longer than the run", nearest: "\(max(1, steps / 10))",
          place: schedule.place(at: "warmup"))
      ]
    }
    guard let decay = settings.value(of: ScheduleSettings.decay), rising || schedule["decay"] != nil else {
      return []
    }
    let fall = Int((decay * Double(steps)).rounded())
    guard warmup <= steps, warmup + fall > steps else { return [] }
    return [
      Problem(
        path: "schedule.decay", found: "\(warmup) warm-up and \(fall) decay steps in \(run)",
        allowed: "together at most \(steps)", reason: "the decay would begin before the warm-up ends",
        place: schedule.place(at: "decay"))
    ]
  }
}
