import Zoo

extension Trainer {
  /// Checks that a model's head gives what an objective is about.
  ///
  /// - Throws: `TrainerError`.
  static func expectHead(of descriptor: ModelDescriptor, for objective: any Objective) throws {
    guard descriptor.predictsTokens || descriptor.findsReplacedTokens else {
      throw TrainerError(
        place: descriptor.name, reason: "it has no head, and so no loss",
        suggestion: "take a model with a head; this one can be used by \(descriptor.usesWithoutTokenHead)")
    }
    guard descriptor.findsReplacedTokens != objective.findsReplacedTokens else { return }
    throw TrainerError(
      place: descriptor.name,
      reason: descriptor.findsReplacedTokens
        ? "its head finds replaced tokens, and objective \(objective.name) predicts tokens"
        : "its head predicts tokens, and objective \(objective.name) finds replaced ones",
      suggestion: descriptor.findsReplacedTokens
        ? "train it with --set recipe.objective=replaced-tokens; as it is, it can be used by "
          + descriptor.usesWithoutTokenHead
        : "train it with --set head=discriminator, or with another objective")
  }
}
