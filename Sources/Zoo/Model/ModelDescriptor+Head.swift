import Transformer

extension ModelDescriptor {
  /// Heads that give no logit for each token of the vocabulary.
  private static let otherHeads: Set = ["none", "discriminator"]

  /// Whether its head gives a logit for each token of the vocabulary: a trunk has no head, and a discriminator one logit
  /// that says whether a token was replaced.
  public var predictsTokens: Bool {
    settings.value(of: ModelSettings.head).map { !Self.otherHeads.contains($0.type) } ?? true
  }
}
