import Settings
import Zoo

extension Registry {
  /// Registers the core's objectives, optimisers and schedules.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  package mutating func addTraining() throws {
    try add(
      Recipe.ownObjective, to: .objective, summary: "the default objective of the architecture"
    ) { settings in
      throw SettingsError(
        title: "objective",
        problems: [
          Problem(
            path: settings.path, found: settings.type,
            reason: "auto is the objective of an architecture, and no architecture is given")
        ])
    }
    try CausalLM.register(in: &self)
    try MaskedLM.register(in: &self)
    try AnyOrderLM.register(in: &self)
    try ReplacedTokens.register(in: &self)
    try AdamW.register(in: &self)
    try WarmupSchedule.register(in: &self)
  }
}
