import Settings
import Training
import Zoo

extension Tuning {
  /// Refuses arms whose trials could not be run, before anything is.
  ///
  /// - Throws: `SettingsError` that names the arm.
  public func check(_ plans: [ArmPlan], _ registry: Registry) throws {
    for plan in plans {
      if let share = plan.recipe.tuningShare {
        throw refusal(
          plan, "tuningShare", found: "\(share)", allowed: "null",
          reason: "its held-out text would be the text that trials are judged on")
      }
      if case .minutes = plan.recipe.budget, steps == nil {
        throw refusal(
          plan, "minutes", found: plan.recipe.budget.description, allowed: "a budget in another unit",
          reason: "all trials must have the same number of steps",
          nearest: "--tune-steps, the length of a trial")
      }
      // Everything that a trial's recipe could be refused for.
      for rate in learningRates { _ = try trial(of: plan, rate, steps: 1, run: 1, registry) }
    }
  }

  private func refusal(
    _ plan: ArmPlan, _ setting: String, found: String, allowed: String, reason: String, nearest: String? = nil
  ) -> SettingsError {
    SettingsError(
      title: "--tune",
      problems: [
        Problem(
          path: "\(plan.name), recipe.\(setting)", found: found, allowed: allowed, reason: reason,
          nearest: nearest)
      ])
  }

  /// How many steps an arm is trained for, as far as that is known.
  ///
  /// - Parameter known: nil for a budget in minutes, whose arm has trials of a length of their own.
  public func steps(ofRun known: Int?) -> Int { known ?? steps ?? 1 }

  /// What one trial of an arm trains: the arm's own recipe with another rate, seed and length, on the training
  /// text alone. Where a trial is shorter than the run, so is the schedule's rise.
  ///
  /// - Throws: `SettingsError` when the rate is not accepted.
  func trial(of plan: ArmPlan, _ rate: Double, steps: Int, run: Int, _ registry: Registry) throws -> ArmPlan {
    let recipe = plan.recipe
    let rise = recipe.schedule.value(of: ScheduleSettings.warmup).map {
      Int((Double($0) * Double(steps) / Double(run)).rounded())
    }
    let sets =
      [Self.edit(rate)] + (rise.map { ["schedule.warmup=\($0)"] } ?? []) + [
        "seed=\(Self.seed(of: recipe))",
        "tuningShare=\(Self.share)", "evaluateEvery=\(steps)", "keepLast=1",
      ]
    return ArmPlan(
      name: "\(plan.name), learning rate \(Self.text(rate))", descriptor: plan.descriptor,
      recipe: try Recipe.resolve(
        recipe.node, title: plan.name, sets: sets + recipe.edits(toLast: steps),
        in: registry.catalog))
  }

  /// All arms with the rates that their trials led to: one for all seeds of an arm.
  ///
  /// - Throws: `SettingsError`, never in practice: the rates were tried.
  public static func applying(_ tuned: [TunedArm], to plans: [ArmPlan], _ registry: Registry) throws
    -> [ArmPlan]
  {
    try plans.map { plan in
      guard let rate = tuned.first(where: { $0.arm == plan.arm })?.chosen else { return plan }
      return plan.replacing(
        recipe: try plan.recipe.applying([edit(rate)], title: plan.name, registry))
    }
  }

  private static func edit(_ rate: Double) -> String { "optimiser.learningRate=\(text(rate))" }
}
